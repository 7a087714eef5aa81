import { expect, test } from 'vitest'
import { Allowance } from '../../src/coordinator/allowance.ts'

const takes = (allowance: Allowance, count: number, nowMs: number): number =>
  Array.from({ length: count }, () => allowance.take(1, nowMs)).filter(Boolean).length

test('a burst is let through, and then so many a second', () => {
  const allowance = new Allowance({ burst: 5, perS: 2 })
  expect(takes(allowance, 9, 0)).toBe(5)
  expect(takes(allowance, 9, 1_000)).toBe(2)
  expect(takes(allowance, 9, 1_400)).toBe(0)
})

test('who was quiet may send a burst again, and no more', () => {
  const allowance = new Allowance({ burst: 5, perS: 2 })
  takes(allowance, 9, 0)
  expect(takes(allowance, 9, 1_000_000)).toBe(5)
})

test('one peer does not use up what another may send', () => {
  const allowance = new Allowance({ burst: 1, perS: 1 })
  expect([allowance.take(1, 0), allowance.take(1, 0), allowance.take(2, 0)]).toEqual([true, false, true])
})
