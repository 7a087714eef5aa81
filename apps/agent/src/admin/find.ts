import { formatPrefix, parsePrefix } from '@warren/cidr'
import { Failure } from '../failure.ts'
import type { State } from './admin.ts'

export type Peer = State['peers'][number]
export type Cidr = State['cidrs'][number]
export type Association = State['associations'][number]

/** The live peer of this name or address of either family, or undefined. */
export const peerOf = ({ peers }: State, text: string): Peer | undefined =>
  peers.find((peer) => peer.deletedAt === null && [peer.name, peer.address, peer.address6].includes(text))

/** @throws Failure (refused) when there is none */
export function demandPeer(state: State, text: string): Peer {
  const peer = peerOf(state, text)
  if (peer) return peer
  throw new Failure('refused', `There is no peer ${text} in ${state.network.name}; warren peer list shows them.`)
}

/** The CIDR of this name or prefix of either family, or undefined. */
export function cidrOf({ cidrs }: State, text: string): Cidr | undefined {
  const prefix = parsePrefix(text)
  const spelled = prefix.ok ? formatPrefix(prefix.value) : text
  return cidrs.find((cidr) => cidr.name === text || cidr.prefix === spelled || cidr.prefix6 === spelled)
}

/** @throws Failure (refused) when there is none */
export function demandCidr(state: State, text: string): Cidr {
  const cidr = cidrOf(state, text)
  if (cidr) return cidr
  throw new Failure('refused', `There is no CIDR ${text} in ${state.network.name}; warren cidr list shows them.`)
}

export const rootOf = ({ cidrs }: State): Cidr => {
  const root = cidrs.find((cidr) => cidr.parentId === null)
  if (root) return root
  throw new Error('a network without a root')
}

export const associationOf = ({ associations }: State, a: number, b: number): Association | undefined =>
  associations.find((row) => (row.a === a && row.b === b) || (row.a === b && row.b === a))
