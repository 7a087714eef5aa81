import type { Observed } from '@warren/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HubLinks, type HubNews } from '../../src/coordinator/hub-links.ts'
import { newKey } from '../server/world.ts'

const KEY = newKey()

let told: HubNews[]
let links: HubLinks
let keepaliveS: number

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000 })
  told = []
  keepaliveS = 25
  links = new HubLinks({
    now: () => ({ ms: Date.now(), unixS: Date.now() / 1000 }),
    keepaliveOf: () => keepaliveS,
    tell: (news) => told.push(news),
  })
})
afterEach(() => {
  links.stop()
  vi.useRealTimers()
})

const see = (more: Partial<Observed> = {}, peerId = 7) => {
  const seen = { key: KEY, endpoint: '203.0.113.7:1', handshakeAt: Date.now() / 1000, rx: 100, tx: 50, ...more }
  return links.observed([{ peerId, seen }])
}
const livesTold = () => told.flatMap(({ set }) => set.map(({ live }) => live))

test('the first news are everything, later ones what changed', () => {
  see()
  see({ endpoint: '198.51.100.9:1' })
  expect(told).toMatchObject([
    { whole: true, set: [{ peer: 7, live: true, at: '203.0.113.7:1' }] },
    { whole: false, set: [{ peer: 7, live: true, at: '198.51.100.9:1' }] },
  ])
})

test('keepalives alone are no news', () => {
  see()
  see({ rx: 132 })
  expect(told).toHaveLength(1)
})

test('a tunnel that falls silent is told as cut, though the hub says nothing any more', async () => {
  see()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(livesTold()).toEqual([true, false])
})

test('a device may be silent for as long as its session lasts', async () => {
  keepaliveS = 0
  see()
  await vi.advanceTimersByTimeAsync(150_000)
  expect(livesTold()).toEqual([true])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(livesTold()).toEqual([true, false])
})

test('what grew is what the counters grew by; the first look and counters made anew are told apart', () => {
  expect(see()).toEqual({ rx: 0, tx: 0 })
  expect(see({ rx: 160, tx: 55 })).toEqual({ rx: 60, tx: 5 })
  expect(see({ rx: 10, tx: 1 })).toEqual({ rx: 10, tx: 1 })
})

test('a peer that takes part no more is gone, once', () => {
  see()
  links.drop([7, 8])
  links.drop([7])
  expect(told.slice(1)).toEqual([{ set: [], gone: [7], whole: false }])
})
