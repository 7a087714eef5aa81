import { addressFromValue, bitsOf } from './address.ts'
import { formatPrefix, type Prefix, prefixOf } from './prefix.ts'
import { no, ok, type Result } from './result.ts'
import { NARROWEST_SECOND, SUBNET } from './second-plan.ts'
import type { CidrNode, Tree } from './tree.ts'

/** It has no room for a part each; `needed` is the longest width that would have. */
export type ShareProblem = { readonly kind: 'no-room'; readonly prefix: string; readonly needed: number }

/** Parts that begin where a hexadecimal digit does are easier to read. */
const DIGIT = 4

/**
 * Divides an IPv6 prefix among CIDR `id` and everything below it. The children of one CIDR have parts of one width, in
 * the order of their IPv4 prefixes; the last part stays free for the CIDR's own peers and for later. CIDRs without
 * children get a /64 where there is room. `peersIn` counts the peers directly in a CIDR. The answer has the prefix itself
 * for `id`.
 */
export function shareOut(
  tree: Tree,
  { id, prefix }: { id: number; prefix: Prefix },
  peersIn: (id: number) => number,
): Result<Map<number, Prefix>, ShareProblem> {
  const top = tree.get(id)
  const within = top ? [top, ...tree.descendants(id)] : []
  const bits = bitsOf(prefix.family)
  const least = Math.max(bits - NARROWEST_SECOND, ...within.map((node) => bitsFor(peersIn(node.id) + 1)))
  const levels = levelsOf(tree, within)
  const structure = levels.get(id)?.bits ?? 0
  const room = bits - prefix.width
  if (structure + least > room) {
    return no({ kind: 'no-room', prefix: formatPrefix(prefix), needed: bits - structure - least })
  }

  const leaf = Math.min(Math.max(least, bits - SUBNET), room - structure)
  const parts = new Map<number, Prefix>([[id, prefix]])
  for (const node of within) {
    const own = parts.get(node.id)
    if (!own) continue
    for (const [child, part] of divide(own, tree.children(node.id), { levels, leaf })) parts.set(child, part)
  }
  return ok(parts)
}

/** The problem as one sentence. */
export const explainShare = ({ prefix, needed }: ShareProblem): string =>
  needed > 0
    ? `${prefix} has no room for a part for every CIDR in it; choose /${needed} or larger.`
    : `${prefix} has no room for a part for every CIDR in it; no IPv6 prefix would have.`

/** `height`: levels of CIDRs below. `bits`: what telling these apart takes at least. */
type Level = { readonly height: number; readonly bits: number }

function levelsOf(tree: Tree, within: readonly CidrNode[]): Map<number, Level> {
  const levels = new Map<number, Level>()
  for (const node of [...within].reverse()) {
    const below = tree.children(node.id).map((child) => levels.get(child.id) ?? { height: 0, bits: 0 })
    const own = below.length > 0 ? { height: 1, bits: bitsFor(below.length + 1) } : { height: 0, bits: 0 }
    levels.set(node.id, {
      height: own.height + Math.max(0, ...below.map(({ height }) => height)),
      bits: own.bits + Math.max(0, ...below.map(({ bits }) => bits)),
    })
  }
  return levels
}

/** The children's parts: one width for all, as wide as an even share of the bits down to the leaves allows. */
function divide(
  own: Prefix,
  children: readonly CidrNode[],
  { levels, leaf }: { levels: ReadonlyMap<number, Level>; leaf: number },
): Map<number, Prefix> {
  if (children.length === 0) return new Map()
  const below = children.map((child) => levels.get(child.id) ?? { height: 0, bits: 0 })
  const free = bitsOf(own.family) - own.width - leaf
  const height = 1 + Math.max(...below.map((one) => one.height))
  const most = free - Math.max(...below.map((one) => one.bits))
  const even = Math.floor(free / height)
  const readable = even >= DIGIT ? even - (even % DIGIT) : even
  const width = own.width + Math.min(most, Math.max(bitsFor(children.length + 1), height === 1 ? most : readable))
  const size = 1n << BigInt(bitsOf(own.family) - width)
  const part = (at: number) => prefixOf(addressFromValue(own.family, own.first + BigInt(at) * size), width)
  return new Map(children.map((child, at) => [child.id, part(at)]))
}

/** How many bits tell so many things apart. */
const bitsFor = (count: number): number => Math.ceil(Math.log2(count))
