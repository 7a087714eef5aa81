import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  assignable,
  buildTree,
  type CidrNode,
  contains,
  explainShare,
  explainSplitPlan,
  formatPrefix,
  freeBlocks,
  overlaps,
  prefixOf,
  seatAll,
  secondPieces,
  shareOut,
  sizeOf,
  split,
  type Tree,
  uniqueLocalPrefix,
} from '../src/index.ts'
import { address, anyNodes, plant, prefix } from './some.ts'

const nobody = () => 0
const shared = (tree: Tree, text: string, peersIn: (id: number) => number = nobody) => {
  const parts = shareOut(tree, { id: tree.root.id, prefix: prefix(text) }, peersIn)
  if (!parts.ok) return explainShare(parts.problem)
  return Object.fromEntries(tree.nodes.map((node) => [node.name, spelled(parts.value.get(node.id))]))
}
const spelled = (part: ReturnType<typeof prefix> | undefined) => part && formatPrefix(part)

const flat = plant([
  ['net', '10.0.0.0/16', null],
  ['infra', '10.0.0.0/24', 'net'],
  ['corp', '10.0.16.0/20', 'net'],
])
const deep = plant([
  ['net', '10.0.0.0/16', null],
  ['infra', '10.0.0.0/24', 'net'],
  ['corp', '10.0.16.0/20', 'net'],
  ['eng', '10.0.16.0/24', 'corp'],
  ['ci', '10.0.16.128/25', 'eng'],
  ['ops', '10.0.17.0/24', 'corp'],
])

test('children get a /64 each, in the order of their IPv4 prefixes', () => {
  expect(shared(flat, 'fd12:3456:789a::/48')).toEqual({
    net: 'fd12:3456:789a::/48',
    infra: 'fd12:3456:789a::/64',
    corp: 'fd12:3456:789a:1::/64',
  })
})

test('a deeper tree is cut at hexadecimal digits', () => {
  expect(shared(deep, 'fd00::/48')).toEqual({
    net: 'fd00::/48',
    infra: 'fd00::/52',
    corp: 'fd00:0:0:1000::/52',
    eng: 'fd00:0:0:1000::/56',
    ci: 'fd00:0:0:1000::/64',
    ops: 'fd00:0:0:1100::/56',
  })
})

test('a /64 is divided as well', () => {
  expect(shared(flat, 'fd00::/64')).toEqual({ net: 'fd00::/64', infra: 'fd00::/66', corp: 'fd00::4000:0:0:0/66' })
})

test('what is too small says how large it would have to be', () => {
  expect(shared(deep, 'fd00::/122')).toBe(
    'fd00::/122 has no room for a part for every CIDR in it; choose /121 or larger.',
  )
  expect(shared(flat, 'fd00::/120', () => 300)).toBe(
    'fd00::/120 has no room for a part for every CIDR in it; choose /117 or larger.',
  )
})

const anyShare = anyNodes.chain((nodes) =>
  fc.record({
    nodes: fc.constant(nodes),
    width: fc.integer({ min: 32, max: 124 }),
    peers: fc.array(fc.nat({ max: 40 }), { minLength: nodes.length, maxLength: nodes.length }),
  }),
)

/** Slowly: the parts of a tree lie in one another as the CIDRs do, apart, and hold everyone. */
function holdsAll(tree: Tree, parts: Map<number, ReturnType<typeof prefix>>, peersIn: (id: number) => number): void {
  const partOf = (node: CidrNode) => {
    const part = parts.get(node.id)
    if (!part) throw new Error(`${node.name} got no part`)
    return part
  }
  for (const node of tree.nodes) {
    const own = partOf(node)
    const inner = tree.children(node.id).map(partOf)
    expect(inner.every((part) => contains(own, part) && own.width < part.width)).toBe(true)
    expect(inner.every((part, at) => inner.every((other, also) => at === also || !overlaps(part, other)))).toBe(true)
    expect([...inner].sort((a, b) => (a.first < b.first ? -1 : 1))).toEqual(inner)
    const free = freeBlocks(own, inner).reduce((sum, block) => sum + sizeOf(block), 0n)
    expect(free).toBeGreaterThan(BigInt(peersIn(node.id)))
  }
}

test('parts are nested as the CIDRs are, apart, in order, and have room for everyone', () => {
  let refused = 0
  fc.assert(
    fc.property(anyShare, ({ nodes, width, peers }) => {
      const tree = buildTree(nodes)
      const peersIn = (id: number) => peers[nodes.findIndex((node) => node.id === id)] ?? 0
      const root = prefixOf(address('fd12:3456:789a:bcde:f012:3456:789a:bcde'), width)
      const parts = shareOut(tree, { id: tree.root.id, prefix: root }, peersIn)
      if (!parts.ok) {
        refused += 1
        const { needed } = parts.problem
        expect(needed).toBeLessThan(width)
        // What it asks for is enough.
        const larger = prefixOf(address('fd00::'), needed)
        expect(shareOut(tree, { id: tree.root.id, prefix: larger }, peersIn).ok).toBe(true)
        return
      }
      expect(parts.value.size).toBe(nodes.length)
      holdsAll(tree, parts.value, peersIn)
      const again = shareOut(buildTree([...nodes].reverse()), { id: tree.root.id, prefix: root }, peersIn)
      expect(again).toEqual(parts)
    }),
    { numRuns: 2000 },
  )
  expect(refused).toBeGreaterThan(20)
})

