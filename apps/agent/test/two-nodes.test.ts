import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Nat, TwoNodes, type World } from './two-nodes.ts'

const nat = fc.constantFrom<Nat>('none', 'cone', 'symmetric')
const world: fc.Arbitrary<World> = fc.record({
  nats: fc.tuple(nat, nat),
  oneLan: fc.boolean(),
  latencyMs: fc.integer({ min: 1, max: 80 }),
  skewMs: fc.integer({ min: -3_000, max: 3_000 }),
  laterMs: fc.integer({ min: 0, max: 4_000 }),
  dataMs: fc.constantFrom(20, 300, 5_000, 600_000),
})

/** What a textbook says: a gateway that takes another port for each destination meets nobody who is picky about ports. */
function hasDirectPath({ nats, oneLan }: World): boolean {
  if (oneLan) return true
  return !nats.includes('symmetric') || nats.includes('none')
}

/** The same worlds in every run: the planner has no chance in it. */
const runs = { numRuns: 40, seed: 5, endOnFailure: true }

test('where a direct path is possible both end on it, otherwise on the relay, and then they stay', () => {
  fc.assert(
    fc.property(world, (w) => {
      const nodes = new TwoNodes(w)
      const expected = hasDirectPath(w) ? ['direct', 'direct'] : ['relay', 'relay']
      expect(nodes.run(hasDirectPath(w) ? 60_000 : 22_000).ways).toEqual(expected)
      const before = nodes.moves
      nodes.run(150_000)
      expect(nodes.ways).toEqual(expected)
      if (hasDirectPath(w)) expect(nodes.moves).toBe(before)
    }),
    runs,
  )
})

test('a pair whose direct path is cut goes through the relay, and takes the direct one again when it is there', () => {
  fc.assert(
    fc.property(
      world.filter(hasDirectPath).map((w) => ({ ...w, dataMs: Math.min(w.dataMs, 5_000) })),
      (w) => {
        const nodes = new TwoNodes(w).run(60_000)
        nodes.blocked = true
        expect(nodes.run(130_000).ways).toEqual(['relay', 'relay'])
        nodes.blocked = false
        expect(nodes.run(260_000).ways).toEqual(['direct', 'direct'])
      },
    ),
    runs,
  )
})
