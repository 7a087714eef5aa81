import type { Plan } from '~/features/network/plan.ts'
import type { Circle } from './circle.ts'
import { type Focus, MOST_STRANDS, noTally, type Strand, sectorAtDepth, type Web } from './strands.ts'

/** Every pair of one list with the other, or, when the lists are one, every two of it. */
type Block = { readonly a: readonly number[]; readonly b: readonly number[]; readonly count: number }

/**
 * The pairs that may reach each other. Counted by CIDR and never listed as a whole: at ten thousand peers there are
 * millions. What is drawn is sampled as in `webOf` when it is too much; the total is exact.
 */
export function allowedWeb(plan: Plan, circle: Circle, focus: Focus, most = MOST_STRANDS): Web {
  const blocks = blocksOf(plan, circle, focus)
  const total = blocks.reduce((sum, block) => sum + block.count, 0)
  return { strands: strandsOf(circle, blocks, { total, most }), tally: { ...noTally(), allowed: total }, total }
}

/** Active peers of one position of the tree's preorder, as seats, those that the filter is about apart. */
type Bed = { readonly inside: number[]; readonly outside: number[] }

function blocksOf(plan: Plan, circle: Circle, focus: Focus): Block[] {
  const { index } = plan.reach
  const bedOf = (ids: readonly number[]): Bed => {
    const seats = ids.flatMap((id) => circle.seatOf(id) ?? [])
    return {
      inside: seats.filter((seat) => !focus || focus.has(seat)),
      outside: focus ? seats.filter((seat) => !focus.has(seat)) : [],
    }
  }
  const beds = index.spans.map((_, at) => bedOf(index.members.slice(index.starts[at], index.starts[at + 1])))
  const inhabited = beds.map((bed) => bed.inside.length + bed.outside.length > 0)
  const blocks: Block[] = []
  beds.forEach((bed, at) => {
    if (!inhabited[at]) return
    for (const { from, to } of index.spans[at] ?? [])
      for (let other = Math.max(at, from); other < to; other += 1) {
        const mate = beds[other]
        if (mate && inhabited[other]) blocks.push(...between(bed, mate))
      }
  })
  const hubs = bedOf(index.hubs)
  return [...blocks, ...between(hubs, hubs), ...beds.flatMap((bed) => between(hubs, bed))].filter(
    (block) => block.count > 0,
  )
}

function between(one: Bed, other: Bed): Block[] {
  if (one === other) return [among(one.inside), across(one.inside, one.outside)]
  return [across(one.inside, other.inside), across(one.inside, other.outside), across(one.outside, other.inside)]
}

const across = (a: readonly number[], b: readonly number[]): Block => ({ a, b, count: a.length * b.length })

const among = (seats: readonly number[]): Block => ({
  a: seats,
  b: seats,
  count: (seats.length * (seats.length - 1)) / 2,
})

function strandsOf(
  circle: Circle,
  blocks: readonly Block[],
  { total, most }: { total: number; most: number },
): Strand[] {
  if (total <= most) return blocks.flatMap((block) => some(block, block.count))
  const { keyOf, sizes } = strataOf(circle, blocks, most)
  const seen = new Map<number, number>()
  return blocks.flatMap((block) => {
    const key = keyOf(block)
    const before = seen.get(key) ?? 0
    const after = before + block.count
    seen.set(key, after)
    const size = sizes.get(key) ?? 1
    const share = Math.max(1, Math.round((size * most) / total))
    return some(block, Math.floor((after * share) / size) - Math.floor((before * share) / size))
  })
}

/** As `strataOf` of strands.ts, for whole blocks. */
function strataOf(circle: Circle, blocks: readonly Block[], most: number) {
  const deepest = Math.max(0, ...circle.sectors.map((sector) => sector.depth))
  for (let depth = deepest; ; depth -= 1) {
    const ancestor = circle.sectors.map((_, at) => sectorAtDepth(circle, at, depth))
    const placeOf = (seats: readonly number[]) => ancestor[circle.seats[seats[0] ?? 0]?.group ?? 0] ?? 0
    const keyOf = ({ a, b }: Block): number => {
      const [x, y] = [placeOf(a), placeOf(b)]
      return Math.min(x, y) * circle.sectors.length + Math.max(x, y)
    }
    const sizes = new Map<number, number>()
    for (const block of blocks) sizes.set(keyOf(block), (sizes.get(keyOf(block)) ?? 0) + block.count)
    if (sizes.size <= most / 2 || depth === 0) return { keyOf, sizes }
  }
}

/** The golden ratio's fractional part: multiples of it spread evenly however many there are. */
const GOLDEN = 0.618_033_988_75

/** `n` of a block's pairs: all of them in order, or some spread evenly over both sides. */
function some({ a, b, count }: Block, n: number): Strand[] {
  const itself = a === b
  if (n >= count) {
    return a.flatMap((one, at) => (itself ? b.slice(at + 1) : b).map((other) => strand(one, other)))
  }
  return Array.from({ length: n }, (_, nth) => {
    const at = Math.floor(((nth + 0.5) / n) * a.length)
    const turn = (nth * GOLDEN + 0.37) % 1
    const mate = itself ? (at + 1 + Math.floor(turn * (a.length - 1))) % a.length : Math.floor(turn * b.length)
    return strand(a[at] ?? 0, b[mate] ?? 0)
  })
}

const strand = (a: number, b: number): Strand => ({ a: Math.min(a, b), b: Math.max(a, b), path: 'allowed' })
