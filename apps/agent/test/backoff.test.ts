import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs } from '../src/plan/backoff.ts'

test('the limit doubles from 100 ms, to 1 s when refused and to 5 s in silence', () => {
  const limits = (outage: 'refused' | 'silent') => [1, 2, 3, 4, 5, 6, 7, 99].map((n) => backoffMs(n, outage, 1))
  expect(limits('refused')).toEqual([100, 200, 400, 500, 500, 500, 500, 500])
  expect(limits('silent')).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
})

test('the jitter is full: anything from nothing to the limit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, random) => {
        const wait = backoffMs(n, 'silent', random)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(5000)
      },
    ),
  )
  expect(backoffMs(9, 'silent', 0)).toBe(0)
})
