import { buildTree, type CidrNode, formatPrefix, parsePrefix } from '@warren/cidr'
import { expect, test } from 'vitest'
import { because, mayReach } from '~/features/cidrs/may-reach.ts'
import { CARD, collapsedAtFirst, standIn, tidyLayout, visibleNodes } from '~/features/tree/layout.ts'
import { closeUp, fullness, marks, spread } from '~/features/tree/spread.ts'
import { acme } from './acme.ts'

const names = (nodes: readonly { name: string }[]) => nodes.map((node) => node.name)

test('cards stand in document order, one column for each level, and none on another', () => {
  const { tree } = acme()
  const { cards, width } = tidyLayout(tree, new Set())
  expect(names(cards.map((card) => card.node))).toEqual(names(tree.nodes))
  expect(new Set(cards.map((card) => card.x)).size).toBe(3)
  expect(Math.max(...cards.map((card) => card.x)) + CARD.width).toBe(width)
  for (const a of cards) {
    const clash = cards.filter((b) => b !== a && b.x === a.x && Math.abs(b.y - a.y) < CARD.height)
    expect(clash).toEqual([])
  }
})

test('a collapsed CIDR hides what is below, and stands in for it', () => {
  const { tree } = acme()
  const collapsed = new Set([3])
  expect(names(visibleNodes(tree, collapsed))).toEqual(['acme', 'infra', 'people', 'prod', 'db', 'cams'])
  expect(standIn(tidyLayout(tree, collapsed), tree, 4)?.node.name).toBe('people')
})

test('a small tree opens whole, a large one with as many levels as can be taken in', () => {
  expect(collapsedAtFirst(acme().tree)).toEqual(new Set())
  const large = sixteenBySixteen()
  const collapsed = collapsedAtFirst(large)
  expect(visibleNodes(large, collapsed)).toHaveLength(17)
})

function sixteenBySixteen() {
  const node = (id: number, parentId: number | null, text: string): CidrNode => {
    const prefix = parsePrefix(text)
    if (!prefix.ok) throw new Error(text)
    return { id, parentId, name: `c-${id}`, prefix: prefix.value, isolated: false }
  }
  const outer = Array.from({ length: 16 }, (_, i) => node(2 + i, 1, `10.${i}.0.0/16`))
  const inner = outer.flatMap((_, i) =>
    Array.from({ length: 16 }, (_, j) => node(100 + i * 16 + j, 2 + i, `10.${i}.${j}.0/24`)),
  )
  return buildTree([node(1, null, '10.0.0.0/8'), ...outer, ...inner])
}

test('the map is to scale, and its gaps are the free space', () => {
  const { tree } = acme()
  const pieces = spread(tree, tree.root)
  const of = (name: string) => pieces.find((piece) => piece.kind === 'cidr' && piece.node.name === name)
  expect(of('people')).toMatchObject({ from: 16 / 256, share: 16 / 256, level: 1 })
  expect(of('db')).toMatchObject({ from: 32 / 256, share: expect.closeTo(1 / 256, 5), level: 2 })
  const levelOne = pieces.filter((piece) => piece.level === 1)
  expect(levelOne.reduce((sum, piece) => sum + piece.share, 0)).toBeCloseTo(1, 5)
  const gaps = levelOne.flatMap((piece) => (piece.kind === 'free' ? [piece.text.split(', ')[0]] : []))
  expect(gaps).toEqual(['10.42.1.0/24', '10.42.48.0/20', '10.42.65.0/24'])
})

test('a close-up shows a CIDR with its siblings, or with its children', () => {
  const { tree } = acme()
  expect(closeUp(tree, 4).name).toBe('people')
  expect(closeUp(tree, 3).name).toBe('people')
  expect(closeUp(tree, 1).name).toBe('acme')
})

test('marks lie where the addresses lie, and fullness is told beside the fullest', () => {
  const { tree, members } = acme()
  const eng = tree.byName('eng')
  if (!eng) throw new Error('no eng')
  expect(
    marks(
      eng.prefix,
      members.map((peer) => peer.at),
    ),
  ).toEqual([0.003906, 0.007812])
  expect(fullness(0, eng.prefix, 0)).toBe(0)
  expect(fullness(64, eng.prefix, 64 / 256)).toBe(1)
  expect(fullness(2, eng.prefix, 2 / 256), 'two peers in a /24 are not dense, even where none is denser').toBeLessThan(
    0.4,
  )
  expect(formatPrefix(eng.prefix)).toBe('10.42.16.0/24')
})

test('what a CIDR may reach is told with where it comes from', () => {
  const { tree, associations } = acme()
  const told = (id: number) => mayReach(tree, associations, id).map((row) => `${row.cidr.name}: ${because(row)}`)
  expect(told(4)).toEqual([
    'eng: same CIDR',
    'people: parent',
    'acme: parent',
    'prod: association',
    'cams: through people – cams',
    'infra: through acme – infra',
  ])
  expect(told(8)).toEqual(['acme: parent', 'people: association', 'infra: through acme – infra'])
})
