import type { Seated } from './peer-address.ts'
import { adopts, type PlacementProblem, placementProblem } from './placement.ts'
import { contains, type Prefix, supernet } from './prefix.ts'
import type { CidrNode, Tree } from './tree.ts'

/**
 * A place for a CIDR between a parent and some of its children: which others it would take in besides those that were
 * chosen, and the reason it may not go there, or null when it may.
 */
export type InsertChoice = {
  readonly prefix: Prefix
  readonly alsoTakesIn: readonly CidrNode[]
  readonly problem: PlacementProblem | null
}

/** The smallest prefix that holds all of these; null for none, or for a mixture of families. */
export function coverOf(prefixes: readonly Prefix[]): Prefix | null {
  let cover: Prefix | null = prefixes[0] ?? null
  for (const prefix of prefixes) {
    while (cover && !contains(cover, prefix)) cover = supernet(cover)
  }
  return cover
}

/**
 * The prefixes that a CIDR around the chosen children of `parentId` could have, the smallest first, up to one bit less
 * than the parent. None when the only place is the parent itself, or when no child was chosen. Unknown ids throw.
 */
export function insertChoices(
  tree: Tree,
  parentId: number,
  childIds: readonly number[],
  peersInParent: readonly Seated[],
): InsertChoice[] {
  const [parent] = tree.ancestors(parentId)
  const chosen = tree.children(parentId).filter((child) => childIds.includes(child.id))
  const cover = coverOf(chosen.map((child) => child.prefix))
  const choices: InsertChoice[] = []
  // Around a single child the smallest place is one bit wider than the child.
  let prefix = cover && chosen.length === 1 ? supernet(cover) : cover
  while (parent && prefix && prefix.width > parent.prefix.width) {
    const alsoTakesIn = adopts(tree, parent, prefix).filter((child) => !chosen.includes(child))
    choices.push({ prefix, alsoTakesIn, problem: placementProblem(tree, parent, prefix, peersInParent) })
    prefix = supernet(prefix)
  }
  return choices
}
