import type { PeerStatus } from '@warren/db'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Presence } from '../../src/coordinator/presence.ts'

const AT = '2026-03-01T00:00:00.000Z'

let saved: PeerStatus[][]
let away: boolean
let presence: Presence

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse(AT) })
  saved = []
  away = false
  presence = new Presence({
    save: async (rows) => {
      if (away) throw new Error('the database is away')
      saved.push(rows)
    },
    now: () => new Date(),
  })
})
afterEach(async () => {
  await presence.stop()
  vi.useRealTimers()
})

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('what happens within half a second is saved once', async () => {
  presence.began(1)
  presence.update(1, { appliedRevision: 3 })
  presence.update(2, { rx: 5 })
  await advance(500)
  expect(saved).toHaveLength(1)
  expect(saved[0]).toMatchObject([
    { peerId: 1, online: true, seenAt: AT, appliedRevision: 3 },
    { peerId: 2, online: false, rx: 5 },
  ])
})

test('what is known already is not saved again', async () => {
  presence.update(1, { rx: 5, candidates: ['192.168.1.5:1'] })
  await advance(500)
  presence.update(1, { rx: 5, candidates: ['192.168.1.5:1'] })
  await advance(5_000)
  expect(saved).toHaveLength(1)
  presence.update(1, { candidates: [] })
  await advance(500)
  expect(saved[1]).toMatchObject([{ candidates: [] }])
})

test('a peer that asks again in time stays online; five seconds without a poll make it leave', async () => {
  presence.began(1)
  presence.ended(1)
  await advance(4_000)
  presence.began(1)
  presence.ended(1)
  await advance(4_900)
  expect(presence.of(1).online).toBe(true)
  await advance(1_500)
  expect(saved.at(-1)).toMatchObject([{ peerId: 1, online: false }])
})

test('peers that were online before a restart have a while to come back', async () => {
  presence.load([{ ...presence.of(1), online: true }])
  presence.load([{ ...presence.of(2), online: true }])
  await advance(20_000)
  presence.began(2)
  await advance(20_000)
  expect([presence.of(1).online, presence.of(2).online]).toEqual([false, true])
})

test('while the database is away nothing is lost', async () => {
  away = true
  presence.update(1, { rx: 1 })
  await advance(600)
  presence.update(2, { rx: 2 })
  await advance(3_000)
  away = false
  await advance(3_000)
  const rows = new Map(saved.flat().map(({ peerId, rx }) => [peerId, rx]))
  expect(rows).toEqual(
    new Map([
      [1, 1],
      [2, 2],
    ]),
  )
})

test('stopping saves what is unsaved and leaves no timer', async () => {
  presence.began(1)
  presence.ended(1)
  await presence.stop()
  expect(saved).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('a peer that asks at an interval is online until its third question is late', async () => {
  const quiet = new Presence({ save: async () => {}, now: () => new Date(), everyS: (id) => (id === 1 ? 60 : null) })
  for (const id of [1, 2]) {
    quiet.began(id)
    quiet.ended(id)
  }
  await advance(140_000)
  expect(quiet.online()).toEqual([1])
  await advance(20_000)
  expect(quiet.online()).toEqual([])
  await quiet.stop()
})
