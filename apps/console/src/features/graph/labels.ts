import type { Circle, Sector } from './circle.ts'

/** An arc of this many pixels has room for the line of a name beside it. */
const ROOM = 15

/** Siblings of which each gets a chance to be named, however small. */
const FEW = 24

/** Which CIDRs are drawn around the circle: one arc for each that has peers, names where there is room. */
export type Labelling = {
  /** Sectors to name, each over its arc from `start` to `end`. */
  readonly named: readonly Labelled[]
}

export type Labelled = { readonly at: number; readonly start: number; readonly end: number; readonly outer: boolean }

/**
 * Chooses the names: those of the innermost CIDRs where they have room at this radius (in pixels), and where they have
 * not, the one above them over all their arcs.
 */
export function labellingOf(circle: Circle, radius: number): Labelling {
  const inner = circle.sectors.map((): number[] => [])
  circle.sectors.forEach((sector, at) => {
    if (sector.parent !== null) inner[sector.parent]?.push(at)
  })
  const named: Labelled[] = []
  const visit = (at: number): void => {
    const sector = circle.sectors[at]
    if (!sector) return
    const below = inner[at] ?? []
    const roomy = below.filter((child) => lengthOf(circle.sectors[child], radius) >= ROOM)
    if (below.length > 0 && (sector.parent === null || roomy.length * 2 >= below.length)) {
      if (sector.own > 0) named.push({ at, ...ownArc(circle, sector), outer: false })
      for (const child of below) visit(child)
      return
    }
    // Few small ones may have room beside larger ones, which is seen when they are written; many have not.
    if (lengthOf(sector, radius) < ROOM && below.length + (inner[sector.parent ?? at]?.length ?? 0) > FEW) return
    named.push({ at, start: sector.start, end: sector.end, outer: below.length > 0 })
  }
  if (circle.sectors.length > 0) visit(0)
  return { named }
}

const lengthOf = (sector: Sector | undefined, radius: number): number =>
  sector ? (sector.end - sector.start) * radius : 0

/** The arc over the peers that sit directly in a CIDR. */
export function ownArc(circle: Circle, sector: Sector): { start: number; end: number } {
  const half = circle.spacing / 2
  const [first, last] = [circle.seats[sector.from], circle.seats[sector.from + sector.own - 1]]
  return { start: (first?.angle ?? 0) - half, end: (last?.angle ?? 0) + half }
}
