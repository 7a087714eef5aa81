import type { Circle } from './circle.ts'

/** How a tunnel's packets travel, in the order of the codes of link.list; `allowed` is a pair that may have a tunnel. */
export const paths = ['none', 'direct', 'relayed', 'allowed'] as const
export type Path = (typeof paths)[number]

/** A pair of seats with a line between them. */
export type Strand = {
  readonly a: number
  readonly b: number
  readonly path: Path
  /** In a sample, below 1 for a line that is there only so that its kind is not missing: it is drawn that much fainter. */
  readonly weight?: number
}

/** What is drawn, and how much there is. */
export type Web = {
  readonly strands: readonly Strand[]
  /** Of all pairs that the filter lets through, drawn or not. */
  readonly tally: Readonly<Record<Path, number>>
  readonly total: number
}

/** More lines than this are a smear, and slow: from then on the web is a sample. */
export const MOST_STRANDS = 2400

/** Which seats a filter is about: a pair is shown when one of its two is. Null lets everything through. */
export type Focus = ReadonlySet<number> | null

export type Pair = readonly [a: number, b: number, path: Path]

export const noTally = (): Record<Path, number> => ({ none: 0, direct: 0, relayed: 0, allowed: 0 })

/**
 * The lines for these pairs of seats. When there are more than `most`, a fair sample: every two CIDRs and every path
 * between them get their share of the lines, and at least one. Where even that is too much, CIDRs of one parent count as
 * one. The same pairs always give the same lines.
 */
export function webOf(circle: Circle, pairs: readonly Pair[], most = MOST_STRANDS): Web {
  const tally = noTally()
  for (const [, , path] of pairs) tally[path] += 1
  const web = { tally, total: pairs.length }
  if (pairs.length <= most) return { ...web, strands: pairs.map(([a, b, path]) => ({ a, b, path })) }
  return { ...web, strands: sampleOf(circle, pairs, most) }
}

function sampleOf(circle: Circle, pairs: readonly Pair[], most: number): Strand[] {
  const { keyOf, sizes } = strataOf(circle, pairs, most)
  const seen = new Map<number, number>()
  return pairs.flatMap((pair): Strand[] => {
    const key = keyOf(pair)
    const nth = seen.get(key) ?? 0
    seen.set(key, nth + 1)
    const size = sizes.get(key) ?? 1
    const due = (size * most) / pairs.length
    const share = Math.max(1, Math.round(due))
    // Evenly through the stratum, whose pairs are in the order of the circle.
    const picked = Math.floor(((nth + 1) * share) / size) > Math.floor((nth * share) / size)
    return picked ? [{ a: pair[0], b: pair[1], path: pair[2], weight: Math.min(1, due / share) }] : []
  })
}

/** The finest division of the pairs, by CIDRs of some depth and by path, that leaves each part a line. */
function strataOf(circle: Circle, pairs: readonly Pair[], most: number) {
  const deepest = Math.max(0, ...circle.sectors.map((sector) => sector.depth))
  for (let depth = deepest; ; depth -= 1) {
    const ancestor = circle.sectors.map((_, at) => sectorAtDepth(circle, at, depth))
    const keyOf = ([a, b, path]: Pair): number => {
      const [x, y] = [ancestor[circle.seats[a]?.group ?? 0] ?? 0, ancestor[circle.seats[b]?.group ?? 0] ?? 0]
      return (Math.min(x, y) * circle.sectors.length + Math.max(x, y)) * paths.length + paths.indexOf(path)
    }
    const sizes = sizesOf(pairs, keyOf)
    if (sizes.size <= most / 2 || depth === 0) return { keyOf, sizes }
  }
}

function sizesOf(pairs: readonly Pair[], keyOf: (pair: Pair) => number): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const pair of pairs) {
    const key = keyOf(pair)
    sizes.set(key, (sizes.get(key) ?? 0) + 1)
  }
  return sizes
}

/** The sector itself, or the one above it at this depth. */
export function sectorAtDepth(circle: Circle, at: number, depth: number): number {
  let found = at
  for (let sector = circle.sectors[at]; sector && sector.depth > depth && sector.parent !== null; ) {
    found = sector.parent
    sector = circle.sectors[found]
  }
  return found
}

/** The live tunnels as pairs of seats, as link.list tells them; those of peers that are gone are left out. */
export function livePairs(
  circle: Circle,
  links: readonly (readonly [number, number, number])[],
  { focus, shown }: { focus: Focus; shown: ReadonlySet<Path> },
): Pair[] {
  const pairs: Pair[] = []
  for (const [one, other, code] of links) {
    const [a, b, path] = [circle.seatOf(one), circle.seatOf(other), paths[code]]
    if (a === undefined || b === undefined || !path || !shown.has(path)) continue
    if (focus && !focus.has(a) && !focus.has(b)) continue
    pairs.push([a, b, path])
  }
  return pairs
}
