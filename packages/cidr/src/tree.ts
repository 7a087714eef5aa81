import type { Address } from './address.ts'
import { comparePrefixes, contains, formatPrefix, holds, type Prefix, samePrefix } from './prefix.ts'

/** A named node of the address tree. `isolated`: its direct members do not reach each other. */
export type CidrNode = {
  readonly id: number
  readonly name: string
  readonly prefix: Prefix
  readonly parentId: number | null
  readonly isolated: boolean
}

/** Positions in preorder: a CIDR and everything below it are `from` (itself) up to but without `to`. */
export type Span = { readonly from: number; readonly to: number }

/** The address plan of one network. Asking about an unknown id throws, except with `get`. */
export type Tree = {
  readonly root: CidrNode
  /** All CIDRs in document order: parents before children, siblings by address. */
  readonly nodes: readonly CidrNode[]
  get(id: number): CidrNode | null
  byName(name: string): CidrNode | null
  /** Direct children by address. */
  children(id: number): readonly CidrNode[]
  /** Itself first, the root last. */
  ancestors(id: number): readonly CidrNode[]
  /** Everything below it in document order, without itself. */
  descendants(id: number): readonly CidrNode[]
  /** 0 for the root. */
  depth(id: number): number
  /** Whether `id` is `ancestorId` or lies below it. */
  isWithin(id: number, ancestorId: number): boolean
  /** The deepest CIDR that holds the address; null when not even the root does. */
  ofAddress(address: Address): CidrNode | null
  /** Names from the root down to it. */
  path(id: number): string[]
  /** Where it and its subtree stand in `nodes`. */
  span(id: number): Span
}

/** Everything the tree knows about one CIDR. */
type Place = { readonly node: CidrNode; readonly children: readonly CidrNode[]; readonly depth: number; span: Span }

/** Builds the tree, in any order of nodes. Throws when they are no tree by the rules of DESIGN: that is a bug elsewhere. */
export function buildTree(nodes: readonly CidrNode[]): Tree {
  const root = onlyRoot(nodes)
  const byName = new Map(nodes.map((node) => [node.name, node]))
  if (byName.size !== nodes.length) throw new Error('two CIDRs of one network share a name')

  const places = placeAll(nodes, root)
  const order = [...places.values()].map((place) => place.node)
  const placeOf = (id: number): Place => places.get(id) ?? broken(`there is no CIDR ${id}`)

  const ancestors = (id: number): CidrNode[] => {
    const up: CidrNode[] = []
    for (let at: number | null = id; at !== null; ) {
      const { node } = placeOf(at)
      up.push(node)
      at = node.parentId
    }
    return up
  }

  return {
    root,
    nodes: order,
    get: (id) => places.get(id)?.node ?? null,
    byName: (name) => byName.get(name) ?? null,
    children: (id) => placeOf(id).children,
    ancestors,
    descendants: (id) => order.slice(placeOf(id).span.from + 1, placeOf(id).span.to),
    depth: (id) => placeOf(id).depth,
    isWithin: (id, ancestorId) => {
      const inner = placeOf(id).span
      const outer = placeOf(ancestorId).span
      return outer.from <= inner.from && inner.from < outer.to
    },
    ofAddress: (address) => (holds(root.prefix, address) ? deepest(root, address, placeOf) : null),
    path: (id) =>
      ancestors(id)
        .map((node) => node.name)
        .reverse(),
    span: (id) => placeOf(id).span,
  }
}

function onlyRoot(nodes: readonly CidrNode[]): CidrNode {
  const [root, second] = nodes.filter((node) => node.parentId === null)
  if (!root) return broken('a tree needs a root')
  if (second) return broken(`${root.name} and ${second.name} are both roots`)
  return root
}

/** Walks from the root; the map's order is preorder. */
function placeAll(nodes: readonly CidrNode[], root: CidrNode): Map<number, Place> {
  const childrenOf = groupByParent(nodes)
  const places = new Map<number, Place>()
  const walk = (node: CidrNode, depth: number): void => {
    if (places.has(node.id)) broken(`two CIDRs have the id ${node.id}`)
    const children = (childrenOf.get(node.id) ?? []).sort((a, b) => comparePrefixes(a.prefix, b.prefix))
    checkChildren(node, children)
    const from = places.size
    const place: Place = { node, children, depth, span: { from, to: from } }
    places.set(node.id, place)
    for (const child of children) walk(child, depth + 1)
    place.span = { from, to: places.size }
  }
  // Deep recursion is no danger: a child is narrower than its parent, so 128 levels are the most there can be.
  walk(root, 0)
  if (places.size !== nodes.length) broken('some CIDR is not below the root')
  return places
}

function groupByParent(nodes: readonly CidrNode[]): Map<number | null, CidrNode[]> {
  const groups = new Map<number | null, CidrNode[]>()
  for (const node of nodes) {
    const group = groups.get(node.parentId)
    if (group) group.push(node)
    else groups.set(node.parentId, [node])
  }
  return groups
}

/** Sorted siblings overlap only if neighbours do. */
function checkChildren(parent: CidrNode, children: readonly CidrNode[]): void {
  children.forEach((child, at) => {
    if (!contains(parent.prefix, child.prefix) || samePrefix(parent.prefix, child.prefix)) {
      broken(
        `${child.name} (${formatPrefix(child.prefix)}) is no part of ${parent.name} (${formatPrefix(parent.prefix)})`,
      )
    }
    const before = children[at - 1]
    if (before && contains(before.prefix, child.prefix)) broken(`${before.name} and ${child.name} overlap`)
  })
}

function deepest(from: CidrNode, address: Address, placeOf: (id: number) => Place): CidrNode {
  let node = from
  for (;;) {
    const child = childHolding(placeOf(node.id).children, address)
    if (!child) return node
    node = child
  }
}

/** Binary search: the last child that starts at or before the address is the only one that can hold it. */
function childHolding(children: readonly CidrNode[], address: Address): CidrNode | null {
  let low = 0
  let high = children.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const child = children[middle]
    if (child && child.prefix.first <= address.value) low = middle + 1
    else high = middle
  }
  const candidate = children[low - 1]
  return candidate && holds(candidate.prefix, address) ? candidate : null
}

function broken(why: string): never {
  throw new Error(`broken tree: ${why}`)
}
