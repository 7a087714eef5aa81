import { AssociationRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { openAdmin } from '../admin/admin.ts'
import { associationOf, demandCidr } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'
import { table } from './table.ts'

type Pair = { readonly a: string; readonly b: string }

/** `warren association …`: which CIDRs' members may reach each other. */
export function associationCommands(warren: Command, context: Context): void {
  const association = warren.command('association').description('say which CIDRs may reach each other, as an admin')
  adminCommand(association, 'list', 'all associations').action((options: AdminOptions) => list(context, options))
  adminCommand(association, 'add', 'let the members of two CIDRs reach each other')
    .argument('<cidr>')
    .argument('<other>')
    .action((a: string, b: string, options: AdminOptions) => add(context, { a, b }, options))
  adminCommand(association, 'delete', 'take an association away')
    .argument('<cidr>')
    .argument('<other>')
    .action((a: string, b: string, options: AdminOptions) => remove(context, { a, b }, options))
}

async function list(context: Context, options: AdminOptions): Promise<void> {
  const state = await (await openAdmin(context, wayOf(options))).state()
  const nameOf = new Map(state.cidrs.map(({ id, name }) => [id, name]))
  const named = state.associations.map((row) => ({ ...row, names: [nameOf.get(row.a) ?? '', nameOf.get(row.b) ?? ''] }))
  if (options.json) return context.print(`${JSON.stringify(named, null, 2)}\n`)
  context.print(table([['CIDR', 'CIDR'], ...named.map(({ names }) => names)]))
}

async function sides(context: Context, { a, b }: Pair, options: AdminOptions) {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const [one, other] = [demandCidr(state, a), demandCidr(state, b)]
  return { admin, one, other, there: associationOf(state, one.id, other.id) }
}

async function add(context: Context, pair: Pair, options: AdminOptions): Promise<void> {
  const { admin, one, other, there } = await sides(context, pair, options)
  const names = `${one.name} and ${other.name}`
  if (there) return tell(context, options, { changed: false, sentence: `${names} are associated already` })
  const Row = z.object(AssociationRow.shape)
  const association = await admin.change('association.create', { a: one.id, b: other.id }, Row)
  tell(context, options, { changed: true, sentence: `${names} are associated`, data: { association } })
}

async function remove(context: Context, pair: Pair, options: AdminOptions): Promise<void> {
  const { admin, one, other, there } = await sides(context, pair, options)
  const names = `${one.name} and ${other.name}`
  if (!there) return tell(context, options, { changed: false, sentence: `${names} are not associated` })
  await admin.change('association.delete', { associationId: there.id }, z.unknown())
  tell(context, options, { changed: true, sentence: `${names} are not associated any more` })
}
