import { expect, test } from 'vitest'
import { afterDeath, STEADY_MS } from '~/launcher/back-off.ts'

test('pauses grow, and the sixth quick death is the last', () => {
  const waits: (number | null)[] = []
  for (let deaths = 0; waits.length < 6; ) {
    const next = afterDeath(deaths, 10)
    deaths = next.quickDeaths
    waits.push(next.waitMs)
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, null])
})

test('one that ran for a minute has its attempts back', () => {
  expect(afterDeath(5, STEADY_MS)).toEqual({ quickDeaths: 1, waitMs: 1000 })
})
