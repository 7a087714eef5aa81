import { type AssignProblem, assignable, explainAssign } from './assign.ts'
import type { Seated } from './peer-address.ts'
import { covers, seat } from './placement.ts'
import { contains, formatPrefix, holds, overlaps, type Prefix, samePrefix } from './prefix.ts'
import type { CidrNode, Tree } from './tree.ts'
import { listed } from './words.ts'

export type ResizeProblem =
  | { readonly kind: 'family-differs'; readonly prefix: string; readonly family: 4 | 6; readonly network: 4 | 6 }
  | { readonly kind: 'same-as'; readonly prefix: string; readonly cidr: string }
  | { readonly kind: 'outside-parent'; readonly prefix: string; readonly parent: string; readonly inside: string }
  | { readonly kind: 'overlaps-siblings'; readonly prefix: string; readonly siblings: readonly string[] }
  | { readonly kind: 'leaves-children-out'; readonly prefix: string; readonly children: readonly string[] }
  | { readonly kind: 'leaves-peers-out'; readonly prefix: string; readonly peers: readonly string[] }
  | { readonly kind: 'peer-not-assignable'; readonly peer: string; readonly why: AssignProblem }
  | {
      readonly kind: 'covers-peers'
      readonly prefix: string
      readonly parent: string
      readonly peers: readonly string[]
    }

/**
 * The reason CIDR `id` may not change to `prefix`, or null when it may (DESIGN, “Rules of the tree”: a prefix may grow
 * or shrink as long as everything in it still fits; an empty CIDR may thus go anywhere in its parent).
 * `peersIn` sit directly in it, `peersInParent` directly in its parent (none for the root).
 */
export function resizeProblem(
  tree: Tree,
  id: number,
  prefix: Prefix,
  peersIn: readonly Seated[],
  peersInParent: readonly Seated[],
): ResizeProblem | null {
  const [node, parent = null] = tree.ancestors(id)
  if (!node || samePrefix(node.prefix, prefix)) return null

  const around = surroundingsProblem(tree, node, parent, prefix)
  if (around) return around
  const within = contentsProblem(tree, node, prefix, peersIn)
  if (within || !parent) return within

  const peers = covers(prefix, peersInParent)
  return peers.length > 0 ? { kind: 'covers-peers', prefix: formatPrefix(prefix), parent: parent.name, peers } : null
}

/** Whether the rest of the tree leaves room for it. */
function surroundingsProblem(
  tree: Tree,
  node: CidrNode,
  parent: CidrNode | null,
  prefix: Prefix,
): ResizeProblem | null {
  const spelled = formatPrefix(prefix)
  const network = node.prefix.family
  if (prefix.family !== network) return { kind: 'family-differs', prefix: spelled, family: prefix.family, network }

  const same = tree.nodes.find((other) => samePrefix(other.prefix, prefix))
  if (same) return { kind: 'same-as', prefix: spelled, cidr: same.name }
  if (!parent) return null
  if (!contains(parent.prefix, prefix)) {
    return { kind: 'outside-parent', prefix: spelled, parent: parent.name, inside: formatPrefix(parent.prefix) }
  }
  const clash = tree.children(parent.id).filter((other) => other.id !== node.id && overlaps(other.prefix, prefix))
  return clash.length > 0 ? { kind: 'overlaps-siblings', prefix: spelled, siblings: clash.map(named) } : null
}

/** Whether what is in it still fits. */
function contentsProblem(tree: Tree, node: CidrNode, prefix: Prefix, peersIn: readonly Seated[]): ResizeProblem | null {
  const spelled = formatPrefix(prefix)
  const children = tree.children(node.id).filter((child) => !contains(prefix, child.prefix))
  if (children.length > 0) return { kind: 'leaves-children-out', prefix: spelled, children: children.map(named) }

  const peers = peersIn.filter((peer) => !holds(prefix, peer.address))
  if (peers.length > 0) return { kind: 'leaves-peers-out', prefix: spelled, peers: peers.map(seat) }

  for (const peer of peersIn) {
    const why = assignable(prefix, peer.address)
    if (why) return { kind: 'peer-not-assignable', peer: peer.name, why }
  }
  return null
}

/** The problem as one sentence. */
export function explainResize(problem: ResizeProblem): string {
  switch (problem.kind) {
    case 'family-differs':
      return `${problem.prefix} is IPv${problem.family}, but this network is IPv${problem.network}.`
    case 'same-as':
      return `${problem.prefix} is already the prefix of ${problem.cidr}.`
    case 'outside-parent':
      return `${problem.prefix} is not inside ${problem.parent}; choose a part of ${problem.inside}.`
    case 'overlaps-siblings':
      return `${problem.prefix} overlaps ${listed(problem.siblings)}.`
    case 'leaves-children-out':
      return `${problem.prefix} leaves out CIDRs that are inside; move or delete them first: ${listed(problem.children)}.`
    case 'leaves-peers-out':
      return `${problem.prefix} leaves out peers that are inside; move them first: ${listed(problem.peers)}.`
    case 'peer-not-assignable':
      return `Move ${problem.peer} first: ${explainAssign(problem.why)}`
    case 'covers-peers':
      return `${problem.prefix} covers peers that sit directly in ${problem.parent}; move them first: ${listed(problem.peers)}.`
  }
}

const named = (node: CidrNode): string => `${node.name} (${formatPrefix(node.prefix)})`
