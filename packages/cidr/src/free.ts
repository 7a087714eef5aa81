import { addressFromValue, bitsOf, type Family } from './address.ts'
import { comparePrefixes, lastOf, overlaps, type Prefix, prefixOf, sizeOf } from './prefix.ts'

/** The maximal blocks of `prefix` that touch none of `taken`, in order. `taken` may be unsorted, nested, or elsewhere. */
export function freeBlocks(prefix: Prefix, taken: readonly Prefix[]): Prefix[] {
  const free: Prefix[] = []
  let cursor = prefix.first
  for (const block of relevant(prefix, taken)) {
    free.push(...blocksOfRange(prefix.family, cursor, block.first - 1n))
    cursor = later(cursor, lastOf(block) + 1n)
  }
  return [...free, ...blocksOfRange(prefix.family, cursor, lastOf(prefix))]
}

/**
 * The lowest aligned block of `width` in `prefix` that touches none of `taken`, or null when none is left.
 * Steps over taken blocks, never over addresses: a /8 or a /48 costs no more than a /24.
 */
export function nextFreePrefix(prefix: Prefix, taken: readonly Prefix[], width: number): Prefix | null {
  const bits = bitsOf(prefix.family)
  if (!Number.isInteger(width) || width < prefix.width || width > bits) return null

  const size = 1n << BigInt(bits - width)
  let candidate = prefix.first
  for (const block of relevant(prefix, taken)) {
    if (candidate + size <= block.first) break
    candidate = later(candidate, alignUp(lastOf(block) + 1n, size))
  }
  return candidate + size - 1n <= lastOf(prefix) ? prefixOf(addressFromValue(prefix.family, candidate), width) : null
}

/** The share of its addresses that `taken` covers, 0 to 1. Near enough for a bar on a screen, not for decisions. */
export function occupancy(prefix: Prefix, taken: readonly Prefix[]): number {
  const size = sizeOf(prefix)
  const free = freeBlocks(prefix, taken).reduce((sum, block) => sum + sizeOf(block), 0n)
  // Ten thousandths: Number() of a bare /48 would still be exact enough, the ratio of two such would not say so.
  return Number(((size - free) * 10_000n) / size) / 10_000
}

/** The fewest blocks that cover exactly the addresses `from` to `to`, both included, in order; none when `to` < `from`. */
export function blocksOfRange(family: Family, from: bigint, to: bigint): Prefix[] {
  const blocks: Prefix[] = []
  let cursor = from
  while (cursor <= to) {
    const block = largestBlockAt(family, cursor, to)
    blocks.push(block)
    cursor = lastOf(block) + 1n
  }
  return blocks
}

/** The largest aligned block that starts at `from` and does not pass `to`. */
function largestBlockAt(family: Family, from: bigint, to: bigint): Prefix {
  let hostBits = 0
  while (hostBits < bitsOf(family)) {
    const size = 1n << BigInt(hostBits + 1)
    if (from % size !== 0n || from + size - 1n > to) break
    hostBits += 1
  }
  return prefixOf(addressFromValue(family, from), bitsOf(family) - hostBits)
}

const relevant = (prefix: Prefix, taken: readonly Prefix[]): Prefix[] =>
  taken.filter((block) => overlaps(prefix, block)).sort(comparePrefixes)

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const alignUp = (value: bigint, size: bigint): bigint => ((value + size - 1n) / size) * size
