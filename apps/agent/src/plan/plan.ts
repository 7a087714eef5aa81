import { formatPrefix, hostPrefix, parseAddress } from '@warren/cidr'
import type { PublicKey } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'

/** A peer as the device should have it. */
export type WantedPeer = {
  readonly key: PublicKey
  /** Canonical prefixes. No two peers may want the same one: WireGuard would give it to the last that asks. */
  readonly allowedIps: readonly string[]
  /** `ip:port` to send to; null leaves what the device has learnt by itself. */
  readonly endpoint: string | null
  /** Seconds, 0 = off; null leaves it. */
  readonly keepalive: number | null
  /** To be forgotten and made known again, so that it shakes hands at once. */
  readonly remake?: boolean
}

/** One peer's difference: only what must change is there. */
export type PeerChange = RemovePeer | SetPeer
export type RemovePeer = { readonly kind: 'remove'; readonly key: PublicKey }
export type SetPeer = {
  readonly kind: 'set'
  readonly key: PublicKey
  readonly allowedIps?: readonly string[]
  readonly endpoint?: string
  readonly keepalive?: number
  /** Send a packet at once by switching the keepalive, this many seconds, off and on. */
  readonly nudge?: number
  /** Remove it first. Measured: WireGuard initiates once in 5 s and no sooner, but with a peer that it never knew at once. */
  readonly remake?: true
}

/**
 * What to do to `live` so that it becomes `wanted`; a peer that is as it should be does not appear. Removals come first,
 * so that an address that changes hands is free. No clock, no resolver, no process.
 */
export function plan(live: readonly LivePeer[], wanted: readonly WantedPeer[]): PeerChange[] {
  const before = new Map(live.map((peer) => [peer.key, peer]))
  const keep = new Set(wanted.map((peer) => peer.key))
  const removals = live
    .filter((peer) => !keep.has(peer.key))
    .map((peer): PeerChange => ({ kind: 'remove', key: peer.key }))
  return [...removals, ...wanted.flatMap((peer) => changeFor(before.get(peer.key), peer))]
}

/** What makes the device send to every peer once more, where it sends already. */
export const sendAgain = (live: readonly LivePeer[]): PeerChange[] =>
  live.flatMap(({ key, endpoint, keepalive }) =>
    endpoint === null ? [] : [{ kind: 'set', key, endpoint, nudge: keepalive }],
  )

/** An address as the allowed IP that it is to its peer: /32 or /128. */
export function allowedIp(address: string): string {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw new Error(`${address} is not an address, though a schema let it pass`)
  return formatPrefix(hostPrefix(parsed.value))
}

function changeFor(live: LivePeer | undefined, wanted: WantedPeer): PeerChange[] {
  if (live && wanted.remake && wanted.endpoint !== null) {
    const { key, allowedIps, endpoint } = wanted
    return [{ kind: 'set', key, remake: true, allowedIps, endpoint, keepalive: wanted.keepalive ?? live.keepalive }]
  }
  const moves = wanted.endpoint !== null && wanted.endpoint !== live?.endpoint
  const keepalive = wanted.keepalive ?? live?.keepalive ?? 0
  const parts = {
    ...(live && sameSet(live.allowedIps, wanted.allowedIps) ? {} : { allowedIps: wanted.allowedIps }),
    ...(moves && wanted.endpoint !== null ? { endpoint: wanted.endpoint } : {}),
    ...(keepalive === (live?.keepalive ?? 0) ? {} : { keepalive }),
    // Measured: a new endpoint alone stays silent until the next keepalive; off and on again sends at once. Another time
    // between keepalives counts only from the next packet on, which may be an hour away.
    ...(live && live.keepalive > 0 && keepalive > 0 && (moves || keepalive !== live.keepalive)
      ? { nudge: keepalive }
      : {}),
  }
  return Object.keys(parts).length === 0 ? [] : [{ kind: 'set', key: wanted.key, ...parts }]
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const members = new Set(a)
  return members.size === new Set(b).size && b.every((member) => members.has(member))
}
