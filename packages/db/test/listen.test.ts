import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  CHANGE_CHANNEL,
  change,
  changesSince,
  type Listener,
  listen,
  parseChangeNotice,
  parseStatusNotice,
} from '../src/index.ts'
import { type Acme, anna, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let acme: Acme
const listeners: Listener[] = []

beforeAll(async () => {
  database = await testDatabase()
  acme = await plantAcme(database.db)
})
afterAll(async () => {
  for (const listener of listeners) await listener.close()
  await database.drop()
})

const edit = (listenPort: number) => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.edited' } as const
  return change(database.db, about, (tx) => tx.update('peers', acme.laptop.id, { listenPort }))
}

const patiently = { timeout: 15_000, interval: 20 }

/** Ends the sessions that listen, as a restart of Postgres or an admin would. */
const cutListeners = () =>
  database.db.pool.query<{ cut: boolean }>(
    `SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`,
  )

test('a change arrives with its network and revision', async () => {
  const heard: string[] = []
  const ready = vi.fn()
  listeners.push(
    await listen(database.url, [CHANGE_CHANNEL], (channel, payload) => heard.push(`${channel} ${payload}`), ready),
  )
  expect(ready).toHaveBeenCalledTimes(1)
  const { revision } = await edit(1000)
  await vi.waitFor(() => expect(heard).toEqual([`warren_change ${acme.networkId}:${revision}`]), patiently)
})

test('after a cut the listener comes back and catches up by revision', async () => {
  let seen = 0
  const catchUp = async () => {
    for (const entry of await changesSince(database.db, acme.networkId, seen, 100))
      seen = Math.max(seen, entry.revision)
  }
  const ready = vi.fn(() => void catchUp())
  listeners.push(await listen(database.url, [CHANGE_CHANNEL], () => void catchUp(), ready))
  for (let round = 0; round < 3; round++) {
    const before = ready.mock.calls.length
    const { rows } = await cutListeners()
    expect(rows.filter((row) => row.cut).length).toBeGreaterThan(0)
    const missed = await edit(2000 + round)
    await vi.waitFor(() => expect(ready.mock.calls.length).toBeGreaterThan(before), patiently)
    await vi.waitFor(() => expect(seen).toBe(missed.revision), patiently)
    const told = await edit(3000 + round)
    await vi.waitFor(() => expect(seen).toBe(told.revision), patiently)
  }
})

test('a closed listener hears nothing more and does not come back', async () => {
  const on = vi.fn()
  const ready = vi.fn()
  const listener = await listen(database.url, [CHANGE_CHANNEL], on, ready)
  await listener.close()
  await edit(4000)
  await database.db.pool.query('SELECT pg_sleep(0.3)')
  expect(on).not.toHaveBeenCalled()
  expect(ready).toHaveBeenCalledTimes(1)
})

test('without a database it starts all the same, and closes at once', async () => {
  const ready = vi.fn()
  const listener = await listen('postgresql://warren@localhost/warren?host=/nowhere', ['x'], () => {}, ready)
  await listener.close()
  expect(ready).not.toHaveBeenCalled()
})

test.each([
  ['7:12', { networkId: 7, revision: 12 }],
  ['7', null],
  ['7:0', null],
  ['7:12:1', null],
  ['-7:1', null],
  ['', null],
])('a change notice of "%s" reads as %o', (payload, notice) => {
  expect(parseChangeNotice(payload)).toEqual(notice)
})

test.each([
  ['7', { networkId: 7 }],
  ['7:12', null],
  ['x', null],
])('a status notice of "%s" reads as %o', (payload, notice) => {
  expect(parseStatusNotice(payload)).toEqual(notice)
})
