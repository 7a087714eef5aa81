import type { PairSet, Reach } from '@warren/cidr'
import type { LinkPair, Outcome } from './effect.ts'
import { type Intent, NEW_PEER_ID } from './intent.ts'
import type { Plan } from './plan.ts'

/** The peers in the pairs of a change: those there are, and those that the change would make or bring back. */
export type Cast = {
  readonly plan: Plan
  readonly name: (id: number) => string
  /** The CIDR in which a peer sits now, or would sit. */
  readonly seat: (id: number) => number
  readonly membersIn: (cidr: number) => number[]
}

export function castOf(plan: Plan, intent: Intent): Cast {
  const extra = new Map(extrasOf(plan, intent).map((peer) => [peer.id, peer]))
  return {
    plan,
    name: (id) => plan.member(id)?.name ?? extra.get(id)?.name ?? `peer ${id}`,
    seat: (id) => plan.member(id)?.cidrId ?? extra.get(id)?.cidrId ?? plan.tree.root.id,
    membersIn: (cidr) => [
      ...plan.membersIn(cidr).map((peer) => peer.id),
      ...[...extra.values()].flatMap((peer) => (peer.cidrId === cidr ? peer.id : [])),
    ],
  }
}

type Extra = { readonly id: number; readonly name: string; readonly cidrId: number | null }

function extrasOf(plan: Plan, intent: Intent): readonly Extra[] {
  if (intent.kind === 'create-peer') return [{ id: NEW_PEER_ID, name: 'the new peer', cidrId: intent.cidr }]
  return intent.kind === 'undo' ? intent.change.before.peers.filter((row) => !plan.member(row.id)) : []
}

/** All pairs between the peers of two CIDRs, or of one. `cut` = how many of them have a live tunnel. */
export type PairGroup = { readonly a: number; readonly b: number; readonly pairs: number; readonly cut: number }

/** More groups than a person will ever scroll through; the largest are among them, since they are counted first. */
const GROUPS_AT_MOST = 5000

/** How many peers of a list sit in each CIDR, by the CIDR's id. */
type Heads = ReadonlyMap<number, number>

/**
 * The pairs of a change by the CIDRs in which their peers sit now, the largest group first. Costs as many steps as
 * groups of peers meet, not as there are pairs. `links` are the tunnels that the change cuts.
 */
export function groupPairs({ seat }: Cast, set: PairSet, links: readonly LinkPair[]): PairGroup[] {
  const cut = tally(links.map(([a, b]) => keyOf(seat(a), seat(b))))
  const groups = new Map<string, { a: number; b: number; pairs: number }>()
  const heads = headsOnce(seat)
  for (const { ids, others } of set.products()) {
    for (const [a, b, pairs] of meetings(heads(ids), others && heads(others))) {
      const key = keyOf(a, b)
      const group = groups.get(key)
      if (group) group.pairs += pairs
      else groups.set(key, { a: Math.min(a, b), b: Math.max(a, b), pairs })
    }
    if (groups.size > GROUPS_AT_MOST) break
  }
  return [...groups].map(([key, group]) => ({ ...group, cut: cut.get(key) ?? 0 })).sort((p, q) => q.pairs - p.pairs)
}

const keyOf = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

function* meetings(of: Heads, others: Heads | null): Generator<[number, number, number]> {
  const list = [...of]
  for (const [at, [a, n]] of list.entries()) {
    if (others) for (const [b, m] of others) yield [a, b, n * m]
    else {
      if (n > 1) yield [a, a, (n * (n - 1)) / 2]
      for (const [b, m] of list.slice(at + 1)) yield [a, b, n * m]
    }
  }
}

/** A product names the same array of peers again and again; each is counted once. */
function headsOnce(seat: (id: number) => number): (ids: readonly number[]) => Heads {
  const known = new Map<readonly number[], Heads>()
  return (ids) => {
    const counted = known.get(ids) ?? tally(ids.map(seat))
    known.set(ids, counted)
    return counted
  }
}

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

export type Side = 'gained' | 'lost'

/** Those whom a peer would newly reach (`gained`), or reach no more (`lost`); ascending by id. */
export function partnersOf({ before, after }: Outcome, side: Side, peer: number): number[] {
  const [more, less] = side === 'gained' ? [after, before] : [before, after]
  const had = new Set(seenFrom(less, peer))
  return seenFrom(more, peer).filter((id) => !had.has(id))
}

const seenFrom = (reach: Reach, peer: number): number[] => reach.visibleFrom(peer)

/** Up to `most` of the peers in a set of pairs whose name contains `text`, by name. */
export function findPeers({ name }: Cast, set: PairSet, text: string, most: number): number[] {
  const wanted = text.trim().toLowerCase()
  const found = set.peers().filter((id) => name(id).includes(wanted))
  return found.sort((a, b) => name(a).localeCompare(name(b), 'en', { numeric: true })).slice(0, most)
}

type Between = {
  readonly side: Side
  readonly a: number
  readonly b: number
  readonly most: number
  /** The live tunnels that the change cuts. */
  readonly cut: readonly LinkPair[]
}

/** Up to `most` pairs between two CIDRs (by where their peers sit now), those with a live tunnel first. */
export function pairsBetween(cast: Cast, outcome: Outcome, { side, a, b, most, cut }: Between): [number, number][] {
  const { seat, membersIn } = cast
  const between = ([p, q]: LinkPair) => keyOf(seat(p), seat(q)) === keyOf(a, b)
  const found = (side === 'lost' ? cut.filter(between) : []).map(([p, q]): [number, number] => [p, q]).slice(0, most)
  const listed = new Set(found.map(([p, q]) => keyOf(p, q)))
  for (const id of membersIn(a)) {
    for (const other of partnersOf(outcome, side, id)) {
      if (found.length >= most) return found
      if (seat(other) !== b || (a === b && other < id) || listed.has(keyOf(id, other))) continue
      found.push([id, other])
    }
  }
  return found
}
