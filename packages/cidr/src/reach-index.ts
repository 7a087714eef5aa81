import { joined, without } from './spans.ts'
import type { Span, Tree } from './tree.ts'

/** What reachability needs to know about a peer. */
export type ReachPeer = {
  readonly id: number
  readonly name: string
  readonly cidrId: number
  readonly kind: 'agent' | 'device' | 'hub'
  readonly enabled: boolean
  readonly redeemed: boolean
}

/** An unordered pair of CIDR ids whose members may reach each other. */
export type Association = { readonly id: number; readonly a: number; readonly b: number }

export type Network = {
  readonly tree: Tree
  readonly peers: readonly ReachPeer[]
  readonly associations: readonly Association[]
}

/** The place of a peer that reaches nobody: disabled, not redeemed, or not of this network. */
export const ABSENT = -1

/** The place of a hub, wherever it sits. */
export const HUB = -2

/**
 * A network laid out on a line. CIDRs are numbered in preorder, so a subtree is a span of positions, and what a CIDR's
 * direct members reach is a short list of spans. Members are sorted by position, so a span of positions is a run of them.
 */
export type ReachIndex = {
  readonly tree: Tree
  /** By position: the positions whose direct members it reaches, joined; its own among them unless it is isolated. */
  readonly spans: readonly (readonly Span[])[]
  /** Ids of active peers that are no hubs, by position. */
  readonly members: readonly number[]
  /** By position: where its direct members begin in `members`; one entry more than there are CIDRs. */
  readonly starts: readonly number[]
  /** Ids of active hubs. */
  readonly hubs: readonly number[]
  /** By peer id, active peers only: a position or HUB. */
  readonly places: ReadonlyMap<number, number>
}

/** Only these take part (DESIGN, “Who reaches whom”). */
export const isActive = (peer: ReachPeer): boolean => peer.enabled && peer.redeemed

/** Lays the network out. Throws when a peer or an association names a CIDR that the tree does not have: a bug elsewhere. */
export function buildIndex({ tree, peers, associations }: Network): ReachIndex {
  const places = new Map<number, number>()
  const byPosition: number[][] = tree.nodes.map(() => [])
  const hubs: number[] = []
  for (const peer of peers) {
    const position = tree.span(peer.cidrId).from
    if (!isActive(peer)) continue
    if (places.has(peer.id)) throw new Error(`two peers have the id ${peer.id}`)
    places.set(peer.id, peer.kind === 'hub' ? HUB : position)
    if (peer.kind === 'hub') hubs.push(peer.id)
    else byPosition[position]?.push(peer.id)
  }
  const starts = [0]
  for (const group of byPosition) starts.push((starts.at(-1) ?? 0) + group.length)
  return { tree, spans: spansByPosition(tree, associations), members: byPosition.flat(), starts, hubs, places }
}

/** Rules 2 to 4, for all CIDRs at once: what an association opens is handed down from parent to child. */
function spansByPosition(tree: Tree, associations: readonly Association[]): Span[][] {
  const opened: Span[][] = tree.nodes.map(() => [])
  for (const { a, b } of associations) {
    opened[tree.span(a).from]?.push(tree.span(b))
    opened[tree.span(b).from]?.push(tree.span(a))
  }
  const above: Span[][] = []
  return tree.nodes.map((node, position) => {
    const up = node.parentId === null ? -1 : tree.span(node.parentId).from
    // Preorder: the parent's lists are complete by now.
    const inherited = joined([...(opened[up] ?? []), ...(opened[position] ?? [])])
    opened[position] = inherited
    const points = [...(above[up] ?? []), { from: position, to: position + 1 }]
    above[position] = points
    const reached = joined([...inherited, ...points, tree.span(node.id)])
    return node.isolated ? without(reached, position) : reached
  })
}
