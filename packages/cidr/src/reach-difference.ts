import { ascending, type Reach } from './reach.ts'
import { ABSENT, HUB, type ReachIndex } from './reach-index.ts'

/** Unordered pairs of peer ids, kept as products of groups: cheap to count, expanded only while iterated. */
export type PairSet = Iterable<readonly [number, number]> & {
  readonly count: number
  /** The first `n` pairs of the iteration. */
  sample(n: number): [number, number][]
  /** Every peer that is in a pair, ascending: those a change affects. */
  peers(): number[]
  /** The same pairs unexpanded: as many products as groups meet, however many pairs that makes. */
  products(): Iterable<PairProduct>
}

/** All pairs of `ids` with `others`; where `others` is null, among themselves. Peers of one list had the same place before. */
export type PairProduct = { readonly ids: readonly number[]; readonly others: readonly number[] | null }

export type ReachDifference = { readonly gained: PairSet; readonly lost: PairSet }

/** Peers with the same place before and the same place after: what is true of one is true of all. */
type Group = { readonly before: number; readonly after: number; readonly ids: number[] }

/** All pairs of one group with some others, and, when `itself` is set, among its own members. */
type Block = {
  readonly ids: readonly number[]
  readonly others: readonly (readonly number[])[]
  readonly itself: boolean
}

/**
 * The pairs that can reach each other in one state and not in the other, peers being the same by id: any change of
 * tree, peers and associations. Works on groups of peers, of which one change to a network makes about as many as
 * there are CIDRs; the cost is peers + groups², not pairs.
 */
export function reachDifference(before: Reach, after: Reach): ReachDifference {
  const groups = groupPeers(before.index, after.index)
  const gained: Block[] = []
  const lost: Block[] = []
  groups.forEach((group, at) => {
    const was = reachedPlaces(before.index, group.before)
    const is = reachedPlaces(after.index, group.after)
    const more: number[][] = []
    const less: number[][] = []
    for (let other = at + 1; other < groups.length; other += 1) {
      const mates = groups[other]
      if (!mates) continue
      const change = (is[slot(mates.after)] ?? 0) - (was[slot(mates.before)] ?? 0)
      if (change > 0) more.push(mates.ids)
      if (change < 0) less.push(mates.ids)
    }
    const alone = group.ids.length < 2
    const inside = alone ? 0 : (is[slot(group.after)] ?? 0) - (was[slot(group.before)] ?? 0)
    if (more.length > 0 || inside > 0) gained.push({ ids: group.ids, others: more, itself: inside > 0 })
    if (less.length > 0 || inside < 0) lost.push({ ids: group.ids, others: less, itself: inside < 0 })
  })
  return { gained: pairSet(gained), lost: pairSet(lost) }
}

function groupPeers(before: ReachIndex, after: ReachIndex): Group[] {
  const groups = new Map<number, Group>()
  const stride = after.spans.length + SLOTS_BEFORE
  const add = (id: number, was: number, is: number): void => {
    const key = slot(was) * stride + slot(is)
    const group = groups.get(key)
    if (group) group.ids.push(id)
    else groups.set(key, { before: was, after: is, ids: [id] })
  }
  for (const [id, was] of before.places) add(id, was, after.places.get(id) ?? ABSENT)
  for (const [id, is] of after.places) if (!before.places.has(id)) add(id, ABSENT, is)
  return [...groups.values()]
}

/** HUB and ABSENT come before the positions in an array of places. */
const SLOTS_BEFORE = 2

const slot = (place: number): number => place + SLOTS_BEFORE

/** By slot: 1 where a peer at `place` reaches the peers there, its own place included. */
function reachedPlaces(index: ReachIndex, place: number): Uint8Array {
  const reached = new Uint8Array(index.spans.length + SLOTS_BEFORE)
  if (place === ABSENT) return reached
  if (place === HUB) reached.fill(1)
  else for (const { from, to } of index.spans[place] ?? []) reached.fill(1, slot(from), slot(to))
  reached[slot(HUB)] = 1
  reached[slot(ABSENT)] = 0
  return reached
}

function pairSet(blocks: readonly Block[]): PairSet {
  const iterate = () => expand(blocks)
  return {
    count: blocks.reduce((sum, block) => sum + pairsIn(block), 0),
    [Symbol.iterator]: iterate,
    sample: (n) => {
      const taken: [number, number][] = []
      if (n <= 0) return taken
      for (const pair of iterate()) if (taken.push(pair) >= n) break
      return taken
    },
    // A group is one array in many blocks: unite the arrays before their ids.
    peers: () => ascending([...new Set(blocks.flatMap(({ ids, others }) => [ids, ...others]))].flat()),
    products: () => productsOf(blocks),
  }
}

function* productsOf(blocks: readonly Block[]): Generator<PairProduct, void> {
  for (const { ids, others, itself } of blocks) {
    if (itself) yield { ids, others: null }
    for (const other of others) yield { ids, others: other }
  }
}

const pairsIn = ({ ids, others, itself }: Block): number =>
  others.reduce((sum, other) => sum + ids.length * other.length, 0) + (itself ? (ids.length * (ids.length - 1)) / 2 : 0)

function* expand(blocks: readonly Block[]): Generator<[number, number], void> {
  for (const { ids, others, itself } of blocks) {
    for (const [at, id] of ids.entries()) {
      if (itself) for (const mate of ids.slice(at + 1)) yield ordered(id, mate)
      for (const other of others) for (const mate of other) yield ordered(id, mate)
    }
  }
}

const ordered = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a])
