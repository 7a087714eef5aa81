import {
  buildTree,
  formatPrefix,
  freeBlocks,
  nextFreePrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixOf,
} from '@warren/cidr'
import { CidrRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { openAdmin, type State } from '../admin/admin.ts'
import { type Cidr, cidrOf, demandCidr, rootOf } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { Failure } from '../failure.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import { cidrIpv6Command } from './cidr-ipv6.ts'
import type { Context } from './context.ts'
import { table } from './table.ts'
import { numberOf } from './typed.ts'

const Row = z.object(CidrRow.shape)

type AddOptions = AdminOptions & {
  parent?: string
  prefix?: string
  size?: number
  prefix6?: string
  isolated: boolean
}

/** `warren cidr …`: what an admin does with the address tree. */
export function cidrCommands(warren: Command, context: Context): void {
  const cidr = warren.command('cidr').description('draw the tree of CIDRs, as an admin')
  adminCommand(cidr, 'list', 'all CIDRs, parents before children').action((options: AdminOptions) =>
    listCidrs(context, options),
  )
  adminCommand(cidr, 'add', 'add a CIDR inside another one')
    .argument('<name>')
    .option('--parent <cidr>', 'left out: the root')
    .option('--prefix <prefix>', 'such as 10.42.16.0/20')
    .option('--size <width>', 'instead of a prefix: the next free one of this width, such as 24', numberOf('--size'))
    .option('--prefix6 <prefix|none>', 'IPv6 beside IPv4; left out: a free part, where the parent has some')
    .option('--isolated', 'its direct members do not reach each other', false)
    .action((name: string, options: AddOptions) => addCidr(context, name, options))
  adminCommand(cidr, 'rename', 'give a CIDR another name')
    .argument('<cidr>')
    .argument('<name>')
    .action((from: string, to: string, options: AdminOptions) => edit(context, { from, patch: { name: to } }, options))
  adminCommand(cidr, 'resize', 'grow or shrink a CIDR; what is in it has to fit')
    .argument('<cidr>')
    .argument('<prefix>')
    .action((from: string, prefix: string, options: AdminOptions) =>
      edit(context, { from, patch: { prefix } }, options),
    )
  cidrIpv6Command(cidr, context)
  for (const isolated of [true, false]) {
    const [verb, what] = isolated
      ? ['isolate', 'its direct members do not reach each other any more']
      : ['unisolate', 'its direct members reach each other again']
    adminCommand(cidr, verb ?? '', what ?? '')
      .argument('<cidr>')
      .action((from: string, options: AdminOptions) => edit(context, { from, patch: { isolated } }, options))
  }
  adminCommand(cidr, 'delete', 'remove an empty CIDR and its associations')
    .argument('<cidr>')
    .action((name: string, options: AdminOptions) => deleteCidr(context, name, options))
}

async function listCidrs(context: Context, options: AdminOptions): Promise<void> {
  const state = await (await openAdmin(context, wayOf(options))).state()
  const tree = treeOf(state)
  const rows = tree.nodes.flatMap((node) => state.cidrs.filter(({ id }) => id === node.id))
  if (options.json) return context.print(`${JSON.stringify(rows, null, 2)}\n`)
  const peers = (id: number) => state.peers.filter((peer) => peer.cidrId === id && peer.deletedAt === null).length
  const dual = rows.some(({ prefix6 }) => prefix6 !== null)
  const lines = rows.map((row) => [
    `${'  '.repeat(tree.depth(row.id))}${row.name}`,
    row.prefix,
    ...(dual ? [row.prefix6 ?? ''] : []),
    String(peers(row.id)),
    row.isolated ? 'isolated' : '',
  ])
  context.print(table([['CIDR', 'PREFIX', ...(dual ? ['IPV6 PREFIX'] : []), 'PEERS', ''], ...lines]))
}

const treeOf = ({ cidrs }: State) => buildTree(cidrs.map((row) => ({ ...row, prefix: prefixIn(row.prefix) })))

function prefixIn(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (!prefix.ok) throw new Error(`${text} came from the console and is no prefix`)
  return prefix.value
}

async function addCidr(context: Context, name: string, options: AddOptions): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const there = state.cidrs.find((cidr) => cidr.name === name)
  const parent = options.parent === undefined ? rootOf(state) : demandCidr(state, options.parent)
  if (there && options.parent !== undefined && there.parentId !== parent.id) {
    const above = state.cidrs.find(({ id }) => id === there.parentId)?.name ?? 'no other CIDR'
    throw new Failure('refused', `${name} is there already, but in ${above}, not in ${parent.name}.`)
  }
  if (there && isAsAsked(there, options)) {
    const sentence = `${name} is there already, ${prefixesOf(there)}`
    return tell(context, options, { changed: false, sentence, data: { cidr: there } })
  }
  const { isolated, prefix6 } = options
  const second = prefix6 === undefined ? {} : { prefix6: prefix6 === 'none' ? null : prefix6 }
  const input = { parentId: parent.id, name, prefix: prefixFor(state, parent, options), ...second, isolated }
  const cidr = await admin.change('cidr.create', input, Row)
  tell(context, options, {
    changed: true,
    sentence: `${name} is ${prefixesOf(cidr)} in ${parent.name}`,
    data: { cidr },
  })
}

