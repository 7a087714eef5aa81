import { bitsOf, type CidrNode, freeBlocks, type Prefix, sizeOf, type Tree } from '@warren/cidr'
import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy'
import type { Box, Size } from './camera.ts'
import { weightsOf } from './map-weights.ts'

/** A CIDR's place in the map, in whole pixels. */
export type MapBox = Box & {
  readonly node: CidrNode
  /** How much of its height its own name takes; its children lie below. 0 where there is no room for a name. */
  readonly head: number
  /** Whether its children are drawn in it. */
  readonly divided: boolean
}

/** A free block's place in the map: an aligned prefix in `parent` that no child has. */
export type MapGap = Box & { readonly prefix: Prefix; readonly parentId: number }

/** A CIDR that is too small to be more than a spot in its parent. */
export type Speck = Box & { readonly node: CidrNode }

export type MapLayout = {
  /** In document order. */
  readonly boxes: readonly MapBox[]
  readonly gaps: readonly MapGap[]
  readonly specks: readonly Speck[]
  readonly byId: ReadonlyMap<number, MapBox>
  /** Of boxes and specks. */
  readonly places: ReadonlyMap<number, Box>
}

/** A piece of the address space: a CIDR, or a block of a CIDR that is divided and does not give it to a child. */
type Piece = {
  readonly prefix: Prefix
  readonly node: CidrNode | null
  readonly parentId: number
  readonly pieces: Piece[]
}

/** The pieces of a CIDR as d3 takes them; built once for a tree, laid out for each size. */
export type MapSource = ReturnType<typeof mapSource>

export function mapSource(tree: Tree, top: CidrNode) {
  const pieceOf = (node: CidrNode): Piece => ({
    prefix: node.prefix,
    node,
    parentId: node.parentId ?? 0,
    pieces: inside(node),
  })
  const inside = (node: CidrNode): Piece[] => {
    const children = tree.children(node.id)
    if (children.length === 0) return []
    const gaps = freeBlocks(
      node.prefix,
      children.map((child) => child.prefix),
    ).map((prefix): Piece => ({ prefix, node: null, parentId: node.id, pieces: [] }))
    return [...children.map(pieceOf), ...gaps].sort((a, b) => (a.prefix.first < b.prefix.first ? -1 : 1))
  }
  return hierarchy<Piece>(pieceOf(top), (piece) => piece.pieces)
}

/** The height of a name above what is inside, and the seam around that, in pixels. */
const HEAD = 24
const SEAM = 4

/** Smaller than this a box shows neither a name nor what is inside. */
const NAMED = { width: 44, height: 36 } as const

/** Smaller than this a CIDR is a speck, and a free block nothing; and smaller than that a speck is nothing either. */
const SPECK = { below: 14, least: 2 } as const

/**
 * The map of the address space below the source's top: each prefix is a rectangle, halved along its longer side with
 * every bit, so that a CIDR keeps its place however its surroundings change. Area is the share of addresses; with
 * `exact` false, CIDRs that would be too small to see take a little from the others (see map-weights).
 */
export function mapLayout(source: MapSource, size: Size, exact: boolean): MapLayout {
  type Node = HierarchyRectangularNode<Piece>
  const roomy = (node: Node) => node.x1 - node.x0 >= NAMED.width && node.y1 - node.y0 >= NAMED.height
  const seam = (node: Node) => (roomy(node) ? SEAM : 1)
  const root = treemap<Piece>()
    .size([size.width, size.height])
    .paddingTop((node) => (roomy(node) ? HEAD : 1))
    .paddingLeft(seam)
    .paddingRight(seam)
    .paddingBottom(seam)
    .tile((node, x0, y0, x1, y1) => tile(node, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }, exact))(source)
  return collect(root, (node) => (roomy(node) ? HEAD : 0))
}

