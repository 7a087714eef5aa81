import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  adopts,
  buildTree,
  type CidrNode,
  explainPlacement,
  explainRemoval,
  explainResize,
  type Prefix,
  placementProblem,
  prefixOf,
  removalProblem,
  resizeProblem,
  type Seated,
} from '../src/index.ts'
import { anyNodes, bits, cidr, plant, prefix, seated } from './some.ts'

const tree = plant([
  ['net', '10.0.0.0/16', null],
  ['infra', '10.0.0.0/24', 'net'],
  ['corp', '10.0.16.0/20', 'net'],
  ['eng', '10.0.16.0/24', 'corp'],
  ['eng-ci', '10.0.16.128/25', 'eng'],
  ['prod', '10.0.32.0/20', 'net'],
])
const inNet = ['64.1', '64.2', '64.3', '65.1', '65.2'].map((tail, at) => seated(`p${at + 1}`, `10.0.${tail}`))

test.each([
  ['net', 'fd00::/64', 'fd00::/64 is IPv6, but this network is IPv4.'],
  ['net', '10.0.16.0/20', '10.0.16.0/20 is already the prefix of corp.'],
  ['net', '10.0.0.0/16', '10.0.0.0/16 is already the prefix of net.'],
  ['prod', '10.0.16.0/24', '10.0.16.0/24 is already the prefix of eng.'],
  ['net', '10.1.0.0/24', '10.1.0.0/24 is not inside net; choose a part of 10.0.0.0/16 or another parent.'],
  ['corp', '10.0.40.0/24', '10.0.40.0/24 is not inside corp; choose a part of 10.0.16.0/20 or another parent.'],
  ['corp', '10.0.0.0/17', '10.0.0.0/17 is not inside corp; choose a part of 10.0.16.0/20 or another parent.'],
  ['net', '10.0.17.0/24', '10.0.17.0/24 lies inside corp; add it there.'],
  ['net', '10.0.16.192/26', '10.0.16.192/26 lies inside eng-ci; add it there.'],
  ['net', '10.0.64.2/32', '10.0.64.2/32 covers peers that sit directly in net; move them first: p2 (10.0.64.2).'],
  [
    'net',
    '10.0.64.0/24',
    '10.0.64.0/24 covers peers that sit directly in net; move them first: p1 (10.0.64.1), p2 (10.0.64.2) and p3 (10.0.64.3).',
  ],
  [
    'net',
    '10.0.64.0/20',
    '10.0.64.0/20 covers peers that sit directly in net; move them first: p1 (10.0.64.1), p2 (10.0.64.2), p3 (10.0.64.3) and 2 more.',
  ],
])('under %s, %s is refused with its reason', (parent, text, sentence) => {
  const problem = placementProblem(tree, cidr(tree, parent), prefix(text), parent === 'net' ? inNet : [])
  expect(problem && explainPlacement(problem)).toBe(sentence)
})

test.each([
  ['net', '10.0.128.0/17'],
  ['net', '10.0.0.0/18'],
  ['corp', '10.0.16.0/21'],
  ['eng-ci', '10.0.16.192/26'],
  ['prod', '10.0.32.9/32'],
])('under %s, %s is welcome', (parent, text) => {
  expect(placementProblem(tree, cidr(tree, parent), prefix(text), parent === 'net' ? inNet : [])).toBeNull()
})

const inCorp = [seated('boss', '10.0.20.1'), seated('aide', '10.0.24.0')]

