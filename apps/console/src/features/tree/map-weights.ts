import type { CidrNode, Prefix, Tree } from '@warren/cidr'

/** The share that a CIDR gets at least, however few its addresses, and the share that all such get together at most. */
const FLOOR = { each: 1 / 24, all: 0.5 } as const

/** A part of a CIDR: a child, or free space, which has no node. */
type Part = { readonly prefix: Prefix; readonly node: CidrNode | null }

/** How much room each piece of a CIDR gets: its share of the addresses, but not less than can be seen. */
export function weightsOf(whole: Prefix, pieces: readonly Part[], exact: boolean): number[] {
  const shares = pieces.map((piece) => shareOf(piece.prefix, whole))
  if (exact) return shares
  const floor = Math.min(FLOOR.each, FLOOR.all / pieces.filter((piece) => piece.node).length)
  return pieces.map((piece, at) => Math.max(shares[at] ?? 0, piece.node ? floor : 0))
}

/** Exact: both sizes are powers of two. */
export const shareOf = (part: Prefix, whole: Prefix): number => 2 ** (whole.width - part.width)

/** Whether some CIDR is drawn larger than its share while the map is not exact. */
export function isWidened(tree: Tree, top: CidrNode): boolean {
  const divided = [top, ...tree.descendants(top.id)].map((node) => ({ node, children: tree.children(node.id) }))
  return divided.some(({ node, children }) => {
    const floor = Math.min(FLOOR.each, FLOOR.all / Math.max(1, children.length))
    return children.some((child) => shareOf(child.prefix, node.prefix) < floor)
  })
}
