import {
  addressProblem,
  explainAddressProblem,
  formatAddress,
  formatPrefix,
  nextAddress,
  type Tree,
} from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { addressIn, takenIn } from '../cidr/plan.ts'

/** Where a peer is to sit; `address` is what somebody asked for, `present` what a peer that moves has now. */
export type SeatWish = { cidrId: number; address?: string | undefined; present?: string | undefined }

/**
 * The address a peer gets in a CIDR: the one asked for, else the present one if it may stay, else the next free one.
 * @throws Refusal rule-broken (address) when the one asked for may not be, (cidrId) when the CIDR is full
 */
export async function seatFor(tx: Writer, tree: Tree, wish: SeatWish): Promise<string> {
  const [cidr] = tree.ancestors(wish.cidrId)
  if (!cidr) throw new Error(`there is no CIDR ${wish.cidrId}`)
  const prefix = formatPrefix(cidr.prefix)
  const others = (await takenIn(tx, prefix)).filter((other) => formatAddress(other.address) !== wish.present)

  if (wish.address !== undefined) {
    const problem = addressProblem(tree, cidr.id, addressIn(wish.address), others)
    if (problem) throw new Refusal('rule-broken', explainAddressProblem(problem), 'address')
    return wish.address
  }
  if (wish.present !== undefined && !addressProblem(tree, cidr.id, addressIn(wish.present), others)) return wish.present

  const children = tree.children(cidr.id).map((child) => child.prefix)
  const next = nextAddress(
    cidr.prefix,
    children,
    others.map((other) => other.address),
  )
  if (next) return formatAddress(next)
  throw new Refusal(
    'rule-broken',
    `${cidr.name} (${prefix}) is full: no address in it is free; enlarge it, or release addresses of deleted peers.`,
    'cidrId',
  )
}

/**
 * The live peer with this id.
 * @throws Refusal not-found for peers of other networks, deleted ones and ids that never were, in the same words
 */
export async function peerOf(tx: Writer, peerId: number): Promise<PeerRow> {
  const peer = await tx.peer(peerId)
  if (!peer || peer.deletedAt !== null) {
    throw new Refusal('not-found', 'There is no such peer in this network.', 'peerId')
  }
  return peer
}

/** Refuses a name that another live peer of the network has. */
export async function refuseTakenName(tx: Writer, name: string, exceptId?: number): Promise<void> {
  const holder = await tx.peerNamed(name)
  if (!holder || holder.id === exceptId) return
  throw new Refusal('conflict', `There already is a peer named ${name}; choose another name.`, 'name')
}