test.each([
  ['corp', 'fd00::/64', 'fd00::/64 is IPv6, but this network is IPv4.'],
  ['corp', '10.0.32.0/20', '10.0.32.0/20 is already the prefix of prod.'],
  ['corp', '10.1.0.0/20', '10.1.0.0/20 is not inside net; choose a part of 10.0.0.0/16.'],
  ['infra', '10.0.0.0/18', '10.0.0.0/18 overlaps corp (10.0.16.0/20) and prod (10.0.32.0/20).'],
  ['infra', '10.0.17.0/24', '10.0.17.0/24 overlaps corp (10.0.16.0/20).'],
  [
    'corp',
    '10.0.24.0/21',
    '10.0.24.0/21 leaves out CIDRs that are inside; move or delete them first: eng (10.0.16.0/24).',
  ],
  [
    'corp',
    '10.0.16.0/22',
    '10.0.16.0/22 leaves out peers that are inside; move them first: boss (10.0.20.1) and aide (10.0.24.0).',
  ],
  [
    'net',
    '10.0.0.0/19',
    '10.0.0.0/19 leaves out CIDRs that are inside; move or delete them first: prod (10.0.32.0/20).',
  ],
  [
    'prod',
    '10.0.64.0/18',
    '10.0.64.0/18 covers peers that sit directly in net; move them first: p1 (10.0.64.1), p2 (10.0.64.2), p3 (10.0.64.3) and 2 more.',
  ],
])('%s does not become %s', (name, text, sentence) => {
  const peersIn = name === 'corp' ? inCorp : []
  const problem = resizeProblem(tree, cidr(tree, name).id, prefix(text), peersIn, inNet)
  expect(problem && explainResize(problem)).toBe(sentence)
})

test('a peer whose address would become the network address keeps a CIDR from shrinking', () => {
  const problem = resizeProblem(tree, cidr(tree, 'prod').id, prefix('10.0.36.0/22'), [seated('db', '10.0.36.0')], [])
  expect(problem && explainResize(problem)).toBe(
    'Move db first: 10.0.36.0 is the network address of 10.0.36.0/22; choose a later one.',
  )
})

test.each([
  ['net', '10.0.0.0/8'],
  ['net', '10.0.0.0/16'],
  ['infra', '10.0.0.0/20'],
  ['eng', '10.0.16.0/23'],
  ['prod', '10.0.48.0/20'],
])('%s may become %s', (name, text) => {
  expect(resizeProblem(tree, cidr(tree, name).id, prefix(text), [], inNet)).toBeNull()
})

test.each<[string, string[], number, string]>([
  ['net', [], 0, 'net is the root of the network and stays as long as the network does.'],
  ['corp', [], 0, 'corp is not empty; first move or delete what is inside: 1 CIDR (eng).'],
  ['prod', ['db'], 0, 'prod is not empty; first move or delete what is inside: 1 peer (db).'],
  [
    'eng',
    ['a', 'b'],
    1,
    'eng is not empty; first move or delete what is inside: 1 CIDR (eng-ci), 2 peers (a and b), 1 association.',
  ],
  [
    'prod',
    ['a', 'b', 'c', 'd', 'e'],
    2,
    'prod is not empty; first move or delete what is inside: 5 peers (a, b, c and 2 more), 2 associations.',
  ],
])('%s with peers %j and %i associations stays', (name, peers, associations, sentence) => {
  const problem = removalProblem(tree, cidr(tree, name).id, peers, associations)
  expect(problem && explainRemoval(problem)).toBe(sentence)
})

test('an empty CIDR may go', () => {
  expect(removalProblem(tree, cidr(tree, 'prod').id, [])).toBeNull()
})

type Housed = Seated & { cidrId: number }

const offsets = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 })

/** A prefix in or around a small tree, and lawful peers in it. */
const change = fc.record({
  nodes: anyNodes,
  pick: fc.nat(),
  hostBits: fc.nat({ max: 9 }),
  at: fc.nat({ max: 400 }),
  offsets,
})

