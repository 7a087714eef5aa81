import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accessBetween, buildReach, openBetween, type ReachPeer, type Step, waysToAllow } from '../src/index.ts'
import { slowPairs } from './slow-reach.ts'
import { anyNetwork, toNetwork } from './some.ts'

type Plain = Parameters<typeof toNetwork>[0]

/** What a step does, written down a second time. */
function done(plain: Plain, step: Step): Plain {
  const peers = (id: number, patch: Partial<ReachPeer>) => ({
    ...plain,
    peers: plain.peers.map((peer) => (peer.id === id ? { ...peer, ...patch } : peer)),
  })
  if (step.kind === 'enable') return peers(step.peer, { enabled: true })
  if (step.kind === 'join') return peers(step.peer, { redeemed: true })
  if (step.kind === 'move') return peers(step.peer, { cidrId: step.to })
  if (step.kind === 'associate') {
    return { ...plain, associations: [...plain.associations, { id: 999, a: step.a, b: step.b }] }
  }
  return { ...plain, nodes: plain.nodes.map((node) => (node.id === step.cidr ? { ...node, isolated: false } : node)) }
}

test('every way lets the two reach each other, and opens and cuts as many pairs as it says, the smallest first', () => {
  let some = 0
  fc.assert(
    fc.property(anyNetwork, fc.nat(), fc.nat(), (plain, m, n) => {
      const [a, b] = [m, n].map((at) => plain.peers[at % Math.max(1, plain.peers.length)])
      if (!a || !b || a.id === b.id) return
      const before = slowPairs(plain)
      const ways = waysToAllow(toNetwork(plain), a.id, b.id)
      expect(ways.length > 0).toBe(!before.has(`${a.id}-${b.id}`))
      for (const { steps, gained, lost } of ways) {
        const after = slowPairs(steps.reduce(done, plain))
        expect(after.has(`${a.id}-${b.id}`)).toBe(true)
        // The slow reading names each pair twice.
        expect(gained * 2).toBe([...after].filter((pair) => !before.has(pair)).length)
        expect(lost * 2).toBe([...before].filter((pair) => !after.has(pair)).length)
        some += 1
      }
      const costs = ways.map(({ gained, lost }) => gained + lost)
      expect(costs).toEqual([...costs].sort((p, q) => p - q))
    }),
    { numRuns: 2_000 },
  )
  expect(some).toBeGreaterThan(500)
})

test('peers that sit directly in two CIDRs reach each other as the access between these says', () => {
  fc.assert(
    fc.property(anyNetwork, (plain) => {
      const network = toNetwork({ ...plain, peers: [] })
      for (const x of plain.nodes) {
        for (const y of plain.nodes) {
          const probe = (id: number, cidrId: number): ReachPeer => {
            return { id, name: `p${id}`, cidrId, kind: 'agent', enabled: true, redeemed: true }
          }
          const pairs = slowPairs({ ...plain, peers: [probe(1, x.id), probe(2, y.id)] })
          const access = accessBetween(network.tree, network.associations, x.id, y.id)
          const says = access.kind === 'same' ? !access.isolated : access.kind !== 'none'
          expect(says).toBe(pairs.has('1-2'))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('what is open between two subtrees is the sum over their CIDRs', () => {
  fc.assert(
    fc.property(anyNetwork, (plain) => {
      const { tree, associations, peers } = toNetwork(plain)
      const { index } = buildReach({ tree, associations, peers })
      const says = (x: number, y: number) => {
        const access = accessBetween(tree, associations, x, y)
        return access.kind === 'same' ? !access.isolated : access.kind !== 'none'
      }
      for (const x of tree.nodes) {
        for (const y of tree.nodes) {
          const below = (id: number) => [id, ...tree.descendants(id).map((node) => node.id)]
          const each = below(x.id).flatMap((p) => below(y.id).map((q) => says(p, q)))
          expect(openBetween(index, tree.span(x.id), tree.span(y.id))).toEqual({
            open: each.filter(Boolean).length,
            all: each.length,
          })
        }
      }
    }),
    { numRuns: 300 },
  )
})
