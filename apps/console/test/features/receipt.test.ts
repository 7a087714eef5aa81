import { describe, expect, test } from 'vitest'
import { brief, paceOf, progressOf, type Receipt, whyWaiting } from '~/features/receipts/words.ts'
import { countdown, endingOf } from '~/features/trials/trial-words.ts'
import { ago, NOW } from './acme.ts'

const receipt = (patch: Partial<Receipt> = {}): Receipt => {
  return { revision: 7, at: ago(0), affected: 3, applied: 1, p50Ms: null, slowest: null, waiting: [], ...patch }
}

describe('a receipt', () => {
  test.each([
    ['No agent had to be told', { affected: 0, applied: 0 }],
    ['Applied on 0 of 3 affected agents', { applied: 0 }],
    ['Applied on all 3 affected agents', { applied: 3 }],
    ['Applied on the one affected agent', { affected: 1, applied: 1 }],
    ['Applied on 9 of 1 200 affected agents'.replace('1 200', '1\u202f200'), { affected: 1200, applied: 9 }],
  ])('%s', (text, patch) => {
    expect(progressOf(receipt(patch))).toBe(text)
  })

  test('names the slowest with its time', () => {
    const name = (id: number) => `peer-${id}`
    expect(paceOf(receipt({ p50Ms: 120, slowest: { peerId: 4, afterMs: 1234 } }), name)).toBe(
      'p50 120 ms, slowest peer-4 1.2 s',
    )
    expect(paceOf(receipt(), name)).toBeNull()
  })

  test.each([
    [8.4, '8 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [41_200, '41 s'],
    [180_000, '3 min'],
  ])('tells %d ms as %s', (ms, text) => {
    expect(brief(ms)).toBe(text)
  })

  test('says why it waits for a peer', () => {
    const waiting = { peerId: 4, since: null, fault: null }
    expect(whyWaiting({ ...waiting, why: 'offline', since: ago(60_000) }, NOW)).toMatch(/^offline since \d\d:\d\d$/)
    expect(whyWaiting({ ...waiting, why: 'offline', since: ago(9e7) }, NOW)).toMatch(
      /^offline since .*28.*, \d\d:\d\d$/,
    )
    expect(whyWaiting({ ...waiting, why: 'offline' }, NOW)).toBe('never seen')
    expect(whyWaiting({ ...waiting, why: 'fault', fault: 'no wg' }, NOW)).toBe('fault: no wg')
    expect(whyWaiting({ ...waiting, why: 'not joined' }, NOW)).toBe('has not joined yet')
  })
})

describe('a trial', () => {
  const anna = { kind: 'user', id: 1, name: 'anna' } as const
  const keeper = { kind: 'system', id: null, name: 'trial' } as const

  test.each([
    [120_000, '2:00'],
    [61_001, '1:02'],
    [9_000, '0:09'],
    [-5, '0:00'],
  ])('with %d ms left shows %s', (ms, text) => {
    expect(countdown(ms)).toBe(text)
  })

  test('says how it ended, and who ended it', () => {
    expect(endingOf({ state: 'open', settledBy: null, why: null })).toBeNull()
    expect(endingOf({ state: 'confirmed', settledBy: anna, why: null })).toBe('Kept by anna.')
    expect(endingOf({ state: 'reverted', settledBy: anna, why: null })).toBe('Taken back by anna.')
    expect(endingOf({ state: 'reverted', settledBy: keeper, why: null })).toBe(
      'Nobody kept it in time, so it took itself back.',
    )
    expect(endingOf({ state: 'stuck', settledBy: keeper, why: 'cam-3 was deleted since.' })).toBe(
      'Nobody kept it in time, and it could not be taken back: cam-3 was deleted since.',
    )
  })
})
