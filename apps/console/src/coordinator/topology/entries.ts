import {
  type CidrEntry,
  type CidrRow,
  formatEndpoint,
  type NetworkRow,
  type PeerEntry,
  type PeerRow,
  PublicKey,
  parseEndpoint,
  type SelfEntry,
} from '@warren/protocol'
import { cidrDigest, type Digest, peerDigest } from '@warren/protocol/digest'

/** An entry of a view with everything that is computed from it once: its JSON and its digest. */
export type Entry<T> = { readonly value: T; readonly text: string; readonly digest: Digest }

/** What has been observed about a peer's whereabouts: by the hub, and by the peer itself. */
export type Sight = { readonly observed: string | null; readonly candidates: readonly string[] }

/** The schema's bound on endpoints in one entry. */
const MAX_ENDPOINTS = 16

/** Hosts that stand for "wherever you see me" in an endpoint set by hand. */
const anyHost = new Set(['0.0.0.0', '::'])

/** The key of a peer that takes part, or null: enabled, redeemed, not deleted (DESIGN "Who reaches whom"). */
export const activeKey = (row: PeerRow): PublicKey | null =>
  row.enabled && row.redeemedAt !== null && row.deletedAt === null && row.cidrId !== null && row.publicKey !== null
    ? PublicKey.parse(row.publicKey)
    : null

/** A peer as others know it; null when it takes no part. */
export function peerEntry(row: PeerRow, network: NetworkRow, sight: Sight | undefined): Entry<PeerEntry> | null {
  const key = activeKey(row)
  if (key === null || row.cidrId === null) return null
  const at = endpointsOf(row, network, sight)
  const value: PeerEntry = {
    id: row.id,
    name: row.name,
    cidr: row.cidrId,
    key,
    ip: row.address,
    ...(at.length > 0 ? { at } : {}),
    ...(row.kind === 'hub' ? { hub: true } : {}),
    ...(row.kind === 'device' ? { device: true } : {}),
  }
  return { value, text: JSON.stringify(value), digest: peerDigest(value) }
}

/**
 * Where to try a peer, likeliest first: the hub's observation, its own candidates, what an admin set by hand (DESIGN
 * "The agent"). A device has no agent that could be met halfway, it speaks to the hub alone, so it has none.
 */
function endpointsOf(row: PeerRow, network: NetworkRow, sight: Sight | undefined): string[] {
  if (row.kind === 'hub') return [row.endpointOverride ?? network.endpoint]
  if (row.kind === 'device') return []
  const observed = sight?.observed ?? null
  const manual = row.endpointOverride === null ? null : overrideOf(row.endpointOverride, observed)
  const all = [observed, ...(sight?.candidates ?? []).slice(0, MAX_ENDPOINTS - 2), manual]
  return [...new Set(all.filter((text) => text !== null))]
}

/** `0.0.0.0:port` means that port of the observed address: a forwarded port behind a changing address. */
function overrideOf(text: string, observed: string | null): string | null {
  const manual = parseEndpoint(text)
  if (!manual || !anyHost.has(manual.host)) return text
  const seen = observed === null ? null : parseEndpoint(observed)
  return seen && formatEndpoint({ host: seen.host, port: manual.port })
}

/** A CIDR as views name it. */
export function cidrEntry(row: CidrRow): Entry<CidrEntry> {
  const value: CidrEntry = { id: row.id, name: row.name, prefix: row.prefix, parent: row.parentId }
  return { value, text: JSON.stringify(value), digest: cidrDigest(value) }
}

/** What a peer is told about itself; null when it takes no part. `root` is the network's root CIDR. */
export function selfEntry(row: PeerRow, network: NetworkRow, root: CidrRow): SelfEntry | null {
  const key = activeKey(row)
  if (key === null || row.cidrId === null) return null
  return {
    id: row.id,
    name: row.name,
    cidr: row.cidrId,
    ip: row.address,
    key,
    network: {
      name: network.name,
      interface: network.interface,
      prefix: root.prefix,
      keepaliveS: network.keepaliveS,
    },
  }
}
