import { formatAddress } from './address.ts'
import type { Seated } from './peer-address.ts'
import { contains, formatPrefix, holds, type Prefix, samePrefix } from './prefix.ts'
import type { CidrNode, Tree } from './tree.ts'
import { listed } from './words.ts'

/**
 * Why a new CIDR cannot go there. Two aligned prefixes are equal, nested or apart, so a new one never half overlaps a
 * sibling: it lies inside one (belongs-deeper), is one (same-as) or takes it in (`adopts`).
 */
export type PlacementProblem =
  | { readonly kind: 'family-differs'; readonly prefix: string; readonly family: 4 | 6; readonly network: 4 | 6 }
  | { readonly kind: 'same-as'; readonly prefix: string; readonly cidr: string }
  | { readonly kind: 'outside-parent'; readonly prefix: string; readonly parent: string; readonly inside: string }
  | { readonly kind: 'belongs-deeper'; readonly prefix: string; readonly under: string }
  | {
      readonly kind: 'covers-peers'
      readonly prefix: string
      readonly parent: string
      readonly peers: readonly string[]
    }

/**
 * The reason `prefix` may not become a CIDR directly under `parent`, or null when it may (DESIGN, “Rules of the tree”).
 * `peersInParent` sit directly in `parent`; a peer's address must be in its CIDR and in no child of it.
 */
export function placementProblem(
  tree: Tree,
  parent: CidrNode,
  prefix: Prefix,
  peersInParent: readonly Seated[],
): PlacementProblem | null {
  const spelled = formatPrefix(prefix)
  const network = tree.root.prefix.family
  if (prefix.family !== network) return { kind: 'family-differs', prefix: spelled, family: prefix.family, network }

  const same = tree.nodes.find((node) => samePrefix(node.prefix, prefix))
  if (same) return { kind: 'same-as', prefix: spelled, cidr: same.name }
  if (!contains(parent.prefix, prefix)) {
    return { kind: 'outside-parent', prefix: spelled, parent: parent.name, inside: formatPrefix(parent.prefix) }
  }
  const under = tree.nodes.findLast((node) => node.id !== parent.id && contains(node.prefix, prefix))
  if (under && tree.isWithin(under.id, parent.id)) {
    return { kind: 'belongs-deeper', prefix: spelled, under: under.name }
  }
  const covered = covers(prefix, peersInParent)
  return covered.length > 0 ? { kind: 'covers-peers', prefix: spelled, parent: parent.name, peers: covered } : null
}

/** The children of `parent` that a new CIDR with this prefix would take in, by address. */
export const adopts = (tree: Tree, parent: CidrNode, prefix: Prefix): CidrNode[] =>
  tree.children(parent.id).filter((child) => contains(prefix, child.prefix) && !samePrefix(prefix, child.prefix))

/** The problem as one sentence. */
export function explainPlacement(problem: PlacementProblem): string {
  switch (problem.kind) {
    case 'family-differs':
      return `${problem.prefix} is IPv${problem.family}, but this network is IPv${problem.network}.`
    case 'same-as':
      return `${problem.prefix} is already the prefix of ${problem.cidr}.`
    case 'outside-parent':
      return `${problem.prefix} is not inside ${problem.parent}; choose a part of ${problem.inside} or another parent.`
    case 'belongs-deeper':
      return `${problem.prefix} lies inside ${problem.under}; add it there.`
    case 'covers-peers':
      return `${problem.prefix} covers peers that sit directly in ${problem.parent}; move them first: ${listed(problem.peers)}.`
  }
}

/** `name (address)` of the peers whose address lies in the prefix. */
export const covers = (prefix: Prefix, peers: readonly Seated[]): string[] =>
  peers.filter((peer) => holds(prefix, peer.address)).map(seat)

/** How a sentence names a peer and its seat. */
export const seat = (peer: Seated): string => `${peer.name} (${formatAddress(peer.address)})`