test('leaves are no smaller than a /64 in any /48 of an ordinary network', () => {
  fc.assert(
    fc.property(anyNodes, (nodes) => {
      const tree = buildTree(nodes)
      const parts = shareOut(tree, { id: tree.root.id, prefix: prefix('fd00::/40') }, nobody)
      const widths = parts.ok ? [...parts.value.values()].map((part) => part.width) : [128]
      expect(Math.max(...widths)).toBeLessThanOrEqual(64)
    }),
  )
})

test('the part of a subtree is shared within it only', () => {
  const parts = shareOut(deep, { id: 3, prefix: prefix('fd00::/56') }, nobody)
  expect(parts.ok && [...parts.value.keys()].sort()).toEqual([3, 4, 5, 6])
})

test('everyone is seated once: at the old place where that may stay, else at the next free one', () => {
  const place = { prefix: prefix('fd00::/64'), children: [prefix('fd00::10/124')] }
  const seekers = [
    { id: 1, present: address('fd00::5') },
    { id: 2, present: null },
    { id: 3, present: address('fd00::12') },
    { id: 4, present: address('fd01::1') },
    { id: 5, present: address('fd00::') },
  ]
  const taken = new Set(['fd00::5', 'fd00::1', 'fd00::12'].map((text) => address(text).value))
  const seats = seatAll(place, seekers, taken)
  expect([...seats].map(([id, at]) => [id, at?.value])).toEqual([
    [1, address('fd00::5').value],
    [2, address('fd00::2').value],
    [3, address('fd00::3').value],
    [4, address('fd00::4').value],
    [5, address('fd00::6').value],
  ])
})

test('nobody is seated where there is no room', () => {
  const place = { prefix: prefix('fd00::/126'), children: [] }
  const seats = seatAll(
    place,
    [1, 2, 3, 4].map((id) => ({ id, present: null })),
    new Set(),
  )
  expect([...seats.values()].map((at) => at?.value)).toEqual(
    [1n, 2n, 3n, undefined].map((n) => n && n + (0xfd00n << 112n)),
  )
})

const whole6: CidrNode = { id: 1, name: 'lab', prefix: prefix('fd00::/120'), parentId: null, isolated: false }

test('the pieces of a prefix fill it, and each of its peers sits in its own piece at a place of its own', () => {
  const peers = fc.array(fc.record({ piece: fc.nat({ max: 3 }), at: fc.option(fc.nat({ max: 255 })) }), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(peers, (drawn) => {
      const whole = whole6.prefix
      const seen = new Set<number>()
      const seekers = drawn.map(({ piece, at }, id) => {
        const present = at === null || seen.has(at) ? null : addressFromValue(6, whole.first + BigInt(at))
        if (at !== null) seen.add(at)
        return { id, piece, present }
      })
      const taken = new Set(seekers.flatMap(({ present }) => (present ? [present.value] : [])))
      const pieces = secondPieces(
        whole6,
        [0, 1, 2, 3].map((piece) => seekers.filter((one) => one.piece === piece)),
        taken,
      )
      const expected = split(whole, 122)
      const made = pieces.ok ? pieces.value : []
      expect(made.map(({ prefix }) => prefix)).toEqual(expected.ok ? expected.value : [])
      const seats = made.flatMap((piece) => [...piece.seats].map(([id, at]) => ({ id, at, piece: piece.prefix })))
      expect(new Set(seats.map(({ at }) => at?.value)).size).toBe(drawn.length)
      for (const { id, at, piece } of seats) {
        const present = seekers[id]?.present
        expect(at && assignable(piece, at)).toBeNull()
        if (present && assignable(piece, present) === null) expect(at).toEqual(present)
      }
    }),
  )
})

test('a prefix that would be cut too small is not cut', () => {
  const refused = (text: string, peers: number) => {
    const seekers = Array.from({ length: peers }, (_, id) => ({ id, present: null }))
    const pieces = secondPieces({ ...whole6, prefix: prefix(text) }, [[], seekers], new Set())
    return pieces.ok ? null : explainSplitPlan(pieces.problem)
  }
  expect(refused('fd00::/126', 0)).toBe('lab (fd00::/126) is too small for 2 pieces.')
  expect(refused('fd00::/125', 4)).toBe('The piece fd00::4/126 of lab is too small for its 4 peers.')
  expect(refused('fd00::/125', 3)).toBeNull()
})

test('five random bytes make a /48 of fd00::/8', () => {
  expect(formatPrefix(uniqueLocalPrefix(new Uint8Array([0x12, 0x34, 0x56, 0x78, 0x9a])))).toBe('fd12:3456:789a::/48')
  expect(formatPrefix(uniqueLocalPrefix(new Uint8Array(5)))).toBe('fd00::/48')
  expect(() => uniqueLocalPrefix(new Uint8Array(4))).toThrow('5 bytes')
})
