import fc from 'fast-check'
import {
  type Address,
  type Association,
  addressFromValue,
  buildTree,
  type CidrNode,
  type Family,
  type Network,
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixOf,
  type ReachPeer,
  type Tree,
} from '../src/index.ts'

/** The prefix that a test spells; a misspelt test throws. */
export function prefix(text: string): Prefix {
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new Error(`the test misspells ${text}`)
  return parsed.value
}

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (!parsed.ok) throw new Error(`the test misspells ${text}`)
  return parsed.value
}

export const seated = (name: string, text: string) => ({ name, address: address(text) })

/** A tree from `[name, prefix, parent]`, ids counted from 1 in the order written. */
export function plant(rows: readonly (readonly [string, string, string | null])[]): Tree {
  const ids = new Map(rows.map(([name], at) => [name, at + 1]))
  return buildTree(
    rows.map(([name, text, parent], at) => ({
      id: at + 1,
      name,
      prefix: prefix(text),
      parentId: parent === null ? null : (ids.get(parent) ?? 0),
      isolated: false,
    })),
  )
}

/** The CIDR of that name, which the test knows to exist. */
export function cidr(tree: Tree, name: string): CidrNode {
  const node = tree.byName(name)
  if (!node) throw new Error(`the test misspells ${name}`)
  return node
}

export const bits = (family: Family): number => (family === 4 ? 32 : 128)

export const anyFamily = fc.constantFrom<Family>(4, 6)

/** Any address but an IPv4-mapped one; zeros are frequent, for the sake of `::`. */
export const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.nat({ max: 0xffff_ffff }).map((value) => addressFromValue(4, BigInt(value))),
  fc
    .array(fc.oneof(fc.constant(0), fc.nat({ max: 0xffff })), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n))
    .filter((value) => value >> 32n !== 0xffffn)
    .map((value) => addressFromValue(6, value)),
)

/** Prefixes from the same small corner of either family, so that they meet. */
export const cornerPrefix: fc.Arbitrary<Prefix> = fc
  .record({ family: anyFamily, value: fc.nat({ max: 63 }), hostBits: fc.nat({ max: 6 }) })
  .map(({ family, value, hostBits }) => prefixOf(addressFromValue(family, BigInt(value)), bits(family) - hostBits))

/** The values of a small prefix, one by one. */
export function values(block: Prefix): bigint[] {
  const count = 2 ** (bits(block.family) - block.width)
  return Array.from({ length: count }, (_, at) => block.first + BigInt(at))
}

type Sprout = { parent: number; narrower: number; slot: number; isolated: boolean }

const sprout: fc.Arbitrary<Sprout> = fc.record({
  parent: fc.nat(),
  narrower: fc.integer({ min: 1, max: 3 }),
  slot: fc.nat({ max: 7 }),
  isolated: fc.boolean(),
})

/** Random nodes of a lawful tree under a /24 or a /120; sprouts that find their place occupied are dropped. */
export const anyNodes: fc.Arbitrary<CidrNode[]> = fc
  .record({ family: anyFamily, rootIsolated: fc.boolean(), sprouts: fc.array(sprout, { maxLength: 12 }) })
  .map(({ family, rootIsolated, sprouts }) => {
    const root = prefixOf(addressFromValue(family, 0n), bits(family) - 8)
    const nodes: CidrNode[] = [{ id: 100, name: 'n100', prefix: root, parentId: null, isolated: rootIsolated }]
    for (const one of sprouts) grow(nodes, one)
    return nodes
  })

function grow(nodes: CidrNode[], { parent, narrower, slot, isolated }: Sprout): void {
  const above = nodes[parent % nodes.length]
  if (!above || above.prefix.width + narrower > bits(above.prefix.family)) return
  const width = above.prefix.width + narrower
  const size = 2n ** BigInt(bits(above.prefix.family) - width)
  const first = above.prefix.first + BigInt(slot % 2 ** narrower) * size
  const siblings = nodes.filter((node) => node.parentId === above.id)
  const occupied = siblings.some(
    (node) => node.prefix.first < first + size && first < node.prefix.first + BigInt(values(node.prefix).length),
  )
  // Ids run against the order of addresses and of creation, so that nobody leans on either.
  const id = 100 - nodes.length
  if (!occupied) {
    const block = prefixOf(addressFromValue(above.prefix.family, first), width)
    nodes.push({ id, name: `n${id}`, prefix: block, parentId: above.id, isolated })
  }
}

const anyPeers = (nodes: readonly CidrNode[], maxLength: number): fc.Arbitrary<ReachPeer[]> =>
  fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 40 }),
      name: fc.constant('p'),
      cidrId: fc.constantFrom(...nodes.map((node) => node.id)),
      kind: fc.constantFrom<ReachPeer['kind']>('agent', 'agent', 'agent', 'device', 'device', 'hub'),
      enabled: fc.constantFrom(true, true, true, true, false),
      redeemed: fc.constantFrom(true, true, true, true, false),
    }),
    { maxLength, selector: (peer) => peer.id },
  )

/** Any two CIDRs: parent and child, twice the same, and one with itself included. */
const anyAssociations = (nodes: readonly CidrNode[]): fc.Arbitrary<Association[]> =>
  fc
    .array(fc.tuple(...[0, 1].map(() => fc.constantFrom(...nodes.map((node) => node.id)))), { maxLength: 5 })
    .map((pairs) => pairs.map(([a = 0, b = 0], at) => ({ id: at + 1, a, b })))

/** What a test builds a `Network` from, and its slow twin reads as plain lists. */
export type Plain = { nodes: CidrNode[]; peers: ReachPeer[]; associations: Association[] }

export const anyNetwork: fc.Arbitrary<Plain> = anyNodes.chain((nodes) => networkOn(nodes))

export const networkOn = (nodes: CidrNode[]): fc.Arbitrary<Plain> =>
  fc.record({ nodes: fc.constant(nodes), peers: anyPeers(nodes, 14), associations: anyAssociations(nodes) })

export const toNetwork = ({ nodes, peers, associations }: Plain): Network => ({
  tree: buildTree(nodes),
  peers,
  associations,
})
