import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  AWAY_MS,
  granted,
  MAX_EACH,
  PATIENCE_MS,
  type PairFacts,
  PROOF_MS,
  SETTLED_MS,
  stateOf,
  type Verdict,
  verdictOf,
} from '../../src/coordinator/relay-rules.ts'

const PLACE = '198.51.100.1:1000'

test.each([
  ['live and straight', { live: true, via: 'direct', at: PLACE, tried: [] }, 'direct'],
  ['live by the hub', { live: true, via: 'relay', at: PLACE, tried: [] }, 'relay'],
  ['not live after a place was tried', { live: false, via: 'direct', at: PLACE, tried: [PLACE] }, 'down'],
  ['not live, and no place to try', { live: false, via: 'direct', at: null, tried: [] }, 'down'],
  ['not live, and perhaps nobody wants to send', { live: false, via: 'direct', at: PLACE, tried: [] }, 'unknown'],
] as const)('a tunnel without keepalives that is %s', (_, link, state) => {
  expect(stateOf({ ...link, tried: [...link.tried] }, true)).toBe(state)
})

test('a tunnel with keepalives that is not live is down from the first moment', () => {
  expect(stateOf({ live: false, via: 'direct', at: PLACE, tried: [] }, false)).toBe('down')
})

const young: PairFacts = {
  allowed: true,
  wanted: false,
  togetherMs: PATIENCE_MS,
  apartMs: null,
  downMs: PATIENCE_MS,
  provenMs: null,
  needlessMs: null,
  bothDirect: false,
}
const relayed: PairFacts = { ...young, wanted: true, downMs: null }

test.each<[string, PairFacts, Verdict]>([
  ['both are there, one could not get through for long enough', young, 'relay'],
  ['one came just now', { ...young, togetherMs: PATIENCE_MS - 1 }, 'watch'],
  ['one has just begun to try', { ...young, downMs: PATIENCE_MS - 1 }, 'watch'],
  ['one has tried everything in vain just now', { ...young, downMs: 5_000, provenMs: PROOF_MS }, 'relay'],
  ['one has, but the other was not there', { ...young, togetherMs: 3_000, downMs: 9_000, provenMs: 4_000 }, 'watch'],
  ['one is away', { ...young, togetherMs: null, apartMs: 0 }, 'drop'],
  ['both get through after all', { ...young, downMs: null, needlessMs: 0, bothDirect: true }, 'drop'],
  ['they may not meet', { ...young, allowed: false }, 'drop'],
  ['relayed, and it works', relayed, 'relay'],
  ['relayed, direct for a moment', { ...relayed, needlessMs: SETTLED_MS - 1, bothDirect: true }, 'relay'],
  ['relayed, direct for good', { ...relayed, needlessMs: SETTLED_MS, bothDirect: true }, 'drop'],
  ['relayed, one direct and the other silent for a while', { ...relayed, needlessMs: SETTLED_MS }, 'relay'],
  ['relayed, nobody says that it is needed for long', { ...relayed, needlessMs: AWAY_MS }, 'drop'],
  ['relayed, one sleeps', { ...relayed, togetherMs: null, apartMs: AWAY_MS - 1 }, 'relay'],
  ['relayed, one left for long', { ...relayed, togetherMs: null, apartMs: AWAY_MS }, 'drop'],
  ['relayed, and they may not meet any more', { ...relayed, allowed: false }, 'drop'],
])('%s', (_, facts, verdict) => {
  expect(verdictOf(facts)).toBe(verdict)
})

test('nothing is relayed that is not allowed, and nothing anew without both being there and one asking', () => {
  const ms = fc.option(fc.nat({ max: 2 * AWAY_MS }), { nil: null })
  const facts = fc.record({
    allowed: fc.boolean(),
    wanted: fc.boolean(),
    togetherMs: ms,
    apartMs: ms,
    downMs: ms,
    provenMs: ms,
    needlessMs: ms,
    bothDirect: fc.boolean(),
  })
  fc.assert(
    fc.property(facts, (known) => {
      if (verdictOf(known) !== 'relay') return
      expect(known.allowed).toBe(true)
      if (!known.wanted) expect(known.togetherMs !== null && known.downMs !== null).toBe(true)
    }),
  )
})

const due = fc
  .tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 7, max: 90 }),
    fc.nat({ max: 50 }),
    fc.integer({ min: 1, max: 3 }),
  )
  .map(([a, b, sinceMs, who]) => ({ sinceMs, claimants: [...(who & 1 ? [a] : []), ...(who & 2 ? [b] : [])] }))

test('nobody gets more pairs relayed by its word than it may, and no pair is left out that has room', () => {
  fc.assert(
    fc.property(fc.array(due, { maxLength: 300, size: 'max' }), fc.nat({ max: 400 }), (pairs, room) => {
      const charged = new Map([[1, MAX_EACH - 1]])
      const found = granted(pairs, charged, room)
      expect(found.size).toBeLessThanOrEqual(room)
      for (const count of charged.values()) expect(count).toBeLessThanOrEqual(MAX_EACH)
      expect([...charged.values()].reduce((sum, count) => sum + count, 0)).toBe(found.size + MAX_EACH - 1)
      for (const pair of pairs) {
        if (found.has(pair) || found.size === room) continue
        expect(pair.claimants.every((id) => charged.get(id) === MAX_EACH)).toBe(true)
      }
    }),
  )
})

test('one member’s word does not take the hub from those who both say so', () => {
  const loud = Array.from({ length: 100 }, (_, at) => ({ sinceMs: at, claimants: [1] }))
  const honest = { sinceMs: 1_000, claimants: [2, 3] }
  const found = granted([...loud, honest], new Map(), 5)
  expect(found.size).toBe(5)
  expect(found.has(honest)).toBe(true)
  expect(found.has(loud[0] as (typeof loud)[0])).toBe(true)
})
