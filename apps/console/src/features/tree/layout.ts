import type { CidrNode, Tree } from '@warren/cidr'
import { hierarchy, tree as tidy } from 'd3-hierarchy'

/** A card's place in the drawing, in pixels before zooming; x and y are its upper left corner. */
export type Placed = { readonly node: CidrNode; readonly x: number; readonly y: number }

export type Layout = {
  /** In document order: what a screen reader meets, and what the arrow keys walk. */
  readonly cards: readonly Placed[]
  readonly byId: ReadonlyMap<number, Placed>
  readonly width: number
  readonly height: number
}

export const CARD = { width: 192, height: 40 } as const

/** From card to card: down a column, and from column to column. All on a grid of 4 px. */
const ROW = 56
export const COLUMN = 264

/** Cousins stand a little further apart than siblings, so that families can be told. */
const COUSINS = 1.25

/** The CIDRs that are seen while those in `collapsed` hide what is below them, in document order. */
export function visibleNodes(tree: Tree, collapsed: ReadonlySet<number>): CidrNode[] {
  const seen: CidrNode[] = []
  const walk = (node: CidrNode) => {
    seen.push(node)
    if (!collapsed.has(node.id)) tree.children(node.id).forEach(walk)
  }
  walk(tree.root)
  return seen
}

/** A tidy tree from left to right. */
export function tidyLayout(tree: Tree, collapsed: ReadonlySet<number>): Layout {
  const root = hierarchy<CidrNode>(tree.root, (node) => (collapsed.has(node.id) ? [] : [...tree.children(node.id)]))
  const drawn = tidy<CidrNode>()
    .nodeSize([ROW, COLUMN])
    .separation((a, b) => (a.parent === b.parent ? 1 : COUSINS))(root)
  const nodes = drawn.descendants()
  const top = least(nodes, (node) => node.x)
  // Whole pixels: a hairline between two of them is a blur.
  const place = (node: (typeof nodes)[number]): Placed => ({
    node: node.data,
    x: node.y,
    y: Math.round(node.x - top),
  })
  const places = new Map(nodes.map((node) => [node.data.id, place(node)]))
  const cards = visibleNodes(tree, collapsed).flatMap((node) => places.get(node.id) ?? [])
  return {
    cards,
    byId: places,
    width: -least(cards, (card) => -card.x) + CARD.width,
    height: -least(cards, (card) => -card.y) + CARD.height,
  }
}

/** The least of many: spreading ten thousand arguments into Math.min may be more than a stack holds. */
const least = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((found, row) => Math.min(found, of(row)), Number.POSITIVE_INFINITY)

/** Rows that can be taken in at once. */
const TAKEN_IN = 22

/** What to collapse at first, so that a large tree opens with as many whole levels as can be taken in. */
export function collapsedAtFirst(tree: Tree): Set<number> {
  const deepest = -least(tree.nodes, (node) => -tree.depth(node.id))
  let depth = deepest
  const rows = (open: number) => tree.nodes.filter((node) => isLeafAt(tree, node, open)).length
  while (depth > 1 && rows(depth) > TAKEN_IN) depth -= 1
  if (depth === deepest) return new Set()
  return new Set(
    tree.nodes
      .filter((node) => tree.depth(node.id) === depth && tree.children(node.id).length > 0)
      .map((node) => node.id),
  )
}

/** Whether a CIDR takes a row of its own when `open` levels are shown. */
const isLeafAt = (tree: Tree, node: CidrNode, open: number): boolean => {
  const depth = tree.depth(node.id)
  return depth === open || (depth < open && tree.children(node.id).length === 0)
}

/** A hairline from a parent's right edge to a child's left one. */
export function linkPath(parent: Placed, child: Placed): string {
  const [x1, y1] = [parent.x + CARD.width, parent.y + CARD.height / 2]
  const [x2, y2] = [child.x, child.y + CARD.height / 2]
  const middle = (x1 + x2) / 2
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`
}

/** The card that stands for a CIDR: its own, or that of the collapsed one it is hidden in. */
export function standIn(layout: Layout, tree: Tree, id: number): Placed | null {
  const shown = tree.ancestors(id).find((node) => layout.byId.has(node.id))
  return shown ? (layout.byId.get(shown.id) ?? null) : null
}
