import { buildTree, type CidrNode, formatPrefix, parsePrefix, type Tree } from '@warren/cidr'
import { expect, test } from 'vitest'
import type { Box } from '~/features/tree/camera.ts'
import { held, mapCloseUp, mapZoomedAt, WHOLE } from '~/features/tree/map-camera.ts'
import { blockAt, type MapLayout, mapLayout, mapSource } from '~/features/tree/map-layout.ts'
import { isWidened } from '~/features/tree/map-weights.ts'
import { acme } from './acme.ts'

const size = { width: 1024, height: 768 }

function layoutOf(tree: Tree, exact: boolean, k = 1): MapLayout {
  return mapLayout(mapSource(tree, tree.root), { width: size.width * k, height: size.height * k }, exact)
}

/** A tree from `[name, prefix, parent]`, ids counted from 1. */
function plant(rows: readonly (readonly [string, string, string | null])[]): Tree {
  const ids = new Map(rows.map(([name], at) => [name, at + 1]))
  return buildTree(
    rows.map(([name, text, parent], at): CidrNode => {
      const prefix = parsePrefix(text)
      if (!prefix.ok) throw new Error(text)
      return {
        id: at + 1,
        name,
        prefix: prefix.value,
        parentId: parent ? (ids.get(parent) ?? 0) : null,
        isolated: false,
      }
    }),
  )
}

const area = (box: Box | undefined): number => (box ? box.width * box.height : 0)
const contains = (outer: Box, inner: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height
const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y

const halves = plant([
  ['net', '10.0.0.0/16', null],
  ['half', '10.0.0.0/17', 'net'],
  ['quarter', '10.0.128.0/18', 'net'],
  ['eighth', '10.0.192.0/19', 'net'],
])

test('area is the share of addresses', () => {
  const { byId } = layoutOf(halves, true)
  expect(area(byId.get(2)) / area(byId.get(3))).toBeCloseTo(2, 1)
  expect(area(byId.get(3)) / area(byId.get(4))).toBeCloseTo(2, 1)
})

test('children lie in their parent and apart from each other, and free space is the rest', () => {
  for (const exact of [true, false]) {
    const { tree } = acme()
    const { boxes, gaps, byId } = layoutOf(tree, exact)
    expect(boxes.length).toBeGreaterThan(5)
    for (const box of [...boxes.filter(({ node }) => node.parentId !== null), ...gaps]) {
      const parentId = 'node' in box ? box.node.parentId : box.parentId
      const parent = byId.get(parentId ?? 0)
      expect(parent && contains(parent, box)).toBe(true)
      const siblings = [...boxes, ...gaps].filter(
        (other) => other !== box && ('node' in other ? other.node.parentId : other.parentId) === parentId,
      )
      expect(siblings.every((other) => apart(box, other))).toBe(true)
    }
    expect(gaps.filter((gap) => gap.parentId === 1).map((gap) => formatPrefix(gap.prefix))).toContain('10.42.128.0/17')
  }
})

test('a CIDR keeps its place when its surroundings change', () => {
  const more = buildTree([
    ...halves.nodes,
    { ...halves.root, id: 9, parentId: 1, name: 'new', prefix: prefix('10.0.224.0/19') },
  ])
  expect(layoutOf(more, true).byId.get(3)).toMatchObject(layoutOf(halves, true).byId.get(3) ?? {})
})

function prefix(text: string) {
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

const six = plant([
  ['net', 'fd00::/48', null],
  ['one', 'fd00:0:0:1::/64', 'net'],
  ['two', 'fd00:0:0:8000::/64', 'net'],
])

test('a /64 in a /48 can be read, and is a speck or nothing on a true scale', () => {
  const legible = layoutOf(six, false)
  for (const id of [2, 3])
    expect(Math.min(legible.byId.get(id)?.width ?? 0, legible.byId.get(id)?.height ?? 0)).toBeGreaterThan(60)
  expect(layoutOf(six, true).byId.has(2)).toBe(false)
  expect(isWidened(six, six.root)).toBe(true)
  expect(isWidened(halves, halves.root)).toBe(false)
})

test('zooming keeps what lies under the pointer, and zooming out ends with the whole', () => {
  const layoutAt = (k: number) => layoutOf(halves, true, k)
  const box = layoutAt(1).byId.get(4)
  if (!box) throw new Error('no box')
  const at = [box.x + box.width / 2, box.y + box.height / 2] as const
  const view = mapZoomedAt(WHOLE, { k: 5, at, frame: size }, layoutAt)
  const after = layoutAt(5).byId.get(4)
  if (!after) throw new Error('no box after')
  expect(view.x + after.x + after.width / 2).toBeCloseTo(at[0], 0)
  expect(view.y + after.y + after.height / 2).toBeCloseTo(at[1], 0)
  expect(mapZoomedAt(view, { k: 0.2, at, frame: size }, layoutAt)).toEqual(WHOLE)
  expect(held({ x: 50, y: -9999, k: 2 }, size)).toEqual({ x: 0, y: -768, k: 2 })
})

test('a close-up reaches a CIDR that was too small to be laid out', () => {
  const layoutAt = (k: number) => layoutOf(six, true, k)
  expect(layoutAt(1).places.has(2)).toBe(false)
  const view = mapCloseUp([2, 1], size, (k) => layoutOf(six, false, k))
  const box = layoutOf(six, false, view.k).byId.get(2)
  expect(box?.width ?? 0).toBeGreaterThan(size.width / 4)
  expect(view.x + (box?.x ?? 0)).toBeGreaterThanOrEqual(0)
})

test('a point of free space is the aligned block of the wanted width that lies there', () => {
  const { gaps } = layoutOf(halves, true)
  const gap = gaps.find((one) => formatPrefix(one.prefix) === '10.0.224.0/19')
  if (!gap) throw new Error('no gap')
  const first = blockAt(gap, { x: gap.x + 1, y: gap.y + 1 }, 24)
  const last = blockAt(gap, { x: gap.x + gap.width - 1, y: gap.y + gap.height - 1 }, 24)
  expect(formatPrefix(first.prefix)).toBe('10.0.224.0/24')
  expect(formatPrefix(last.prefix)).toBe('10.0.255.0/24')
  expect(formatPrefix(blockAt(gap, { x: gap.x, y: gap.y }, 10).prefix), 'never larger than the gap').toBe(
    '10.0.224.0/19',
  )
})
