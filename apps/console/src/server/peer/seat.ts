import {
  addressProblem,
  explainAddressProblem,
  explainSecondAddress,
  formatAddress,
  formatPrefix,
  nextAddress,
  type Plans,
  secondAddressProblem,
  type Tree,
} from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { addressIn, takenIn } from '../cidr/plan.ts'

/** The addresses of a peer: one, or one of each family. */
export type Seat = Pick<PeerRow, 'address' | 'address6'>

/** Where a peer is to sit; the addresses are what somebody asked for, `present` what a peer that moves has now. */
export type SeatWish = {
  cidrId: number
  address?: string | undefined
  address6?: string | undefined
  present?: Seat | undefined
}

/**
 * The addresses a peer gets in a CIDR: the one asked for, else the present one if it may stay, else the next free one; and
 * the same for its IPv6 address, where the CIDR has an IPv6 prefix beside its IPv4 one.
 * @throws Refusal rule-broken (address, address6) when the one asked for may not be, (cidrId) when the CIDR is full
 */
export async function seatFor(tx: Writer, plans: Plans, wish: SeatWish): Promise<Seat> {
  const { cidrId, present } = wish
  const first = { cidrId, field: 'address', wanted: wish.address, present: present?.address }
  const address = await addressFor(tx, plans.first, first)
  if (plans.second?.get(cidrId)) {
    const second = { cidrId, field: 'address6', wanted: wish.address6, present: present?.address6 ?? undefined }
    return { address, address6: await addressFor(tx, plans.second, second) }
  }
  if (wish.address6 === undefined) return { address, address6: null }
  const problem = secondAddressProblem(plans, { cidrId, address: addressIn(wish.address6) }, [])
  throw new Refusal('rule-broken', problem ? explainSecondAddress(problem) : '', 'address6')
}

type OneWish = { cidrId: number; field: string; wanted: string | undefined; present: string | undefined }

/** In one family. */
async function addressFor(tx: Writer, tree: Tree, { cidrId, field, wanted, present }: OneWish): Promise<string> {
  const [cidr] = tree.ancestors(cidrId)
  if (!cidr) throw new Error(`there is no CIDR ${cidrId}`)
  const prefix = formatPrefix(cidr.prefix)
  const others = (await takenIn(tx, prefix)).filter((other) => formatAddress(other.address) !== present)

  if (wanted !== undefined) {
    const problem = addressProblem(tree, cidr.id, addressIn(wanted), others)
    if (problem) throw new Refusal('rule-broken', explainAddressProblem(problem), field)
    return wanted
  }
  if (present !== undefined && !addressProblem(tree, cidr.id, addressIn(present), others)) return present

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
