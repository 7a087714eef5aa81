import { formatPrefix, parsePrefix } from '@warren/cidr'
import { expect, test } from 'vitest'
import { freeIn, placesFor } from '~/features/cidrs/sizes.ts'
import { whyNotAssociate, whyNotMove, whyNotSplit } from '~/features/cidrs/why-not.ts'
import { columnsOf, routeOf } from '~/features/tree/arc-routes.ts'
import { opened, toggled } from '~/features/tree/collapsed.ts'
import { draftedTree } from '~/features/tree/draft.ts'
import { findable, findIn } from '~/features/tree/find.ts'
import { CARD, tidyLayout } from '~/features/tree/layout.ts'
import { dotAt, dotGrid, dotUnder, sampled } from '~/features/tree/peer-dots.ts'
import { inSight, placeIn, spread } from '~/features/tree/spread.ts'
import { acme } from './acme.ts'

const plan = acme()
const { tree } = plan
const idOf = (name: string) => tree.byName(name)?.id ?? 0
const nameOf = (id: number) => tree.get(id)?.name

test('the search finds CIDRs before peers, by name and by address', () => {
  const all = findable(plan)
  const found = (text: string) =>
    findIn(all, plan, text).map((hit) => (hit.peerId === null ? nameOf(hit.cidrId) : plan.member(hit.peerId)?.name))
  expect(found('db')).toEqual(['db', 'db-1'])
  expect(found('10.42.16.')).toEqual(['people', 'eng', 'ana', 'build-7'])
  expect(found('  ANA ')).toEqual(['ana'])
  expect(found('10.42.17.200'), 'an address that nobody has lies in a CIDR').toEqual(['guests'])
  expect(found('nothing-like-it')).toEqual([])
  expect(found('')).toEqual([])
})

test('arcs cross no card, whatever columns they join', () => {
  const layout = tidyLayout(tree, new Set())
  const columns = columnsOf(layout)
  for (const a of layout.cards) {
    for (const b of layout.cards) {
      if (a === b) continue
      const { path } = routeOf(a, b, columns)
      const straight = [...path.matchAll(/C\S+ \S+ \S+ \S+ (\S+) (\S+)L(\S+) (\S+)/g)].map((m) =>
        m.slice(1).map(Number),
      )
      for (const [x1 = 0, y = 0] of straight) {
        const crossed = layout.cards.filter((card) => card.x === x1 && y > card.y && y < card.y + CARD.height)
        expect(
          crossed.map((card) => card.node.name),
          `${a.node.name} – ${b.node.name}`,
        ).toEqual([])
      }
    }
  }
})

test('what is selected is never hidden, and a CIDR opens and shuts', () => {
  const shut = new Set([1, 3])
  expect([...opened(shut, tree, idOf('eng'))]).toEqual([])
  expect(opened(shut, tree, tree.root.id)).toBe(shut)
  expect([...toggled(toggled(new Set([2]), 3), 2)]).toEqual([3])
})

test('a draft is drawn with its name, and without one that is taken', () => {
  const parsed = parsePrefix('10.42.128.0/20')
  if (!parsed.ok) throw new Error('prefix')
  const add = (name: string) => draftedTree(plan, { kind: 'add', parentId: 1, name, prefix: parsed.value })
  expect(add('lab').tree.byName('lab')?.parentId).toBe(1)
  expect([...add('eng').drafted].map((id) => add('eng').tree.get(id)?.name)).toEqual(['…'])
  const split = draftedTree(plan, { kind: 'split', cidr: idOf('cams'), names: ['cams-1', 'eng'] })
  expect(split.tree.children(idOf('cams')).map((node) => `${node.name} ${formatPrefix(node.prefix)}`)).toEqual([
    'cams-1 10.42.64.0/25',
    '… 1 10.42.64.128/25',
  ])
  const grown = draftedTree(plan, { kind: 'resize', cidr: idOf('cams'), prefix: '10.42.64.0/22' })
  expect(formatPrefix(grown.tree.get(idOf('cams'))?.prefix ?? parsed.value)).toBe('10.42.64.0/22')
  expect(draftedTree(plan, null).tree).toBe(tree)
  expect(draftedTree(plan, { kind: 'add', parentId: 999, name: 'x', prefix: parsed.value }).tree).toBe(tree)
})

test('free blocks leave out children and peers, and each offers its first place of a size', () => {
  const cams = tree.get(idOf('cams'))
  if (!cams) throw new Error('cams')
  expect(freeIn(plan, cams).map(formatPrefix)[0]).toBe('10.42.64.0/32')
  expect(placesFor(plan, cams, 26)).toEqual(['10.42.64.64/26', '10.42.64.128/26'])
})

test('what cannot be done says why', () => {
  const [ana] = plan.membersIn(idOf('eng'))
  const [hub] = plan.membersIn(idOf('infra'))
  if (!ana || !hub) throw new Error('peers')
  expect(whyNotAssociate(plan, 4, 4)).toBe('this CIDR itself')
  expect(whyNotMove(plan, ana, idOf('eng'))).toBe('it is here now')
  expect(whyNotMove(plan, ana, idOf('guests'))).toBeNull()
  expect(whyNotMove(plan, hub, idOf('guests'))).toBe('a hub stays where it is')
  const people = tree.get(idOf('people'))
  expect(people && whyNotSplit(plan, people)).toBe(
    'people is divided already, into eng and guests; split one of these.',
  )
})

test('dots fill their area row by row, and are found where they are', () => {
  const grid = dotGrid({ x: 8, y: 44, width: 120, height: 60 }, 17)
  expect(grid).toMatchObject({ pitch: 12, columns: 10, shown: 17 })
  for (const index of [0, 9, 10, 16]) {
    const { x, y } = dotAt(grid, index)
    expect(dotUnder(grid, x, y)).toBe(index)
  }
  expect(dotUnder(grid, 8 + 119, 44 + 13), 'beyond the last dot').toBeNull()
  expect(dotGrid({ x: 0, y: 0, width: 20, height: 10 }, 500).shown).toBe(8)
  expect(sampled([1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([1, 3, 5, 7])
})

test('the strip offers what can be pointed at, and the aligned place under the pointer', () => {
  const pieces = spread(tree, tree.root)
  const { wide, narrow } = inSight(pieces, 800)
  expect(wide.some((piece) => piece.kind === 'cidr' && piece.node.name === 'people')).toBe(true)
  expect(wide.some((piece) => piece.kind === 'cidr' && piece.node.name === 'eng')).toBe(false)
  expect(narrow.size).toBeGreaterThan(0)
  const free = pieces.find((piece) => piece.kind === 'free' && piece.parentId === 1)
  if (free?.kind !== 'free') throw new Error('no free piece')
  expect(formatPrefix(placeIn(free, 0, 24))).toBe('10.42.1.0/24')
  expect(formatPrefix(placeIn(free, 0, 20)), 'cut to what is free there').toBe('10.42.1.0/24')
  expect(formatPrefix(placeIn(free, 0.999, 24))).toBe('10.42.15.0/24')
})
