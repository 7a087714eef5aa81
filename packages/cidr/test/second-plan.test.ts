import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  buildPlans,
  buildTree,
  type CidrNode,
  contains,
  type DualNode,
  explainSecond,
  explainSecondAddress,
  formatPrefix,
  holds,
  overlaps,
  type Plans,
  type Prefix,
  prefixOf,
  secondAddressProblem,
  secondChangeProblem,
  secondPlacementProblem,
  suggestPart,
  suggestSecond,
} from '../src/index.ts'
import { address, prefix, seated } from './some.ts'

/** Plans from `[name, prefix, parent, prefix6]`, ids counted from 1 in the order written. */
function plant(rows: readonly (readonly [string, string, string | null, string | null])[]): Plans {
  const ids = new Map(rows.map(([name], at) => [name, at + 1]))
  return buildPlans(
    rows.map(([name, text, parent, text6], at) => ({
      id: at + 1,
      name,
      prefix: prefix(text),
      prefix6: text6 === null ? null : prefix(text6),
      parentId: parent === null ? null : (ids.get(parent) ?? 0),
      isolated: false,
    })),
  )
}

const plans = plant([
  ['net', '10.0.0.0/16', null, 'fd00::/48'],
  ['infra', '10.0.0.0/24', 'net', 'fd00::/64'],
  ['corp', '10.0.16.0/20', 'net', 'fd00:0:0:100::/56'],
  ['eng', '10.0.16.0/24', 'corp', 'fd00:0:0:101::/64'],
  ['ops', '10.0.17.0/24', 'corp', null],
  ['lab', '10.0.32.0/20', 'net', null],
  ['bench', '10.0.32.0/24', 'lab', null],
])
const six = plant([['six', 'fd00::/48', null, null]])
const four = plant([
  ['four', '10.0.0.0/16', null, null],
  ['part', '10.0.0.0/24', 'four', null],
])
const inNet = [seated('p1', 'fd00:0:0:5000::1')]
const cidr = ({ first }: Plans, name: string): CidrNode => {
  const node = first.byName(name)
  if (!node) throw new Error(`the test misspells ${name}`)
  return node
}

test('the second plan holds those with an IPv6 prefix, in the same places', () => {
  expect(plans.second?.nodes.map((node) => [node.name, formatPrefix(node.prefix)])).toEqual([
    ['net', 'fd00::/48'],
    ['infra', 'fd00::/64'],
    ['corp', 'fd00:0:0:100::/56'],
    ['eng', 'fd00:0:0:101::/64'],
  ])
  expect(plans.second?.path(4)).toEqual(['net', 'corp', 'eng'])
  expect(four.second).toBeNull()
})

test.each([
  ['net', '10.0.64.0/24', '10.1.0.0/16', '10.1.0.0/16 is not an IPv6 prefix, such as fd12:3456:789a::/48.'],
  ['net', '10.0.64.0/24', 'fd00::/127', 'fd00::/127 is too small for a CIDR; choose /126 or larger.'],
  [
    'lab',
    '10.0.33.0/24',
    'fd00:0:0:200::/64',
    'lab has no IPv6 prefix that new could have a part of; give it one first.',
  ],
  ['net', '10.0.64.0/24', 'fd01::/64', 'fd01::/64 is not inside net; choose a part of fd00::/48 or another parent.'],
  ['net', '10.0.64.0/24', 'fd00:0:0:101::/64', 'fd00:0:0:101::/64 is already the prefix of eng.'],
  ['net', '10.0.64.0/24', 'fd00:0:0:102::/64', 'fd00:0:0:102::/64 lies inside corp; add it there.'],
  [
    'net',
    '10.0.64.0/24',
    'fd00::/55',
    'fd00::/55 covers the IPv6 prefixes of CIDRs that would not be inside: infra and corp.',
  ],
  ['net', '10.0.0.0/19', 'fd00::/56', 'fd00::/56 leaves out the IPv6 prefixes of CIDRs that would be inside: corp.'],
  ['net', '10.0.0.0/19', null, 'new needs an IPv6 prefix as long as what is inside has one: infra and corp.'],
  [
    'net',
    '10.0.64.0/24',
    'fd00:0:0:5000::/64',
    'fd00:0:0:5000::/64 covers peers that sit directly in net; move them first: p1 (fd00:0:0:5000::1).',
  ],
])('under %s, %s with %s is refused with its reason', (parent, text, text6, sentence) => {
  const place = {
    name: 'new',
    parent: cidr(plans, parent),
    prefix: prefix(text),
    prefix6: text6 === null ? null : prefix(text6),
  }
  const problem = secondPlacementProblem(plans, place, inNet)
  expect(problem && explainSecond(problem)).toBe(sentence)
})

