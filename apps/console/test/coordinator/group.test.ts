import { expect, test } from 'vitest'
import { Group } from '../../src/coordinator/topology/group.ts'

const touching = (...peers: number[]) => ({ peers, cidrs: [], digest: 0n })

test('a cursor of before the group was kept is answered with everything', () => {
  const group = new Group(3, 10, 0n)
  expect(group.since(9)).toBe('everything')
  expect(group.since(10)).toBe('nothing')
})

test('what several steps touched is told once', () => {
  const group = new Group(3, 0, 0n)
  group.touch(1, touching(7))
  group.touch(4, touching(7, 8))
  expect(group.since(0)).toEqual({ peers: new Set([7, 8]), cidrs: new Set() })
  expect(group.since(1)).toEqual({ peers: new Set([7, 8]), cidrs: new Set() })
  expect(group.since(4)).toBe('nothing')
})

test('the oldest steps are forgotten, and who has not seen them gets everything', () => {
  const group = new Group(3, 0, 0n)
  for (let seq = 1; seq <= 300; seq += 1) group.touch(seq, touching(seq))
  expect(group.since(43)).toBe('everything')
  expect(group.since(44)).toMatchObject({ peers: { size: 256 } })
})

test('the newest step is kept however large it is', () => {
  const group = new Group(3, 0, 0n)
  group.touch(1, touching(1))
  group.touch(2, touching(...Array.from({ length: 10_000 }, (_, id) => id)))
  expect(group.since(0)).toBe('everything')
  expect(group.since(1)).toMatchObject({ peers: { size: 10_000 } })
})
