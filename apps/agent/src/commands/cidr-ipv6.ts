import { randomBytes } from 'node:crypto'
import { formatPrefix, parsePrefix, ULA_BYTES, uniqueLocalPrefix } from '@warren/cidr'
import type { Command } from 'commander'
import * as z from 'zod'
import { type Admin, openAdmin } from '../admin/admin.ts'
import { type Cidr, demandCidr } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'

/** `warren cidr ipv6`: IPv6 beside IPv4 for a CIDR and everything in it. */
export function cidrIpv6Command(cidr: Command, context: Context): void {
  adminCommand(cidr, 'ipv6', 'give a CIDR and everything in it IPv6 beside IPv4, change its prefix, or take it away')
    .argument('<cidr>')
    .argument('<prefix|random|none>', 'random: a /48 for private use (RFC 4193), unless it has IPv6 already')
    .action((name: string, wanted: string, options: AdminOptions) => setIpv6(context, { name, wanted }, options))
}

async function setIpv6(
  context: Context,
  { name, wanted }: { name: string; wanted: string },
  options: AdminOptions,
): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const cidr = demandCidr(await admin.state(), name)
  if (isSo(cidr, wanted)) {
    const sentence = `${cidr.name} has ${cidr.prefix6 ?? 'no IPv6'} already`
    return tell(context, options, { changed: false, sentence, data: { cidr } })
  }
  const prefix6 = wanted === 'random' ? formatPrefix(uniqueLocalPrefix(randomBytes(ULA_BYTES))) : wanted
  await change(admin, cidr, prefix6)
  const after = demandCidr(await admin.state(), cidr.name)
  const sentence = after.prefix6 === null ? `${cidr.name} has IPv4 only now` : `${cidr.name} has ${after.prefix6} now`
  tell(context, options, { changed: true, sentence, data: { cidr: after } })
}

function isSo({ prefix6 }: Cidr, wanted: string): boolean {
  if (wanted === 'none') return prefix6 === null
  if (wanted === 'random') return prefix6 !== null
  const prefix = parsePrefix(wanted)
  return prefix.ok && formatPrefix(prefix.value) === prefix6
}

/** What is below comes along when IPv6 comes or goes; it stays as it is when only this prefix is another one. */
async function change(admin: Admin, cidr: Cidr, prefix6: string): Promise<void> {
  const cidrId = cidr.id
  if (prefix6 === 'none') await admin.change('cidr.removeIpv6', { cidrId }, z.unknown())
  else if (cidr.prefix6 === null) await admin.change('cidr.addIpv6', { cidrId, prefix6 }, z.unknown())
  else await admin.change('cidr.edit', { cidrId, prefix6 }, z.unknown())
}