test.each([
  ['net', '10.0.64.0/24', null],
  ['net', '10.0.64.0/24', 'fd00:0:0:200::/56'],
  ['net', '10.0.0.0/19', 'fd00::/55'],
  ['corp', '10.0.18.0/24', 'fd00:0:0:102::/64'],
  ['lab', '10.0.33.0/24', null],
])('under %s, %s with %s is welcome', (parent, text, text6) => {
  const place = {
    name: 'new',
    parent: cidr(plans, parent),
    prefix: prefix(text),
    prefix6: text6 === null ? null : prefix(text6),
  }
  expect(secondPlacementProblem(plans, place, inNet)).toBeNull()
})

test.each([
  ['corp', null, 'corp needs an IPv6 prefix as long as what is inside has one: eng.'],
  ['bench', 'fd00:0:0:700::/64', 'lab has no IPv6 prefix that bench could have a part of; give it one first.'],
  [
    'corp',
    'fd00:0:0:200::/56',
    'fd00:0:0:200::/56 leaves out CIDRs that are inside; move or delete them first: eng (fd00:0:0:101::/64).',
  ],
  ['corp', 'fd00::/55', 'fd00::/55 overlaps infra (fd00::/64).'],
  [
    'eng',
    'fd00:0:0:102::/64',
    'fd00:0:0:102::/64 leaves out peers that are inside; move them first: e1 (fd00:0:0:101::7).',
  ],
  ['lab', 'fd00::/55', 'fd00::/55 covers the IPv6 prefixes of CIDRs that would not be inside: infra and corp.'],
  [
    'net',
    'fd00::/56',
    'fd00::/56 leaves out CIDRs that are inside; move or delete them first: corp (fd00:0:0:100::/56).',
  ],
])('%s does not get %s, and hears why', (name, text6, sentence) => {
  const peersIn = name === 'eng' ? [seated('e1', 'fd00:0:0:101::7')] : []
  const change = { id: cidr(plans, name).id, prefix6: text6 === null ? null : prefix(text6) }
  const problem = secondChangeProblem(plans, change, { peersIn, peersInParent: inNet })
  expect(problem && explainSecond(problem)).toBe(sentence)
})

test.each([
  ['ops', 'fd00:0:0:102::/64'],
  ['lab', 'fd00:0:0:200::/56'],
  ['eng', 'fd00:0:0:101::/96'],
  ['eng', null],
  ['lab', null],
  ['four', 'fd12:3456:789a::/48'],
])('%s may get %s', (name, text6) => {
  const all = name === 'four' ? four : plans
  const change = { id: cidr(all, name).id, prefix6: text6 === null ? null : prefix(text6) }
  expect(secondChangeProblem(all, change, { peersIn: [], peersInParent: [] })).toBeNull()
})

test('an IPv6 network has no second family', () => {
  const change = { id: 1, prefix6: prefix('fd01::/48') }
  const problem = secondChangeProblem(six, change, { peersIn: [], peersInParent: [] })
  expect(problem && explainSecond(problem)).toBe('six is an IPv6 network as it is; a second prefix is for an IPv4 one.')
})

test.each([
  ['eng', 'fd00:0:0:101::1', null],
  ['corp', 'fd00:0:0:1ff::1', null],
  ['corp', 'fd00:0:0:101::1', 'fd00:0:0:101::1 belongs to eng; add the peer there or choose another address.'],
  [
    'eng',
    'fd00:0:0:101::',
    'fd00:0:0:101:: is the first address of fd00:0:0:101::/64, which IPv6 keeps for routers; choose a later one.',
  ],
  ['eng', 'fd00:0:0:101::9', 'fd00:0:0:101::9 is taken by nine.'],
  ['ops', 'fd00:0:0:102::1', 'ops has no IPv6 prefix that fd00:0:0:102::1 could be in.'],
  ['eng', '10.0.16.1', '10.0.16.1 is not inside eng (fd00:0:0:101::/64).'],
])('in %s the address %s: %s', (name, text, sentence) => {
  const seat = { cidrId: cidr(plans, name).id, address: address(text) }
  const problem = secondAddressProblem(plans, seat, [seated('nine', 'fd00:0:0:101::9')])
  expect(problem && explainSecondAddress(problem)).toBe(sentence)
})

