import { expect, test } from 'vitest'
import { reachGroups, searchGroups } from '~/features/peers/peer-reach-groups.ts'
import {
  baseline,
  HEIGHT,
  niceCeiling,
  outlines,
  rowsOf,
  scaleOf,
  stretches,
  totalOf,
} from '~/features/peers/peer-traffic-shape.ts'
import { acme } from './acme.ts'

const series = { stepS: 300, from: '2026-03-01T00:00:00.000Z', rx: [300, null, 600, 900], tx: [0, null, 150, 300] }

test.each([
  [0, 1],
  [1, 1],
  [1.1, 2],
  [3, 5],
  [70, 100],
  [1999, 2000],
])('%d is drawn up to %d', (value, nice) => {
  expect(niceCeiling(value)).toBe(nice)
})

test('both sides are drawn to one scale, away from one line, and never beyond the drawing', () => {
  const scale = scaleOf(series)
  expect(scale.levels).toEqual({ rx: 5, tx: 1 })
  expect(baseline(scale)).toBeGreaterThan(HEIGHT / 2)
  const heights = (side: 'rx' | 'tx') =>
    outlines(series, side, scale).flatMap((path) => [...path.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y)))
  const zero = baseline(scale)
  expect(Math.max(...heights('rx'))).toBeCloseTo(zero, 1)
  expect(Math.min(...heights('rx'))).toBeGreaterThanOrEqual(0)
  expect(Math.min(...heights('tx'))).toBeCloseTo(zero, 1)
  expect(Math.max(...heights('tx'))).toBeLessThanOrEqual(HEIGHT)
})

test('what was not told is a gap, and not nothing', () => {
  expect(stretches(series.rx)).toEqual([
    { from: 0, values: [300] },
    { from: 2, values: [600, 900] },
  ])
  expect(outlines(series, 'rx', scaleOf(series))).toHaveLength(2)
  expect(totalOf(series.rx)).toBe(1800)
})

test('the table adds spans up, the newest first, and keeps the gap', () => {
  expect(rowsOf(series, 600)).toEqual([
    { at: '2026-03-01T00:10:00.000Z', rx: 1500, tx: 450 },
    { at: '2026-03-01T00:00:00.000Z', rx: 300, tx: 0 },
  ])
  expect(rowsOf({ ...series, rx: [null, null, 1, 1], tx: [null, null, 1, 1] }, 600).at(-1)).toMatchObject({
    rx: null,
    tx: null,
  })
})

test('whom a peer reaches is told by CIDR with the rule, and found by name, address and CIDR', () => {
  const plan = acme()
  const ana = plan.member(2)
  if (!ana) throw new Error('there is no ana')
  const groups = reachGroups(plan, ana)
  expect(groups.map((group) => [group.cidr.name, group.peers.length, group.why])).toEqual([
    ['infra', 1, 'hub is a hub, and every peer reaches a hub.'],
    ['eng', 1, 'ana and build-7 both sit in eng.'],
    ['db', 1, 'eng and prod are associated: ana sits in eng, db-1 in db inherits from prod.'],
    ['cams', 2, 'people and cams are associated. ana in eng inherits from people.'],
  ])
  const found = (text: string) => searchGroups(groups, text).flatMap((group) => group.peers.map((peer) => peer.name))
  expect(found('cam-2')).toEqual(['cam-2'])
  expect(found('10.42.32')).toEqual(['db-1'])
  expect(found('cams')).toEqual(['cam-1', 'cam-2'])
  expect(found('nobody')).toEqual([])
})
