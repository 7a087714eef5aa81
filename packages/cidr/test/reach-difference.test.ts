import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Association,
  buildReach,
  buildTree,
  type CidrNode,
  type PairProduct,
  type ReachPeer,
  reachDifference,
} from '../src/index.ts'
import { slowPairs } from './slow-reach.ts'
import { anyNetwork, networkOn, type Plain, prefix, toNetwork } from './some.ts'

/** Two states that have nothing to do with each other, but for peers of the same ids. */
const anyTwo = fc.tuple(anyNetwork, anyNetwork)

/** Two states of one tree, which share most of their rules. */
const nearTwo = anyNetwork.chain((before) =>
  networkOn(before.nodes).map(({ peers, associations }): [Plain, Plain] => {
    const kept = before.peers.filter((peer) => peers.every((other) => other.id !== peer.id))
    return [before, { ...before, peers: [...kept, ...peers.slice(0, 2)], associations: associations.slice(1) }]
  }),
)

test.each([
  ['any two states', anyTwo],
  ['two states of one tree', nearTwo],
])('the difference of %s is that of their pairs', (_, two) => {
  fc.assert(
    fc.property(two, ([before, after]) => {
      const difference = reachDifference(buildReach(toNetwork(before)), buildReach(toNetwork(after)))
      const was = slowPairs(before)
      const is = slowPairs(after)
      expectPairs(
        difference.gained,
        [...is].filter((pair) => !was.has(pair)),
      )
      expectPairs(
        difference.lost,
        [...was].filter((pair) => !is.has(pair)),
      )
    }),
    { numRuns: 3_000 },
  )
})

test('a sample is the beginning of the pairs, however many are asked for', () => {
  const { gained } = reachDifference(company([]), company([{ id: 1, a: 2, b: 3 }]))
  expect(gained.sample(2)).toEqual([...gained].slice(0, 2))
  expect(gained.sample(1_000_000).length).toBe(gained.count)
  expect(gained.sample(0)).toEqual([])
})

test('nothing changes when nothing changed', () => {
  const { gained, lost } = reachDifference(company([]), company([]))
  expect([gained.count, lost.count, [...gained], gained.peers()]).toEqual([0, 0, [], []])
})

test('5,000 peers in 500 CIDRs are compared without naming every pair', () => {
  const before = company([])
  const after = company([{ id: 1, a: 1, b: 1 }])
  const { gained } = reachDifference(before, after)
  expect(gained.count).toBeGreaterThan(10_000_000)
})

function expectPairs(found: ReturnType<typeof reachDifference>['gained'], bothWays: string[]) {
  const pairs = bothWays.map((pair) => pair.split('-').map(Number)).filter(([a = 0, b = 0]) => a < b)
  const sorted = (list: Iterable<readonly number[]>) => [...list].map(String).sort()
  expect(sorted(found)).toEqual(sorted(pairs))
  expect(found.count).toBe(pairs.length)
  expect(found.peers()).toEqual([...new Set(pairs.flat())].sort((a, b) => a - b))
  expect(sorted([...found.products()].flatMap(expanded))).toEqual(sorted(pairs))
}

function expanded({ ids, others }: PairProduct): number[][] {
  if (others) return ids.flatMap((a) => others.map((b) => (a < b ? [a, b] : [b, a])))
  return ids.flatMap((a, at) => ids.slice(at + 1).map((b) => (a < b ? [a, b] : [b, a])))
}

/** A root, 20 departments and 479 groups in them, ten peers in each. */
function company(associations: Association[]) {
  const nodes: CidrNode[] = [{ id: 1, name: 'net', prefix: prefix('10.0.0.0/8'), parentId: null, isolated: false }]
  const add = (name: string, text: string, parentId: number) =>
    nodes.push({ id: nodes.length + 1, name, prefix: prefix(text), parentId, isolated: false })
  for (let at = 0; at < 20; at += 1) add(`d${at}`, `10.${at}.0.0/16`, 1)
  for (let at = 0; at < 479; at += 1) add(`g${at}`, `10.${at % 20}.${Math.floor(at / 20)}.0/24`, 2 + (at % 20))
  const peers = Array.from(
    { length: 5_000 },
    (_, id): ReachPeer => ({
      id,
      name: `p${id}`,
      cidrId: 1 + (id % 500),
      kind: 'agent',
      enabled: true,
      redeemed: true,
    }),
  )
  return buildReach({ tree: buildTree(nodes), peers, associations })
}