test('suggests the next free part, and around adopted children the smallest that holds theirs', () => {
  const spelled = (found: Prefix | null) => found && formatPrefix(found)
  expect(spelled(suggestPart(plans, 1, inNet))).toBe('fd00:0:0:200::/56')
  expect(spelled(suggestPart(plans, 3, []))).toBe('fd00:0:0:100::/64')
  expect(suggestPart(plans, 6, [])).toBeNull()
  const around = { parent: cidr(plans, 'net'), prefix: prefix('10.0.0.0/19') }
  expect(spelled(suggestSecond(plans, around, inNet))).toBe('fd00::/55')
})

/** Dual nodes whose second prefixes are drawn anywhere in the parent's: most of them break some rule. */
const anyDual: fc.Arbitrary<DualNode[]> = fc
  .array(
    fc.record({
      parent: fc.nat(),
      slot: fc.nat({ max: 7 }),
      slot6: fc.nat({ max: 7 }),
      narrower: fc.integer({ min: 1, max: 3 }),
      narrower6: fc.integer({ min: 1, max: 3 }),
      has6: fc.boolean(),
    }),
    { maxLength: 10 },
  )
  .map((sprouts) => {
    const nodes: DualNode[] = [
      {
        id: 1,
        name: 'n1',
        prefix: prefix('10.0.0.0/24'),
        prefix6: prefix('fd00::/112'),
        parentId: null,
        isolated: false,
      },
    ]
    for (const one of sprouts) {
      const above = nodes[one.parent % nodes.length]
      if (!above) continue
      const inner = part(above.prefix, one.narrower, one.slot)
      const inner6 = one.has6 && above.prefix6 ? part(above.prefix6, one.narrower6, one.slot6) : null
      const family = nodes.filter((node) => node.parentId === above.id)
      const clash = (a: Prefix, b: Prefix | null) => b !== null && overlaps(a, b)
      if (!inner || family.some((node) => clash(inner, node.prefix))) continue
      const free6 = inner6 && !family.some((node) => clash(inner6, node.prefix6)) ? inner6 : null
      const id = nodes.length + 1
      nodes.push({ id, name: `n${id}`, prefix: inner, prefix6: free6, parentId: above.id, isolated: false })
    }
    return nodes
  })

function part(of: Prefix, narrower: number, slot: number): Prefix | null {
  const width = of.width + narrower
  if (width > (of.family === 4 ? 30 : 126)) return null
  const size = 1n << BigInt((of.family === 4 ? 32 : 128) - width)
  return prefixOf(addressFromValue(of.family, of.first + BigInt(slot % 2 ** narrower) * size), width)
}

/** Slowly: whether all rules of both plans hold, read pair by pair from DESIGN. */
function lawful(nodes: readonly DualNode[], peers6: readonly { cidrId: number; value: bigint }[]): boolean {
  const of = (id: number | null) => nodes.find((node) => node.id === id)
  const pairs = nodes.flatMap((a) => nodes.map((b) => [a, b] as const)).filter(([a, b]) => a.id < b.id)
  const inParent = nodes.every(({ prefix6, parentId }) => {
    const above = of(parentId)
    if (!prefix6 || !above) return true
    return above.prefix6 !== null && contains(above.prefix6, prefix6) && above.prefix6.width < prefix6.width
  })
  const apart = pairs.every(
    ([a, b]) => a.parentId !== b.parentId || !a.prefix6 || !b.prefix6 || !overlaps(a.prefix6, b.prefix6),
  )
  const seats = peers6.every(({ cidrId, value }) => {
    const own = of(cidrId)?.prefix6
    const at = addressFromValue(6, value)
    const inChild = nodes.some((node) => node.parentId === cidrId && node.prefix6 && holds(node.prefix6, at))
    return own && holds(own, at) && value !== own.first && !inChild
  })
  return inParent && apart && seats
}

