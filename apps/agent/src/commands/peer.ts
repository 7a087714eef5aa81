import { PeerRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { type Addresses, addressesOf, askedFor, isSeatedAt } from '../admin/addresses.ts'
import { type Admin, openAdmin, type State } from '../admin/admin.ts'
import { demandCidr, demandPeer, type Peer, peerOf } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'
import { peerAddCommands } from './peer-add.ts'
import { peerEditCommands } from './peer-edit.ts'
import { peerRotateKeyCommand } from './peer-rotate-key.ts'
import { outdated, standing } from './standing.ts'
import { table } from './table.ts'

const Row = z.object(PeerRow.shape)

/** `warren peer …`: what an admin does with peers. */
export function peerCommands(warren: Command, context: Context): void {
  const peer = warren.command('peer').description('add, change and remove peers, as an admin')
  adminCommand(peer, 'list', 'all peers, also disabled ones and those that have not joined').action(
    (options: AdminOptions) => listPeers(context, options),
  )
  peerAddCommands(peer, context)
  adminCommand(peer, 'rename', 'give a peer another name')
    .argument('<peer>')
    .argument('<name>')
    .action((from: string, to: string, options: AdminOptions) => renamePeer(context, { from, to }, options))
  adminCommand(peer, 'move', 'move a peer to another CIDR, where it gets a new address')
    .argument('<peer>')
    .argument('<cidr>')
    .option('--address <address>', 'one of the CIDR; left out: the next free one')
    .option('--address6 <address>', 'the same for its IPv6 address beside an IPv4 one')
    .action((name: string, cidr: string, options: AdminOptions & Addresses) =>
      movePeer(context, { name, cidr }, options),
    )
  peerRotateKeyCommand(peer, context)
  for (const enabled of [true, false]) {
    const [verb, what] = enabled ? ['enable', 'let a peer back in'] : ['disable', 'cut a peer off; it can come back']
    adminCommand(peer, verb ?? '', what ?? '')
      .argument('<peer>')
      .action((name: string, options: AdminOptions) => enablePeer(context, { name, enabled }, options))
  }
  adminCommand(peer, 'delete', 'remove a peer; its address stays taken until it is released')
    .argument('<peer>')
    .action((name: string, options: AdminOptions) => deletePeer(context, name, options))
  peerEditCommands(peer, context)
}

async function listPeers(context: Context, options: AdminOptions): Promise<void> {
  const state = await (await openAdmin(context, wayOf(options))).state()
  const live = state.peers.filter((peer) => peer.deletedAt === null)
  const nameOf = new Map(state.cidrs.map(({ id, name }) => [id, name]))
  const listed = live.map((peer) => ({
    ...peer,
    cidr: nameOf.get(peer.cidrId ?? 0) ?? '',
    state: standing(state, peer),
    outdated: outdated(state, peer),
  }))
  if (options.json) return context.print(`${JSON.stringify(listed, null, 2)}\n`)
  const dual = listed.some(({ address6 }) => address6 !== null)
  const columns = ['PEER', 'ADDRESS', ...(dual ? ['IPV6 ADDRESS'] : []), 'CIDR', 'KIND', 'STATE']
  const rows = listed.map(({ name, address, address6, cidr, kind, state: word }) =>
    dual ? [name, address, address6 ?? '', cidr, kind, word] : [name, address, cidr, kind, word],
  )
  context.print(table([columns, ...rows]))
}

async function renamePeer(
  context: Context,
  { from, to }: { from: string; to: string },
  options: AdminOptions,
): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const there = peerOf(state, to)
  if (there && !peerOf(state, from)) {
    return tell(context, options, { changed: false, sentence: `${to} is called so already`, data: { peer: there } })
  }
  const peer = await admin.change('peer.rename', { peerId: demandPeer(state, from).id, name: to }, Row)
  tell(context, options, { changed: true, sentence: `${from} is ${peer.name} now`, data: { peer } })
}

async function movePeer(
  context: Context,
  { name, cidr }: { name: string; cidr: string },
  options: AdminOptions & Addresses,
): Promise<void> {
  const { admin, state, peer } = await about(context, name, options)
  const target = demandCidr(state, cidr)
  if (peer.cidrId === target.id && isSeatedAt(peer, options)) {
    return tell(context, options, { changed: false, sentence: `${name} is in ${target.name} already`, data: { peer } })
  }
  const input = { peerId: peer.id, cidrId: target.id, ...askedFor(options) }
  const moved = await admin.change('peer.move', input, Row)
  const place = `${name} is in ${target.name} now, ${addressesOf(peer)} → ${addressesOf(moved)}`
  const sentence = peer.kind === 'device' ? `${place}; warren peer invite ${name} makes its new configuration` : place
  tell(context, options, { changed: true, sentence, data: { peer: moved } })
}

async function enablePeer(
  context: Context,
  { name, enabled }: { name: string; enabled: boolean },
  options: AdminOptions,
): Promise<void> {
  const { admin, peer } = await about(context, name, options)
  const word = enabled ? 'enabled' : 'disabled'
  if (peer.enabled === enabled) {
    return tell(context, options, { changed: false, sentence: `${name} is ${word} already`, data: { peer } })
  }
  const after = await admin.change('peer.setEnabled', { peerId: peer.id, enabled }, Row)
  tell(context, options, { changed: true, sentence: `${name} is ${word}`, data: { peer: after } })
}

async function deletePeer(context: Context, name: string, options: AdminOptions): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const peer = peerOf(await admin.state(), name)
  if (!peer) return tell(context, options, { changed: false, sentence: `there is no peer ${name}` })
  await admin.change('peer.delete', { peerId: peer.id }, z.unknown())
  tell(context, options, { changed: true, sentence: `${name}, ${addressesOf(peer)}, is deleted`, data: { peer } })
}

/** The peer that a command is about. */
async function about(
  context: Context,
  name: string,
  options: AdminOptions,
): Promise<{ admin: Admin; state: State; peer: Peer }> {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  return { admin, state, peer: demandPeer(state, name) }
}
