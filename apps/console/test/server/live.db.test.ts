import { saveHubStatus } from '@warren/db'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Asker } from '~/server/ctx.ts'
import { feedOf, type LiveEvent } from '~/server/live/feed.ts'
import { liveEvents } from '~/server/live/live-events.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { openWorld, type Plan, plant, type World } from './world.ts'

const LIMIT = { timeout: 15_000, interval: 20 }
const asker: Asker = {
  actor: { kind: 'user', id: 1, name: 'anna' },
  role: 'viewer',
  subtree: null,
  onlyNetwork: null,
  via: 'session',
  sessionId: 1,
}

let world: World
let plan: Plan
beforeAll(async () => {
  world = await openWorld()
  plan = await plant(world.ctx)
})
afterAll(() => world.stop())

/** Reads a stream into a list until it is closed. */
function reader(onlyNetwork: number | null = null, whoAsks?: () => Promise<Asker | null>) {
  const abort = new AbortController()
  const seen: { event: LiveEvent; at: number }[] = []
  const who = { ...asker, onlyNetwork }
  const stream = liveEvents(
    { db: world.db, source: '', whoAsks: whoAsks ?? (async () => who), asker: who },
    abort.signal,
  )
  const ended = (async () => {
    for await (const event of stream) seen.push({ event, at: performance.now() })
  })()
  return {
    seen,
    ended,
    events: () => seen.map(({ event }) => event),
    close: async () => {
      abort.abort()
      await ended
    },
  }
}

const edit = (invitationHours: number) => editNetwork(world.ctx, { networkId: plan.id, invitationHours })
const listeners = async () => {
  const { rows } = await world.db.pool.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
  )
  return rows[0].n
}

test('a stream begins with where each network stands and goes on with its changes', async () => {
  const stream = reader()
  await vi.waitFor(
    () => expect(stream.events()).toContainEqual({ kind: 'change', networkId: plan.id, revision: 2 }),
    LIMIT,
  )
  await edit(11)
  await vi.waitFor(
    () => expect(stream.events()).toContainEqual({ kind: 'change', networkId: plan.id, revision: 3 }),
    LIMIT,
  )
  await stream.close()
})

test('observations in a burst come at most four times a second, and the last one comes', async () => {
  const stream = reader()
  await vi.waitFor(() => expect(stream.events().length).toBeGreaterThanOrEqual(2), LIMIT)
  const told = () => stream.seen.filter(({ event }) => event.kind === 'status')
  const already = told().length
  for (let i = 0; i < 40; i += 1)
    await saveHubStatus(world.db, plan.id, { connected: true, appliedRevision: i, fault: null, version: null })
  const after = performance.now()
  await vi.waitFor(() => expect(told().some(({ at }) => at >= after)).toBe(true), LIMIT)
  const times = told()
    .slice(already)
    .map(({ at }) => at)
  expect(times.length).toBeLessThan(40)
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  // A timer may fire a little early; what counts is that there is a pause at all.
  expect(Math.min(...gaps, 250)).toBeGreaterThan(200)
  await stream.close()
})

test('any number of readers share one connection, which is closed with the last of them', async () => {
  const readers = [reader(), reader(), reader()]
  await vi.waitFor(() => expect(readers.every((one) => one.seen.length > 0)).toBe(true), LIMIT)
  expect(await listeners()).toBe(1)
  await readers[0]?.close()
  expect(await listeners()).toBe(1)
  for (const one of readers) await one.close()
  await vi.waitFor(async () => expect(await listeners()).toBe(0), LIMIT)
})

test('a peer that reads over the mesh hears of its own network only', async () => {
  const foreign = await plant(world.ctx)
  const stream = reader(foreign.id)
  await vi.waitFor(() => expect(stream.seen.length).toBeGreaterThan(0), LIMIT)
  await edit(12)
  await editNetwork(world.ctx, { networkId: foreign.id, invitationHours: 12 })
  await vi.waitFor(
    () => expect(stream.events()).toContainEqual({ kind: 'change', networkId: foreign.id, revision: 3 }),
    LIMIT,
  )
  expect(new Set(stream.events().map((event) => event.networkId))).toEqual(new Set([foreign.id]))
  await stream.close()
})

test('changes that happen while the connection is lost are made up for', async () => {
  const heard: LiveEvent[] = []
  const end = await feedOf(world.db).subscribe((event) => heard.push(event))
  await world.db.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
  )
  await edit(13)
  const { rows } = await world.db.pool.query('SELECT revision FROM network WHERE id = $1', [plan.id])
  const revision = rows[0].revision
  await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'change', networkId: plan.id, revision }), LIMIT)
  end()
})

test('a stream ends, without another word, for who may not read any more', async () => {
  let asks: Asker | null = asker
  const stream = reader(null, async () => asks)
  await vi.waitFor(() => expect(stream.seen.length).toBeGreaterThan(0), LIMIT)
  const already = stream.seen.length
  asks = null
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000)
  await edit(14)
  await stream.ended
  clock.mockRestore()
  expect(stream.seen.length).toBe(already)
})