test('a placement is allowed exactly when the tree it makes is lawful', () => {
  fc.assert(
    fc.property(change, ({ nodes, pick, hostBits, at, offsets }) => {
      const grown = buildTree(nodes)
      const parent = nodes[pick % nodes.length] as CidrNode // there is always a root
      const block = blockAt(grown.root.prefix, hostBits, at)
      const peers = house(nodes, offsets)
      const problem = placementProblem(
        grown,
        parent,
        block,
        peers.filter((peer) => peer.cidrId === parent.id),
      )

      const adopted = adopts(grown, parent, block).map((node) => node.id)
      const moved = nodes.map((node) => (adopted.includes(node.id) ? { ...node, parentId: 999 } : node))
      const added = { id: 999, name: 'new', prefix: block, parentId: parent.id, isolated: false }
      expect(problem === null).toBe(isLawful([...moved, added], peers))
      if (problem) expect(explainPlacement(problem)).toMatch(/^\S.*\.$/)
    }),
    { numRuns: 5_000 },
  )
})

test('a resize is allowed exactly when the tree it makes is lawful', () => {
  fc.assert(
    fc.property(change, ({ nodes, pick, hostBits, at, offsets }) => {
      const grown = buildTree(nodes)
      const node = nodes[pick % nodes.length] as CidrNode // there is always a root
      const block = blockAt(grown.root.prefix, hostBits, at)
      const peers = house(nodes, offsets)
      const of = (id: number | null) => peers.filter((peer) => peer.cidrId === id)
      const problem = resizeProblem(grown, node.id, block, of(node.id), of(node.parentId))

      const resized = nodes.map((other) => (other === node ? { ...node, prefix: block } : other))
      expect(problem === null).toBe(isLawful(resized, peers))
      if (problem) expect(explainResize(problem)).toMatch(/^\S.*\.$/)
    }),
    { numRuns: 5_000 },
  )
})

const blockAt = (root: Prefix, hostBits: number, at: number): Prefix =>
  prefixOf(addressFromValue(root.family, BigInt(at)), bits(root.family) - hostBits)

/** Peers at random addresses of random CIDRs, as far as the law lets them. */
function house(nodes: readonly CidrNode[], offsets: readonly (readonly [number, number])[]): Housed[] {
  const housed = offsets.map(([pick, offset], at): Housed => {
    const { id, prefix: block } = nodes[pick % nodes.length] as CidrNode // there is always a root
    const value = Number(block.first) + (offset % size(block))
    return { name: `p${at}`, address: addressFromValue(block.family, BigInt(value)), cidrId: id }
  })
  return housed.filter((peer) => isLawful(nodes, [peer]))
}

const size = (block: Prefix): number => 2 ** (bits(block.family) - block.width)
const low = (block: Prefix): number => Number(block.first)
const high = (block: Prefix): number => low(block) + size(block) - 1

/** “Rules of the tree”, pair by pair, as intervals of plain numbers. */
function isLawful(nodes: readonly CidrNode[], peers: readonly Housed[]): boolean {
  const fits = nodes.every((node) => {
    const parent = nodes.find((other) => other.id === node.parentId)
    if (!parent) return true
    const [a, b] = [node.prefix, parent.prefix]
    return size(a) < size(b) && low(a) >= low(b) && high(a) <= high(b)
  })
  const apart = nodes.every((a) =>
    nodes.every(
      (b) => a === b || a.parentId !== b.parentId || high(a.prefix) < low(b.prefix) || high(b.prefix) < low(a.prefix),
    ),
  )
  return fits && apart && peers.every((peer) => isHoused(nodes, peer))
}

function isHoused(nodes: readonly CidrNode[], peer: Housed): boolean {
  const value = Number(peer.address.value)
  const inside = (node: CidrNode) => low(node.prefix) <= value && value <= high(node.prefix)
  const home = nodes.find((node) => node.id === peer.cidrId) as CidrNode // peers are made from nodes
  if (!inside(home) || nodes.some((node) => node.parentId === home.id && inside(node))) return false
  if (size(home.prefix) < 4) return true
  return value !== low(home.prefix) && (home.prefix.family === 6 || value !== high(home.prefix))
}
