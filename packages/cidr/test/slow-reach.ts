import type { CidrNode, ReachPeer } from '../src/index.ts'
import type { Plain } from './some.ts'

/**
 * The law from the other end: not two peers and their way up, but every rule spreading its pairs downwards, isolation
 * striking some out, hubs having the last word. Slow and plain on purpose. Pairs are `a-b`, both ways round.
 */
export function slowPairs({ nodes, peers, associations }: Plain): Set<string> {
  const active = peers.filter((peer) => peer.enabled && peer.redeemed)
  const pairs = new Set<string>()
  const open = (some: readonly ReachPeer[], others: readonly ReachPeer[]) => {
    for (const a of some) for (const b of others) if (a.id !== b.id) pairs.add(`${a.id}-${b.id}`).add(`${b.id}-${a.id}`)
  }
  const direct = (node: CidrNode) => active.filter((peer) => peer.cidrId === node.id)
  const subtree = (id: number) => nodes.filter((node) => isBelow(nodes, node, id)).flatMap(direct)

  for (const node of nodes) open(direct(node), subtree(node.id))
  for (const { a, b } of associations) open(subtree(a), subtree(b))
  for (const node of nodes.filter(({ isolated }) => isolated)) {
    for (const a of direct(node)) for (const b of direct(node)) pairs.delete(`${a.id}-${b.id}`)
  }
  open(
    active.filter((peer) => peer.kind === 'hub'),
    active,
  )
  return pairs
}

export const isBelow = (nodes: readonly CidrNode[], node: CidrNode | undefined, id: number): boolean =>
  node !== undefined &&
  (node.id === id ||
    isBelow(
      nodes,
      nodes.find((other) => other.id === node.parentId),
      id,
    ))
