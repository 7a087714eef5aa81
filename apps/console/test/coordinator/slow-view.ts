import type { CidrRow, PeerRow } from '@warren/protocol'
import { cidrEntry, peerEntry, type Sight, selfEntry } from '../../src/coordinator/topology/entries.ts'
import type { NetworkRows } from '../../src/coordinator/topology/rows.ts'

/** What a peer may know, read off the rules one pair at a time. */
export function slowView(rows: NetworkRows, sights: ReadonlyMap<number, Sight>, reader: PeerRow) {
  const network = [...rows.networks.values()][0]
  const root = [...rows.cidrs.values()].find((cidr) => cidr.parentId === null)
  if (!network || !root) throw new Error('a network needs a root')
  const visible = [...rows.peers.values()].filter((peer) => inGroupView(rows, reader, peer))
  const needed = new Set<number>()
  const seats = visible.map((peer) => peer.cidrId)
  for (const id of reader.kind === 'hub' ? seats : [reader.cidrId, ...seats]) {
    for (const cidr of up(rows, id)) needed.add(cidr.id)
  }
  const cidrs = [...needed].map((id) => rows.cidrs.get(id)).filter((cidr) => cidr !== undefined)
  return {
    self: selfEntry(reader, { network, root, sight: sights.get(reader.id) }),
    peers: new Map(visible.map((peer) => [peer.id, peerEntry(peer, network, sights.get(peer.id))?.value])),
    cidrs: new Map(cidrs.map((cidr) => [cidr.id, cidrEntry(cidr).value])),
  }
}

export const isActive = (peer: PeerRow): boolean =>
  peer.enabled && peer.redeemedAt !== null && peer.deletedAt === null && peer.publicKey !== null

/** DESIGN "Who reaches whom", for the group's sake with the reader itself where its CIDR mates would see it. */
function inGroupView(rows: NetworkRows, reader: PeerRow, peer: PeerRow): boolean {
  if (!isActive(reader) || !isActive(peer)) return false
  if (reader.kind === 'hub' || peer.kind === 'hub') return true
  const a = up(rows, reader.cidrId)
  const b = up(rows, peer.cidrId)
  if (a[0] === b[0] && a[0]?.isolated) return false
  const has = (list: readonly CidrRow[], id: number | null) => list.some((cidr) => cidr.id === id)
  if (has(b, reader.cidrId) || has(a, peer.cidrId)) return true
  return [...rows.associations.values()].some(
    (pair) => (has(a, pair.a) && has(b, pair.b)) || (has(a, pair.b) && has(b, pair.a)),
  )
}

function up(rows: NetworkRows, id: number | null): CidrRow[] {
  const cidr = id === null ? undefined : rows.cidrs.get(id)
  return cidr ? [cidr, ...up(rows, cidr.parentId)] : []
}
