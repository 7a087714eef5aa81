import {
  type CidrEntry,
  type CidrRow,
  formatEndpoint,
  MAX_WAIT_S,
  type NetworkRow,
  type PeerEntry,
  type PeerRow,
  type Polling,
  PublicKey,
  parseEndpoint,
  pollingOf,
  type RelayEntry,
  type SelfEntry,
} from '@warren/protocol'
import { cidrDigest, type Digest, peerDigest } from '@warren/protocol/digest'

/** An entry of a view with everything that is computed from it once: its JSON and its digest. */
export type Entry<T> = { readonly value: T; readonly text: string; readonly digest: Digest }

/** What has been observed about a peer's whereabouts: by the hub, and by the peer itself. */
export type Whereabouts = {
  readonly observed: string | null
  readonly candidates: readonly string[]
  /** It runs innernet's client, which knows one address of its own. */
  readonly innernet?: boolean
}

/** The same, and through where it reaches those to whom it has no direct path. */
export type Sight = Whereabouts & { readonly relays: readonly RelayEntry[] }

/** The schema's bound on endpoints in one entry. */
const MAX_ENDPOINTS = 16

/** Hosts that stand for "wherever you see me" in an endpoint set by hand. */
const anyHost = new Set(['0.0.0.0', '::'])

/** What of the network makes an entry, beside the peer's row. */
export type Surroundings = {
  readonly network: NetworkRow
  readonly root: CidrRow
  readonly sight: Sight | undefined
}

/** The key of a peer that takes part, or null: enabled, redeemed, not deleted (DESIGN "Who reaches whom"). */
export const activeKey = (row: PeerRow): PublicKey | null =>
  row.enabled && row.redeemedAt !== null && row.deletedAt === null && row.cidrId !== null && row.publicKey !== null
    ? PublicKey.parse(row.publicKey)
    : null

/** A peer as others know it; null when it takes no part. */
export function peerEntry(row: PeerRow, network: NetworkRow, sight: Whereabouts | undefined): Entry<PeerEntry> | null {
  const key = activeKey(row)
  if (key === null || row.cidrId === null) return null
  const at = endpointsOf(row, network, sight)
  const value: PeerEntry = {
    id: row.id,
    name: row.name,
    cidr: row.cidrId,
    key,
    ip: row.address,
    ...secondOf(row, sight),
    ...lineageOf(row),
    ...(at.length > 0 ? { at } : {}),
    ...(row.kind === 'hub' ? { hub: true } : {}),
    ...(row.kind === 'device' ? { device: true } : {}),
  }
  return { value, text: JSON.stringify(value), digest: peerDigest(value) }
}

/**
 * A peer's second address, once it is known to have it itself: others would try it first, in vain. An innernet client
 * never does, a device as soon as its configuration says so.
 */
function secondOf({ kind, address6, handed }: PeerRow, sight: Whereabouts | undefined): Pick<PeerEntry, 'ip6'> {
  const knows = kind === 'device' ? handed?.address6 === address6 : sight?.innernet !== true
  return address6 !== null && knows ? { ip6: address6 } : {}
}

/** What lets others tell that a peer's new key is its own: the keys that it follows, and whether it is another machine. */
function lineageOf({ kind, rotations, incarnation }: PeerRow): Pick<PeerEntry, 'was' | 'born'> {
  if (kind !== 'agent') return {}
  const was = rotations.map(({ from, signature }) => ({ from: PublicKey.parse(from), signature }))
  return { ...(was.length > 0 ? { was } : {}), ...(incarnation > 0 ? { born: incarnation } : {}) }
}

/**
 * Where to try a peer, likeliest first: the hub's observation, its own candidates, what an admin set by hand (DESIGN
 * "The agent"). A device has no agent that could be met halfway, it speaks to the hub alone, so it has none.
 */
function endpointsOf(row: PeerRow, network: NetworkRow, sight: Whereabouts | undefined): string[] {
  if (row.kind === 'hub') return hubEndpoints(row, network)
  if (row.kind === 'device') return []
  const observed = sight?.observed ?? null
  const manual = row.endpointOverride === null ? null : overrideOf(row.endpointOverride, observed)
  const all = [observed, ...(sight?.candidates ?? []).slice(0, MAX_ENDPOINTS - 2), manual]
  return [...new Set(all.filter((text) => text !== null))]
}

/** Where the hub is; and while it moves, where it was. */
function hubEndpoints({ endpointOverride }: PeerRow, { endpoint, endpointBefore }: NetworkRow): string[] {
  const now = endpointOverride ?? endpoint
  return endpointBefore === null || endpointBefore === now ? [now] : [now, endpointBefore]
}

/** `0.0.0.0:port` means that port of the observed address: a forwarded port behind a changing address. */
export function overrideOf(text: string, observed: string | null): string | null {
  const manual = parseEndpoint(text)
  if (!manual || !anyHost.has(manual.host)) return text
  const seen = observed === null ? null : parseEndpoint(observed)
  return seen && formatEndpoint({ host: seen.host, port: manual.port })
}

/** A CIDR as views name it. */
export function cidrEntry(row: CidrRow): Entry<CidrEntry> {
  const value: CidrEntry = {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    ...(row.prefix6 === null ? {} : { prefix6: row.prefix6 }),
    parent: row.parentId,
  }
  return { value, text: JSON.stringify(value), digest: cidrDigest(value) }
}

/** What a peer is told about itself; null when it takes no part. `root` is the network's root CIDR. */
export function selfEntry(row: PeerRow, { network, root, sight }: Surroundings): SelfEntry | null {
  const key = activeKey(row)
  if (key === null || row.cidrId === null) return null
  const polling = pollingOf(network, row)
  return {
    id: row.id,
    name: row.name,
    cidr: row.cidrId,
    ip: row.address,
    ...(row.address6 === null ? {} : { ip6: row.address6 }),
    key,
    ...(sight && sight.relays.length > 0 ? { relays: [...sight.relays] } : {}),
    ...(isUsual(polling) ? {} : { poll: polling }),
    ...(row.kind === 'agent' && row.rotateAskedAt !== null ? { renew: true } : {}),
    network: {
      name: network.name,
      interface: network.interface,
      prefix: root.prefix,
      ...(root.prefix6 === null ? {} : { prefix6: root.prefix6 }),
      ...(network.dns ? { dns: true as const } : {}),
      keepaliveS: network.keepaliveS,
    },
  }
}

/** What agents do that are told nothing about polling. */
const isUsual = ({ holdS, everyS }: Polling): boolean => holdS === MAX_WAIT_S && everyS === null
