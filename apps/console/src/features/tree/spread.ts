import {
  addressFromValue,
  bitsOf,
  type CidrNode,
  type Family,
  formatPrefix,
  freeBlocks,
  lastOf,
  type Prefix,
  prefixOf,
  sizeOf,
  type Tree,
} from '@warren/cidr'

/** A piece of the address space to scale: where it starts and how much it takes, as shares of the whole (0 to 1). */
export type Piece = { readonly key: string; readonly from: number; readonly share: number; readonly level: number } & (
  | { readonly kind: 'cidr'; readonly node: CidrNode }
  | {
      readonly kind: 'free'
      readonly text: string
      readonly parentId: number
      readonly family: Family
      /** Values of the first and the last free address. */
      readonly first: bigint
      readonly last: bigint
    }
)

/** Finer than a pixel of the widest screen. */
const GRAIN = 1_000_000n

const ratio = (part: bigint, whole: bigint): number => Number((part * GRAIN) / whole) / Number(GRAIN)

/** A CIDR and everything below it, to scale, with the free space between children. Levels count from `top`. */
export function spread(tree: Tree, top: CidrNode): Piece[] {
  const whole = sizeOf(top.prefix)
  const topDepth = tree.depth(top.id)
  const place = (prefix: Prefix) => ({
    from: ratio(prefix.first - top.prefix.first, whole),
    share: ratio(sizeOf(prefix), whole),
  })
  return [top, ...tree.descendants(top.id)].flatMap((node): Piece[] => {
    const level = tree.depth(node.id) - topDepth
    const self: Piece = { kind: 'cidr', key: `cidr ${node.id}`, node, level, ...place(node.prefix) }
    const children = tree.children(node.id).map((child) => child.prefix)
    if (children.length === 0) return [self]
    const gaps = runs(freeBlocks(node.prefix, children)).map(({ first, last, text }): Piece => {
      const from = ratio(first - top.prefix.first, whole)
      return {
        kind: 'free',
        key: `free ${first} ${last}`,
        text,
        parentId: node.id,
        family: node.prefix.family,
        first,
        last,
        level: level + 1,
        from,
        share: ratio(last - first + 1n, whole),
      }
    })
    return [self, ...gaps]
  })
}

/** Narrower than this a piece is only a mark among others, in pixels. */
const NARROW = 6

/**
 * What is seen of the pieces at a width in pixels: those that can be pointed at, and the places of those that cannot.
 * CIDRs in `kept` are among the first whatever their width.
 */
export function inSight(
  pieces: readonly Piece[],
  width: number,
  kept: ReadonlySet<number> = new Set(),
): { wide: Piece[]; narrow: Set<string> } {
  const narrow = new Set<string>()
  const wide = pieces.filter((piece) => {
    if (piece.share * width >= NARROW || (piece.kind === 'cidr' && kept.has(piece.node.id))) return true
    if (piece.kind === 'cidr') narrow.add(`${Math.round(piece.from * width)} ${piece.level}`)
    return false
  })
  return { wide, narrow }
}

type Run = { first: bigint; last: bigint; text: string }

/** Free blocks that touch are one piece of free space. */
function runs(blocks: readonly Prefix[]): Run[] {
  const joined: Run[] = []
  for (const block of blocks) {
    const before = joined.at(-1)
    if (before && before.last + 1n === block.first) {
      before.last = lastOf(block)
      before.text = `${before.text}, ${formatPrefix(block)}`
    } else {
      joined.push({ first: block.first, last: lastOf(block), text: formatPrefix(block) })
    }
  }
  return joined
}

/** The aligned block of a width at a share of a run of free addresses; the largest block there when the width is larger. */
export function placeIn({ first, last, family }: Piece & { kind: 'free' }, share: number, width: number): Prefix {
  const offset = BigInt(Math.floor(Math.max(0, Math.min(0.999, share)) * 1_000_000))
  const wanted = addressFromValue(family, first + ((last - first) * offset) / 1_000_000n)
  const bits = bitsOf(family)
  for (let at = width; at < bits; at += 1) {
    const block = prefixOf(wanted, at)
    if (block.first >= first && block.first + sizeOf(block) - 1n <= last) return block
  }
  return prefixOf(wanted, bits)
}

/** Where addresses lie in `top`, as shares of it; those outside are left out. */
export const marks = (top: Prefix, addresses: readonly { family: 4 | 6; value: bigint }[]): number[] =>
  addresses.flatMap((address) =>
    address.family === top.family && address.value >= top.first && address.value <= lastOf(top)
      ? [ratio(address.value - top.first, sizeOf(top))]
      : [],
  )

/** The CIDR to show whole so that `id` can be seen: itself if it has children, else its parent. */
export function closeUp(tree: Tree, id: number): CidrNode {
  const [node, parent] = tree.ancestors(id)
  if (!node) return tree.root
  return tree.children(id).length > 0 ? node : (parent ?? node)
}

/** From this density on a CIDR is drawn as dense, even where none is denser: one peer in 16 addresses. */
const DENSE = 1 / 16

/**
 * How densely a CIDR is peopled compared with the densest one drawn, 0 to 1. The root evens out: on a true scale one
 * crowded /28 would leave all others blank.
 */
export const fullness = (peers: number, prefix: Prefix, most: number): number =>
  Math.sqrt(density(peers, prefix) / Math.max(most, DENSE))

/** Peers for each address. */
export const density = (peers: number, prefix: Prefix): number => peers / Number(sizeOf(prefix))