const somePeers = (nodes: readonly DualNode[]) =>
  fc
    .array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 })
    .map((seats) =>
      seats.flatMap(([at, offset]) => {
        const node = nodes[at % nodes.length]
        if (!node?.prefix6) return []
        const value = node.prefix6.first + (BigInt(offset) % (1n << BigInt(128 - node.prefix6.width)))
        return [{ cidrId: node.id, value }]
      }),
    )
    .filter((peers) => lawful(nodes, peers))

test('a second prefix may be changed exactly when all rules hold afterwards', () => {
  const situation = anyDual.chain((nodes) =>
    fc.record({
      nodes: fc.constant(nodes),
      peers: somePeers(nodes),
      at: fc.nat(),
      width: fc.integer({ min: 110, max: 126 }),
      value: fc.nat({ max: 0xffff }),
      none: fc.boolean(),
    }),
  )
  let allowed = 0
  fc.assert(
    fc.property(situation, ({ nodes, peers, at, width, value, none }) => {
      const node = nodes[at % nodes.length]
      if (!node) return
      const base = prefix('fd00::/112').first
      const prefix6 = none ? null : prefixOf(addressFromValue(6, base + BigInt(value)), width)
      const seatsOf = (id: number | null) =>
        peers
          .filter((peer) => peer.cidrId === id)
          .map((peer, nth) => ({ name: `p${nth}`, address: addressFromValue(6, peer.value) }))
      const problem = secondChangeProblem(
        buildPlans(nodes),
        { id: node.id, prefix6 },
        // Who has IPv6 taken away loses the address with it.
        { peersIn: seatsOf(node.id), peersInParent: seatsOf(node.parentId) },
      )
      const after = nodes.map((other) => (other.id === node.id ? { ...other, prefix6 } : other))
      const left = peers.filter((peer) => prefix6 !== null || peer.cidrId !== node.id)
      expect(problem === null, problem ? explainSecond(problem) : 'allowed').toBe(lawful(after, left))
      if (problem === null && prefix6) allowed += 1
    }),
    { numRuns: 3000 },
  )
  expect(allowed).toBeGreaterThan(50)
})

test('a CIDR goes between others exactly when all rules hold afterwards, in both plans', () => {
  const situation = anyDual.chain((nodes) =>
    fc.record({
      nodes: fc.constant(nodes),
      peers: somePeers(nodes),
      at: fc.nat(),
      cut: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 7 })),
      cut6: fc.option(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 7 }))),
    }),
  )
  let allowed = 0
  fc.assert(
    fc.property(situation, ({ nodes, peers, at, cut, cut6 }) => {
      const above = nodes[at % nodes.length]
      const inner = above && part(above.prefix, ...cut)
      if (!above || !inner) return
      const siblings = nodes.filter((node) => node.parentId === above.id)
      // The first plan has no objection: that is another rule.
      if (siblings.some((node) => contains(node.prefix, inner))) return
      const prefix6 = cut6 && part(above.prefix6 ?? prefix('fd00::/112'), ...cut6)
      const plans = buildPlans(nodes)
      const peersInParent = peers
        .filter((peer) => peer.cidrId === above.id)
        .map((peer, nth) => ({ name: `p${nth}`, address: addressFromValue(6, peer.value) }))
      const problem = secondPlacementProblem(
        plans,
        { name: 'new', parent: above, prefix: inner, prefix6 },
        peersInParent,
      )
      const created: DualNode = { id: 99, name: 'new', prefix: inner, prefix6, parentId: above.id, isolated: false }
      const after = [
        ...nodes.map((node) =>
          node.parentId === above.id && contains(inner, node.prefix) ? { ...node, parentId: 99 } : node,
        ),
        created,
      ]
      expect(problem === null, problem ? explainSecond(problem) : 'allowed').toBe(lawful(after, peers))
      if (problem === null) {
        allowed += 1
        expect(() => buildPlans(after)).not.toThrow()
      }
    }),
    { numRuns: 3000 },
  )
  expect(allowed).toBeGreaterThan(50)
  expect(() => buildTree([])).toThrow()
})
