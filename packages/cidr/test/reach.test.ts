import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Association, buildReach, buildTree, explainReach, type ReachPeer } from '../src/index.ts'
import { isBelow, slowPairs } from './slow-reach.ts'
import { anyNetwork, cidr, plant, prefix, toNetwork } from './some.ts'

test('every answer agrees with the slow reading of the law', () => {
  fc.assert(
    fc.property(anyNetwork, (plain) => {
      const reach = buildReach(toNetwork(plain))
      const pairs = slowPairs(plain)
      const ids = plain.peers.map((peer) => peer.id).sort((a, b) => a - b)
      const answers = ids.map((a) => ({
        seen: reach.visibleFrom(a),
        each: ids.filter((b) => reach.canReach(a, b)),
        explained: ids.filter((b) => reach.explain(a, b).reaches),
      }))
      const slowly = ids.map((a) => ids.filter((b) => pairs.has(`${a}-${b}`)))
      expect(answers).toEqual(slowly.map((seen) => ({ seen, each: seen, explained: seen })))
    }),
    { numRuns: 4_000 },
  )
})

test('a group sees what any agent in its CIDR would see, and needs the CIDRs of that', () => {
  fc.assert(
    fc.property(anyNetwork, (plain) => {
      const reach = buildReach(toNetwork(plain))
      for (const node of plain.nodes) {
        const probe: ReachPeer = { id: 77, name: 'x', cidrId: node.id, kind: 'agent', enabled: true, redeemed: true }
        const seen = buildReach(toNetwork({ ...plain, peers: [...plain.peers, probe] })).visibleFrom(77)
        expect(reach.membersSeenFromCidr(node.id)).toEqual(seen)

        const homes = plain.peers.filter((peer) => seen.includes(peer.id)).map((peer) => peer.cidrId)
        const needed = plain.nodes.filter((upper) =>
          [node.id, ...homes].some((home) =>
            isBelow(
              plain.nodes,
              plain.nodes.find(({ id }) => id === home),
              upper.id,
            ),
          ),
        )
        expect(reach.cidrsNeededFrom(node.id)).toEqual(needed.map(({ id }) => id).sort((a, b) => a - b))
      }
    }),
    { numRuns: 1_000 },
  )
})

test('an association of what is missing opens the pair', () => {
  fc.assert(
    fc.property(anyNetwork, (plain) => {
      const reach = buildReach(toNetwork(plain))
      for (const a of plain.peers) {
        for (const b of plain.peers) {
          const why = reach.explain(a.id, b.id)
          if (why.kind !== 'none') continue
          const [x, y] = why.missing
          const associations = [...plain.associations, { id: 99, a: x.id, b: y.id }]
          expect(buildReach(toNetwork({ ...plain, associations })).canReach(a.id, b.id)).toBe(true)
        }
      }
    }),
    { numRuns: 1_000 },
  )
})

const tree = plant([
  ['net', '10.0.0.0/16', null],
  ['infra', '10.0.0.0/24', 'net'],
  ['corp', '10.0.16.0/20', 'net'],
  ['eng', '10.0.16.0/24', 'corp'],
  ['prod', '10.0.32.0/20', 'net'],
  ['db', '10.0.32.0/24', 'prod'],
  ['lab', '10.0.48.0/20', 'net'],
])
const cast: [string, string, Partial<ReachPeer>?][] = [
  ['hub', 'infra', { kind: 'hub' }],
  ['boss', 'corp'],
  ['alice', 'eng'],
  ['bob', 'eng'],
  ['pg', 'db'],
  ['web', 'prod'],
  ['rat', 'lab'],
  ['gone', 'eng', { enabled: false }],
  ['new', 'eng', { redeemed: false }],
]
const peers = cast.map(
  ([name, home, more], id): ReachPeer => ({
    id,
    name,
    cidrId: cidr(tree, home).id,
    kind: 'agent',
    enabled: true,
    redeemed: true,
    ...more,
  }),
)
const between = (id: number, a: string, b: string): Association => ({ id, a: cidr(tree, a).id, b: cidr(tree, b).id })
const associations = [between(1, 'net', 'infra'), between(2, 'corp', 'prod'), between(3, 'prod', 'eng')]
const idOf = (name: string) => peers.findIndex((peer) => peer.name === name)
const why = (a: string, b: string) => buildReach({ tree, peers, associations }).explain(idOf(a), idOf(b))

test.each([
  ['alice', 'alice', 'alice is asked about itself.'],
  ['alice', 'nobody', 'There is no peer -1 in this network.'],
  ['alice', 'gone', 'gone is disabled; nobody reaches it until an admin enables it.'],
  ['new', 'hub', 'new has not redeemed its invitation; nobody reaches it before that.'],
  ['alice', 'hub', 'hub is a hub, and every peer reaches a hub.'],
  ['alice', 'bob', 'alice and bob both sit in eng.'],
  ['alice', 'boss', 'boss sits in corp, a parent of eng, where alice sits.'],
  ['boss', 'alice', 'boss sits in corp, a parent of eng, where alice sits.'],
  ['boss', 'web', 'corp and prod are associated: boss sits in corp, web sits in prod.'],
  ['alice', 'pg', 'eng and prod are associated: alice sits in eng, pg in db inherits from prod.'],
  ['pg', 'alice', 'prod and eng are associated: pg in db inherits from prod, alice sits in eng.'],
  ['alice', 'rat', 'Nothing lets them; an association of eng and lab would.'],
])('%s and %s: %s', (a, b, sentence) => {
  expect(explainReach(why(a, b))).toBe(sentence)
})

test('isolation is named before any association', () => {
  const root = { id: 1, name: 'net', prefix: prefix('10.0.0.0/16'), parentId: null, isolated: true }
  const two = peers.slice(1, 3).map((peer) => ({ ...peer, cidrId: 1 }))
  const reach = buildReach({ tree: buildTree([root]), peers: two, associations: [{ id: 1, a: 1, b: 1 }] })
  expect(explainReach(reach.explain(1, 2))).toBe(
    'boss and alice both sit in net, which is isolated: its members do not reach each other.',
  )
})

test('the association closest to the two is named, with the CIDR each side inherits it from', () => {
  const eng = { id: cidr(tree, 'eng').id, name: 'eng' }
  expect(why('alice', 'pg')).toEqual({
    kind: 'association',
    reaches: true,
    association: 3,
    a: { peer: { id: 2, name: 'alice' }, cidr: eng, via: eng },
    b: {
      peer: { id: 4, name: 'pg' },
      cidr: { id: cidr(tree, 'db').id, name: 'db' },
      via: { id: cidr(tree, 'prod').id, name: 'prod' },
    },
  })
})

test('a peer or an association of a CIDR that is not there is a bug', () => {
  expect(() => buildReach({ tree, peers: [], associations: [{ id: 1, a: 1, b: 99 }] })).toThrow('there is no CIDR 99')
  const stray = peers.slice(0, 1).map((peer) => ({ ...peer, cidrId: 99 }))
  expect(() => buildReach({ tree, peers: stray, associations: [] })).toThrow('there is no CIDR 99')
})
