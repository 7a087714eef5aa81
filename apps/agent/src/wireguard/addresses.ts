import { AddressText } from '@warren/protocol'
import * as z from 'zod'
import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'

const Link = z.object({
  flags: z.array(z.string()),
  mtu: z.number(),
  addr_info: z.array(
    z.object({ family: z.string(), local: z.string(), prefixlen: z.number(), scope: z.string() }).partial(),
  ),
})

/** An interface as ip(8) describes it: `addresses` as `10.42.0.7/16`, without the kernel's own link-local ones. */
export type Link = { readonly up: boolean; readonly mtu: number; readonly addresses: readonly string[] }

/** Reads an interface's link state and addresses. @throws CommandFailure, ZodError when ip speaks another language */
export async function readLink(run: Run, device: string): Promise<Link> {
  const [link] = z.array(Link).parse(JSON.parse(await run('ip', ['-j', 'addr', 'show', 'dev', device])))
  if (!link) throw new Error(`ip knows ${device} but says nothing about it`)
  return {
    up: link.flags.includes('UP'),
    mtu: link.mtu,
    addresses: link.addr_info
      .filter((info) => info.local !== undefined && info.scope !== 'link')
      .map((info) => interfaceAddress(info.local ?? '', info.prefixlen ?? 0)),
  }
}

/** An address with the width of the network that it routes to, in canonical spelling. */
export const interfaceAddress = (address: string, width: number): string => `${AddressText.parse(address)}/${width}`

/** What an interface has, and what it shall have; `mayHave` is tried, and done without where it cannot be. */
export type AddressChange = {
  readonly has: readonly string[]
  readonly wants: readonly string[]
  readonly mayHave?: readonly string[]
}

/**
 * Gives the interface exactly these addresses. Old ones go first: Linux drops an IPv4 network's other addresses with its
 * first one (promote_secondaries is off). @throws CommandFailure
 */
export async function setAddresses(
  run: Run,
  device: string,
  { has, wants, mayHave = [] }: AddressChange,
): Promise<void> {
  for (const address of has) {
    if (!wants.includes(address) && !mayHave.includes(address)) await run('ip', ['addr', 'del', address, 'dev', device])
  }
  for (const address of wants) {
    if (!has.includes(address)) await addAddress(run, device, address)
  }
  for (const address of mayHave) {
    if (!has.includes(address)) await addAddress(run, device, address).catch(passOver)
  }
}

/** WireGuard knows no neighbours, so duplicate address detection would only delay an IPv6 address. */
export async function addAddress(run: Run, device: string, address: string): Promise<void> {
  await run('ip', ['addr', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : [])])
}

function passOver(error: unknown): void {
  if (!(error instanceof CommandFailure)) throw error
}
