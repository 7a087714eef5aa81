import { addressFromValue, bitsOf } from './address.ts'
import { nextFreePrefix } from './free.ts'
import type { Seated } from './peer-address.ts'
import { hostPrefix, type Prefix, prefixOf } from './prefix.ts'
import { type ResizeProblem, resizeProblem } from './resize.ts'
import type { CidrNode, Tree } from './tree.ts'

/** A size that a CIDR could have: where it would then lie, and the reason it may not, or null when it may. */
export type ResizeChoice = { readonly prefix: Prefix; readonly problem: ResizeProblem | null }

/** Narrower than this nobody draws a CIDR for: a /30 holds two hosts, a /126 three. */
const LEAST_HOST_BITS = 2

/** How many bits wider a root may become: it has no parent that would set a limit. */
const ROOT_GROWTH = 8

/**
 * One choice for each width that CIDR `id` could grow or shrink to, the largest first, its present width left out. It
 * stays where its contents are; an empty one that finds no room there is offered the next free place of its parent.
 * `peersIn` sit directly in it, `peersInParent` directly in its parent (none for the root). Unknown ids throw.
 */
export function resizeChoices(
  tree: Tree,
  id: number,
  peersIn: readonly Seated[],
  peersInParent: readonly Seated[],
): ResizeChoice[] {
  const [node, parent] = tree.ancestors(id)
  if (!node) return []
  const bits = bitsOf(node.prefix.family)
  const largest = parent ? parent.prefix.width + 1 : Math.max(0, node.prefix.width - ROOT_GROWTH)
  const widths = Array.from({ length: Math.max(0, bits - LEAST_HOST_BITS - largest + 1) }, (_, at) => largest + at)
  const empty = tree.children(id).length === 0 && peersIn.length === 0
  const judge = (prefix: Prefix) => resizeProblem(tree, id, prefix, peersIn, peersInParent)
  return widths
    .filter((width) => width !== node.prefix.width)
    .map((width) => {
      const prefix = prefixOf(addressFromValue(node.prefix.family, anchorOf(tree, node, peersIn)), width)
      const problem = judge(prefix)
      const elsewhere = problem && empty && parent ? freePlace(tree, node, peersInParent, width) : null
      return elsewhere && !judge(elsewhere) ? { prefix: elsewhere, problem: null } : { prefix, problem }
    })
}

/** An address that it has to keep: the lowest one in use, or its first when it is empty. */
function anchorOf(tree: Tree, node: CidrNode, peersIn: readonly Seated[]): bigint {
  const used = [...tree.children(node.id).map((child) => child.prefix.first), ...peersIn.map((p) => p.address.value)]
  return (
    used.reduce<bigint | null>((least, value) => (least === null || value < least ? value : least), null) ??
    node.prefix.first
  )
}

/** The next place in the parent that is free of siblings and of the parent's own peers. */
function freePlace(tree: Tree, node: CidrNode, peersInParent: readonly Seated[], width: number): Prefix | null {
  const [, parent] = tree.ancestors(node.id)
  if (!parent) return null
  const siblings = tree.children(parent.id).filter((other) => other.id !== node.id)
  const taken = [...siblings.map((other) => other.prefix), ...peersInParent.map((peer) => hostPrefix(peer.address))]
  return nextFreePrefix(parent.prefix, taken, width)
}