function collect(
  root: HierarchyRectangularNode<Piece>,
  headOf: (node: HierarchyRectangularNode<Piece>) => number,
): MapLayout {
  const boxes: MapBox[] = []
  const gaps: MapGap[] = []
  const specks: Speck[] = []
  const walk = (one: HierarchyRectangularNode<Piece>) => {
    const box = wholePixels(one)
    const least = Math.min(box.width, box.height)
    const { node, prefix, parentId } = one.data
    if (least < SPECK.below) {
      if (node && least >= SPECK.least) specks.push({ ...box, node })
    } else if (node) {
      const divided = one.children !== undefined
      boxes.push({ ...box, node, head: headOf(one), divided })
      one.children?.forEach(walk)
    } else gaps.push({ ...box, prefix, parentId })
  }
  walk(root)
  const byId = new Map(boxes.map((box) => [box.node.id, box]))
  return { boxes, gaps, specks, byId, places: new Map([...specks, ...boxes].map((box) => [box.node.id, box])) }
}

/** Neighbours share an edge in whole pixels; one pixel between them is left for the eye. */
function wholePixels({ x0, y0, x1, y1 }: HierarchyRectangularNode<Piece>): Box {
  const [x, y] = [Math.round(x0), Math.round(y0)]
  return { x, y, width: Math.round(x1) - x - GAP, height: Math.round(y1) - y - GAP }
}

/** Between boxes, in pixels. */
export const GAP = 2

/** Gives each piece of a CIDR its part of a rectangle. */
function tile(parent: HierarchyRectangularNode<Piece>, area: Box, exact: boolean): void {
  const pieces = parent.children ?? []
  const weights = weightsOf(
    parent.data.prefix,
    pieces.map((piece) => piece.data),
    exact,
  )
  const halve = (from: number, to: number, box: Box, { first, width }: { first: bigint; width: number }): void => {
    const piece = pieces[from]
    if (!piece) return
    // The only piece is the whole block: blocks and pieces are both aligned, and the pieces fill the blocks.
    if (to - from === 1) {
      place(piece, box)
      return
    }
    const half = 1n << BigInt(bitsOf(piece.data.prefix.family) - width - 1)
    const middle = first + half
    let cut = from
    while (cut < to && (pieces[cut]?.data.prefix.first ?? middle) < middle) cut += 1
    const [low, high] = [sum(weights, from, cut), sum(weights, cut, to)]
    const [a, b] = cutBox(box, low / (low + high))
    halve(from, cut, a, { first, width: width + 1 })
    halve(cut, to, b, { first: middle, width: width + 1 })
  }
  halve(0, pieces.length, area, parent.data.prefix)
}

function place(piece: HierarchyRectangularNode<Piece>, box: Box): void {
  piece.x0 = box.x
  piece.y0 = box.y
  piece.x1 = box.x + box.width
  piece.y1 = box.y + box.height
}

/** Cuts a box across its longer side; the first part gets `share` of it. */
export function cutBox({ x, y, width, height }: Box, share: number): [Box, Box] {
  if (width >= height) {
    const cut = width * share
    return [
      { x, y, width: cut, height },
      { x: x + cut, y, width: width - cut, height },
    ]
  }
  const cut = height * share
  return [
    { x, y, width, height: cut },
    { x, y: y + cut, width, height: height - cut },
  ]
}

const sum = (weights: readonly number[], from: number, to: number): number => {
  let total = 0
  for (let at = from; at < to; at += 1) total += weights[at] ?? 0
  return total
}

/** The aligned block of a width that lies under a point of a gap; the gap itself when it is not larger than that. */
export function blockAt(gap: MapGap, point: { x: number; y: number }, width: number): MapGap {
  let { prefix } = gap
  let box: Box = { x: gap.x, y: gap.y, width: gap.width, height: gap.height }
  while (prefix.width < width) {
    const [low, high] = cutBox(box, 0.5)
    const second = point.x >= high.x && point.y >= high.y
    box = second ? high : low
    const size = sizeOf(prefix) / 2n
    prefix = { ...prefix, width: prefix.width + 1, first: second ? prefix.first + size : prefix.first }
  }
  return { ...box, prefix, parentId: gap.parentId }
}
