import { createHash } from 'node:crypto'
import type { CidrEntry, PeerEntry, SelfEntry } from './view.ts'
import type { ViewState } from './view-state.ts'

/**
 * Digests of views: both sides compute them, so that "applied revision 41" can be checked instead of believed. The
 * digest of a set is the XOR of its entries' hashes: it does not depend on order, and one change costs one hash. It
 * guards against mistakes, not against an agent that lies about itself.
 */
export type Digest = bigint

const hashOf = (parts: readonly unknown[]): Digest =>
  BigInt(`0x${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`)

/** Fields of later versions, where they are set: without them both sides compute what they always did. */
const added = (fields: Readonly<Record<string, unknown>>): unknown[] =>
  Object.entries(fields).filter(([, value]) => value !== undefined)

/** 128 bits that stand for one peer entry. */
export const peerDigest = (p: PeerEntry): Digest =>
  hashOf([
    ...['peer', p.id, p.name, p.cidr, p.key, p.ip, p.at ?? [], p.hub ?? false, p.device ?? false],
    ...added({ ip6: p.ip6, was: p.was?.map(({ from, signature }) => [from, signature]), born: p.born }),
  ])

/** 128 bits that stand for one CIDR entry. */
export const cidrDigest = (c: CidrEntry): Digest =>
  hashOf(['cidr', c.id, c.name, c.prefix, c.parent, ...added({ prefix6: c.prefix6 })])

/** 128 bits that stand for what a peer knows about itself. */
export const selfDigest = ({ network, ...s }: SelfEntry): Digest =>
  hashOf([
    ...['self', s.id, s.name, s.cidr, s.ip, s.key],
    ...[network.name, network.interface, network.prefix, network.keepaliveS],
    ...added({
      ip6: s.ip6,
      relays: s.relays?.map(({ peer, at }) => [peer, at]),
      poll: s.poll && [s.poll.holdS, s.poll.everyS],
      renew: s.renew,
      prefix6: network.prefix6,
      dns: network.dns,
    }),
  ])

/** The digest of a whole group view, computed from nothing. */
export function viewDigest(state: ViewState): Digest {
  let sum = 0n
  for (const entry of state.peers.values()) sum ^= peerDigest(entry)
  for (const entry of state.cidrs.values()) sum ^= cidrDigest(entry)
  return sum
}

/** As it travels: 32 hexadecimal digits. */
export const digestText = (digest: Digest): string => digest.toString(16).padStart(32, '0')
