import { CARD, COLUMN, type Layout, type Placed } from './layout.ts'

/** How far an arc between two cards of one column swings out to the right, in pixels. */
const SWING = { least: 20, share: 0.14, most: 56 } as const

/** Where arcs meet a card beside its middle, which is left to the hairlines; from its upper edge, in pixels. */
const PORT = { upper: 10, lower: CARD.height - 10 } as const

/** How near to a card an arc may pass, in pixels. */
const CLEAR = 8

/** The upper edges of the cards of each column, sorted; what arcs have to get around. */
export type Columns = ReadonlyMap<number, readonly number[]>

export function columnsOf({ cards }: Layout): Columns {
  const columns = new Map<number, number[]>()
  for (const { x, y } of cards) {
    const column = columns.get(x)
    if (column) column.push(y)
    else columns.set(x, [y])
  }
  for (const column of columns.values()) column.sort((a, b) => a - b)
  return columns
}

export type Route = { readonly path: string; readonly ends: readonly [Spot, Spot] }
type Spot = readonly [x: number, y: number]

/**
 * The way of an association between two cards, which crosses no card on it: within a column it swings out beside it;
 * between columns it goes from the right edge of the one card to the left edge of the other, through the gaps of the
 * columns in between.
 */
export function routeOf(a: Placed, b: Placed, columns: Columns): Route {
  if (a.x === b.x) return beside(a, b)
  const [from, to] = a.x < b.x ? [a, b] : [b, a]
  const [start, end] = [spotOf(from, to.y, CARD.width), spotOf(to, from.y, 0)]
  let at = start
  let path = `M${at.join(' ')}`
  for (let x = from.x + COLUMN; x < to.x; x += COLUMN) {
    const share = (x - start[0]) / (end[0] - start[0])
    const y = gapNear(columns.get(x) ?? [], start[1] + (end[1] - start[1]) * share)
    path += curve(at, [x, y])
    at = [x + CARD.width, y]
    path += `L${at.join(' ')}`
  }
  return { path: path + curve(at, end), ends: [start, end] }
}

/** Where an arc leaves a card: on the side of the other card, so that two arcs of one card can be told. */
const spotOf = (card: Placed, towards: number, x: number): Spot => [
  card.x + x,
  card.y + (towards < card.y ? PORT.upper : PORT.lower),
]

function curve([x1, y1]: Spot, [x2, y2]: Spot): string {
  const middle = (x1 + x2) / 2
  return `C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`
}

function beside(a: Placed, b: Placed): Route {
  const [start, end] = [spotOf(a, b.y, CARD.width), spotOf(b, a.y, CARD.width)]
  const out = a.x + CARD.width + Math.min(SWING.most, SWING.least + Math.abs(b.y - a.y) * SWING.share)
  return { path: `M${start.join(' ')}C${out} ${start[1]} ${out} ${end[1]} ${end.join(' ')}`, ends: [start, end] }
}

/**
 * The height nearest to `wanted` at which a column has no card. Rows stand far enough apart that there always is one
 * right above and right below a card.
 */
function gapNear(column: readonly number[], wanted: number): number {
  const top = column[lastAtMost(column, wanted + CLEAR)]
  if (top === undefined || wanted >= top + CARD.height + CLEAR) return wanted
  return wanted - top < CARD.height / 2 ? top - CLEAR : top + CARD.height + CLEAR
}

/** Where the last of sorted numbers stands that is at most `limit`; -1 when none is. Binary search. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
