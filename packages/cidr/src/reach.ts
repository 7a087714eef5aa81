import { type Explanation, explainPair } from './explain-reach.ts'
import { ABSENT, buildIndex, HUB, type Network, type ReachIndex } from './reach-index.ts'
import { covered } from './spans.ts'

/** Who reaches whom in one state of a network. Peers are named by id; ids come out ascending. */
export type Reach = {
  readonly index: ReachIndex
  canReach(aId: number, bId: number): boolean
  /** Why, or why not, with everything a sentence needs. */
  explain(aId: number, bId: number): Explanation
  /** The peers this one reaches; none when it is inactive or unknown. */
  visibleFrom(peerId: number): number[]
  /**
   * The peers that an active agent sitting directly in the CIDR reaches, and itself with the other members of its CIDR
   * unless that is isolated: one list for the whole group.
   */
  membersSeenFromCidr(cidrId: number): number[]
  /** The CIDRs such an agent needs to name what it sees: its own, those of the peers seen, and everything above these. */
  cidrsNeededFrom(cidrId: number): number[]
}

/**
 * Answers the law of DESIGN, “Who reaches whom”, for one state of a network. Building costs about
 * peers + CIDRs × (depth + associations inherited), asking for a pair the logarithm of the latter.
 */
export function buildReach(network: Network): Reach {
  const index = buildIndex(network)
  const peers = new Map(network.peers.map((peer) => [peer.id, peer]))
  const { tree } = network
  return {
    index,
    canReach: (aId, bId) => canReach(index, aId, bId),
    explain: (aId, bId) => explainPair(network, peers, aId, bId),
    visibleFrom: (peerId) => visibleFrom(index, peerId),
    membersSeenFromCidr: (cidrId) => ascending(seenFrom(index, tree.span(cidrId).from)),
    cidrsNeededFrom: (cidrId) => cidrsNeededFrom(network, index, tree.span(cidrId).from),
  }
}

function canReach(index: ReachIndex, aId: number, bId: number): boolean {
  const a = index.places.get(aId) ?? ABSENT
  const b = index.places.get(bId) ?? ABSENT
  if (aId === bId || a === ABSENT || b === ABSENT) return false
  return a === HUB || b === HUB || covered(index.spans[a] ?? [], b)
}

function visibleFrom(index: ReachIndex, peerId: number): number[] {
  const place = index.places.get(peerId) ?? ABSENT
  if (place === ABSENT) return []
  const seen = place === HUB ? [...index.members, ...index.hubs] : seenFrom(index, place)
  return ascending(seen.filter((id) => id !== peerId))
}

/** Hubs and the members of every span. */
function seenFrom(index: ReachIndex, position: number): number[] {
  const { spans, members, starts, hubs } = index
  const runs = (spans[position] ?? []).map(({ from, to }) => members.slice(starts[from], starts[to]))
  return [...hubs, ...runs.flat()]
}

function cidrsNeededFrom({ tree, peers }: Network, index: ReachIndex, position: number): number[] {
  const needed = new Set<number>()
  const need = (id: number | null): void => {
    if (id === null || needed.has(id)) return
    needed.add(id)
    need(tree.get(id)?.parentId ?? null)
  }
  need(tree.nodes[position]?.id ?? null)
  for (const peer of peers) if (index.places.get(peer.id) === HUB) need(peer.cidrId)
  for (const { from, to } of index.spans[position] ?? []) {
    for (let at = from; at < to; at += 1) {
      const inhabited = index.starts[at] !== index.starts[at + 1]
      if (inhabited) need(tree.nodes[at]?.id ?? null)
    }
  }
  return ascending([...needed])
}

/** Typed arrays sort numbers as numbers, and five times as fast. */
export const ascending = (ids: readonly number[]): number[] => [...Float64Array.from(ids).sort()]