const prefixesOf = ({ prefix, prefix6 }: Cidr): string => (prefix6 === null ? prefix : `${prefix} and ${prefix6}`)

const isAsAsked = (there: Cidr, { prefix, size, prefix6, isolated }: AddOptions): boolean =>
  there.isolated === isolated &&
  (prefix6 === undefined || prefix6 === (there.prefix6 ?? 'none')) &&
  (prefix === undefined || prefix === there.prefix) &&
  (size === undefined || there.prefix.endsWith(`/${size}`))

/** The prefix asked for, or the next free one of the width, clear of peers that sit directly in the parent. */
function prefixFor(state: State, parent: Cidr, { prefix, size }: AddOptions): string {
  if ((prefix === undefined) === (size === undefined)) throw new Failure('usage', 'Give either --prefix or --size.')
  if (prefix !== undefined) return prefix
  const inside = state.cidrs.filter(({ parentId }) => parentId === parent.id).map((row) => prefixIn(row.prefix))
  const seats = state.peers.filter((peer) => peer.cidrId === parent.id).flatMap(({ address }) => hostOf(address))
  const free = nextFreePrefix(prefixIn(parent.prefix), [...inside, ...seats], size ?? 0)
  if (free) return formatPrefix(free)
  const left = freeBlocks(prefixIn(parent.prefix), inside).map(formatPrefix).slice(0, 4).join(', ') || 'nothing'
  throw new Failure('refused', `${parent.name} has no free /${size}; what is free: ${left}.`)
}

function hostOf(text: string): Prefix[] {
  const address = parseAddress(text)
  return address.ok ? [prefixOf(address.value, address.value.family === 4 ? 32 : 128)] : []
}

type Patch = { name?: string; prefix?: string; isolated?: boolean }

async function edit(
  context: Context,
  { from, patch }: { from: string; patch: Patch },
  options: AdminOptions,
): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const renamed = patch.name === undefined || cidrOf(state, from) ? undefined : cidrOf(state, patch.name)
  const cidr = renamed ?? demandCidr(state, from)
  const same = Object.entries(patch).every(([field, value]) => cidr[field as keyof Patch] === value)
  if (same) return tell(context, options, { changed: false, sentence: `${cidr.name} is so already`, data: { cidr } })
  const after = await admin.change('cidr.edit', { cidrId: cidr.id, ...patch }, Row)
  const sentence = `${from} is ${after.name}, ${after.prefix}${after.isolated ? ', isolated' : ''} now`
  tell(context, options, { changed: true, sentence, data: { cidr: after } })
}

async function deleteCidr(context: Context, name: string, options: AdminOptions): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const cidr = cidrOf(await admin.state(), name)
  if (!cidr) return tell(context, options, { changed: false, sentence: `there is no CIDR ${name}` })
  await admin.change('cidr.delete', { cidrId: cidr.id }, z.unknown())
  tell(context, options, { changed: true, sentence: `${cidr.name}, ${prefixesOf(cidr)}, is deleted`, data: { cidr } })
}
