import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  adopts,
  buildTree,
  type CidrNode,
  comparePrefixes,
  formatPrefix,
  infraPrefix,
} from '../src/index.ts'
import { address, anyNodes, cidr, plant, prefix, values } from './some.ts'

const tree = plant([
  ['net', '10.0.0.0/16', null],
  ['prod', '10.0.32.0/20', 'net'],
  ['corp', '10.0.16.0/20', 'net'],
  ['ops', '10.0.17.0/24', 'corp'],
  ['eng', '10.0.16.0/24', 'corp'],
])
const names = (nodes: readonly CidrNode[]) => nodes.map((node) => node.name)
const id = (name: string) => cidr(tree, name).id

test('CIDRs are walked in document order, whatever order they came in', () => {
  expect(names(tree.nodes)).toEqual(['net', 'corp', 'eng', 'ops', 'prod'])
  expect(names(tree.children(id('net')))).toEqual(['corp', 'prod'])
  expect(names(tree.descendants(id('net')))).toEqual(['corp', 'eng', 'ops', 'prod'])
  expect(names(tree.descendants(id('eng')))).toEqual([])
})

test('the way up and the way down are told', () => {
  expect(names(tree.ancestors(id('eng')))).toEqual(['eng', 'corp', 'net'])
  expect(tree.path(id('eng'))).toEqual(['net', 'corp', 'eng'])
  expect(tree.depth(id('eng'))).toBe(2)
  expect(tree.isWithin(id('eng'), id('net'))).toBe(true)
  expect(tree.isWithin(id('eng'), id('eng'))).toBe(true)
  expect(tree.isWithin(id('corp'), id('eng'))).toBe(false)
})

test.each([
  ['10.0.16.1', 'eng'],
  ['10.0.18.1', 'corp'],
  ['10.0.0.1', 'net'],
  ['10.1.0.1', undefined],
  ['fd00::1', undefined],
])('%s is an address of %s', (text, name) => {
  expect(tree.ofAddress(address(text))?.name).toBe(name)
})

test('an unknown CIDR is null to get, and a bug to everything else', () => {
  expect(tree.get(99)).toBeNull()
  expect(tree.byName('nobody')).toBeNull()
  expect(() => tree.children(99)).toThrow('there is no CIDR 99')
})

const broken = (rows: [number, string, string, number | null][]) => () =>
  buildTree(
    rows.map(([one, name, text, parentId]) => ({ id: one, name, prefix: prefix(text), parentId, isolated: false })),
  )

test.each<[string, [number, string, string, number | null][]]>([
  ['no root', []],
  [
    'two roots',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'b', '11.0.0.0/8', null],
    ],
  ],
  [
    'two of one name',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'a', '10.0.0.0/9', 1],
    ],
  ],
  [
    'two of one id',
    [
      [1, 'a', '10.0.0.0/8', null],
      [1, 'b', '10.0.0.0/9', 1],
    ],
  ],
  [
    'a child outside its parent',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'b', '11.0.0.0/9', 1],
    ],
  ],
  [
    'a child as large as its parent',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'b', '10.0.0.0/8', 1],
    ],
  ],
  [
    'siblings that overlap',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'b', '10.0.0.0/9', 1],
      [3, 'c', '10.1.0.0/16', 1],
    ],
  ],
  [
    'a parent that is not there',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'b', '10.0.0.0/9', 7],
    ],
  ],
  [
    'a ring',
    [
      [1, 'a', '10.0.0.0/8', null],
      [2, 'b', '10.0.0.0/9', 3],
      [3, 'c', '10.0.0.0/9', 2],
    ],
  ],
])('%s is no tree', (_, rows) => {
  expect(broken(rows)).toThrow()
})

test('every question about a tree agrees with following the parents by hand', () => {
  fc.assert(
    fc.property(anyNodes, fc.nat({ max: 300 }), (nodes, value) => {
      const grown = buildTree(nodes)
      const up = (node: CidrNode): CidrNode[] => {
        const above = nodes.find((other) => other.id === node.parentId)
        return above ? [node, ...up(above)] : [node]
      }
      expect(grown.nodes).toEqual([...nodes].sort((a, b) => comparePrefixes(a.prefix, b.prefix)))
      for (const node of nodes) {
        expect(grown.ancestors(node.id)).toEqual(up(node))
        expect(grown.depth(node.id)).toBe(up(node).length - 1)
        const below = nodes.filter((other) => other !== node && up(other).includes(node))
        expect(new Set(grown.descendants(node.id))).toEqual(new Set(below))
        const within = nodes.filter((other) => grown.isWithin(other.id, node.id))
        expect(within).toEqual(nodes.filter((other) => up(other).includes(node)))
      }
      const holding = nodes.filter((node) => values(node.prefix).includes(BigInt(value)))
      const deepest = holding.sort((a, b) => b.prefix.width - a.prefix.width)[0]
      expect(grown.ofAddress(addressFromValue(grown.root.prefix.family, BigInt(value)))).toBe(deepest ?? null)
    }),
    { numRuns: 1_500 },
  )
})

test('a new CIDR adopts the children that it contains', () => {
  expect(names(adopts(tree, cidr(tree, 'net'), prefix('10.0.0.0/18')))).toEqual(['corp', 'prod'])
  expect(names(adopts(tree, cidr(tree, 'net'), prefix('10.0.0.0/19')))).toEqual(['corp'])
  expect(names(adopts(tree, cidr(tree, 'net'), prefix('10.0.64.0/18')))).toEqual([])
})

test.each([
  ['10.0.0.0/8', '10.0.0.0/24'],
  ['10.42.0.0/16', '10.42.0.0/24'],
  ['10.42.0.0/20', '10.42.0.0/24'],
  ['10.42.0.0/21', '10.42.0.0/25'],
  ['10.42.0.0/24', '10.42.0.0/28'],
  ['10.42.0.0/27', '10.42.0.0/30'],
  ['10.42.0.0/29', '10.42.0.0/30'],
  ['10.42.0.0/30', null],
  ['10.42.0.0/32', null],
  ['fd00::/8', 'fd00::/64'],
  ['fd00::/48', 'fd00::/64'],
  ['fd00::/63', 'fd00::/64'],
  ['fd00::/64', 'fd00::/72'],
  ['fd00::/120', 'fd00::/124'],
  ['fd00::/124', null],
])('the infra of %s is %s', (root, infra) => {
  const block = infraPrefix(prefix(root))
  expect(block && formatPrefix(block)).toBe(infra)
})
