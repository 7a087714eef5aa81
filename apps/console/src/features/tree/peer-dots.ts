import type { Box } from './camera.ts'

/** Dots of one size in rows: from middle to middle, and the radius; in pixels. */
type Grain = { readonly pitch: number; readonly r: number }
const GRAINS: readonly Grain[] = [
  { pitch: 12, r: 3.5 },
  { pitch: 10, r: 3 },
  { pitch: 8, r: 2.5 },
  { pitch: 6, r: 2 },
]
const FINEST: Grain = { pitch: 5, r: 1.5 }

/** How dots are set into an area: how many to a row and in all, and which grain. */
export type DotGrid = Grain & { readonly columns: number; readonly shown: number; readonly area: Box }

/** The coarsest grid that has room for all of `count` dots in an area; else the finest, with as many as fit. */
export function dotGrid(area: Box, count: number): DotGrid {
  const roomFor = (grain: Grain) => {
    const columns = Math.max(0, Math.floor(area.width / grain.pitch))
    return { columns, room: columns * Math.max(0, Math.floor(area.height / grain.pitch)) }
  }
  const grain = GRAINS.find((one) => roomFor(one).room >= count) ?? FINEST
  const { columns, room } = roomFor(grain)
  return { ...grain, columns, shown: Math.min(count, room), area }
}

/** The middle of a dot. */
export function dotAt({ area, pitch, columns }: DotGrid, index: number): { x: number; y: number } {
  const row = Math.floor(index / columns)
  return { x: area.x + (index - row * columns + 0.5) * pitch, y: area.y + (row + 0.5) * pitch }
}

/** Which dot lies under a point; null where none does. */
export function dotUnder({ area, pitch, columns, shown }: DotGrid, x: number, y: number): number | null {
  const [column, row] = [Math.floor((x - area.x) / pitch), Math.floor((y - area.y) / pitch)]
  if (column < 0 || row < 0 || column >= columns) return null
  const index = row * columns + column
  return index < shown ? index : null
}

/** Of more peers than there are dots, every so-maniest: the dots then keep the share of those online. */
export const sampled = <T>(peers: readonly T[], shown: number): readonly T[] =>
  shown >= peers.length
    ? peers
    : Array.from({ length: shown }, (_, at) => peers[Math.floor((at * peers.length) / shown)]).filter(
        (peer) => peer !== undefined,
      )
