import type { Association, ReachIndex } from './reach-index.ts'
import type { CidrNode, Span, Tree } from './tree.ts'

/** An association that two CIDRs have or inherit, with the CIDR on each side that it names. */
export type Inherited = { readonly association: Association; readonly viaA: CidrNode; readonly viaB: CidrNode }

/**
 * What the rules say about peers that sit directly in one CIDR and peers that sit directly in another (DESIGN, “Who
 * reaches whom”, rules 2 to 5). `own`: the association names both CIDRs themselves.
 */
export type Access =
  | { readonly kind: 'same'; readonly isolated: boolean }
  | { readonly kind: 'ancestor' }
  | (Inherited & { readonly kind: 'association'; readonly own: boolean })
  | { readonly kind: 'none' }

/** The rule that decides between two CIDRs, by id. Throws for ids that the tree does not have. */
export function accessBetween(tree: Tree, associations: readonly Association[], aId: number, bId: number): Access {
  const upA = tree.ancestors(aId)
  const upB = tree.ancestors(bId)
  if (aId === bId) return { kind: 'same', isolated: upA[0]?.isolated ?? false }
  if (tree.isWithin(aId, bId) || tree.isWithin(bId, aId)) return { kind: 'ancestor' }
  const found = nearest(tree, associations, upA, upB)
  if (!found) return { kind: 'none' }
  return { kind: 'association', ...found, own: found.viaA.id === aId && found.viaB.id === bId }
}

/** The association closest to the two CIDRs, the oldest of equals: the one an admin would look at first. */
function nearest(
  tree: Tree,
  associations: readonly Association[],
  upA: readonly CidrNode[],
  upB: readonly CidrNode[],
): Inherited | null {
  const found = associations.flatMap((association) =>
    [
      [association.a, association.b],
      [association.b, association.a],
    ].flatMap(([x, y]): Inherited[] => {
      const viaA = upA.find((node) => node.id === x)
      const viaB = upB.find((node) => node.id === y)
      return viaA && viaB ? [{ association, viaA, viaB }] : []
    }),
  )
  const nearness = ({ viaA, viaB }: Inherited) => tree.depth(viaA.id) + tree.depth(viaB.id)
  return found.sort((p, q) => nearness(q) - nearness(p) || p.association.id - q.association.id)[0] ?? null
}

/**
 * How many pairs of CIDRs, one from each span of the tree's order, have members that may reach each other, and how many
 * pairs there are: all, some or none of what lies in two subtrees.
 */
export function openBetween(index: ReachIndex, a: Span, b: Span): { open: number; all: number } {
  let open = 0
  for (let at = a.from; at < a.to; at += 1) {
    for (const { from, to } of index.spans[at] ?? []) open += Math.max(0, Math.min(to, b.to) - Math.max(from, b.from))
  }
  return { open, all: (a.to - a.from) * (b.to - b.from) }
}
