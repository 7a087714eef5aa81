import { mkdtemp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  CHANGE_CHANNEL,
  change,
  changesSince,
  type Db,
  listen,
  listNetworks,
  loadNetwork,
  migrate,
  openDb,
  readHubStatus,
  readStatus,
  saveStatus,
  touchOnline,
} from '../src/index.ts'
import { type LocalServer, startDatabase } from '../src/server/index.ts'
import { type Acme, anna, plantAcme } from './acme.ts'

let dataDir: string
let server: LocalServer
let db: Db
let acme: Acme

const start = async () => {
  server = await startDatabase({ dataDir })
}
beforeAll(async () => {
  dataDir = await mkdtemp('/tmp/warren-')
  await start()
  await migrate(server.url)
  db = openDb(server.url)
  acme = await plantAcme(db)
})
afterAll(async () => {
  await db.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const unavailable = {
  name: 'Refusal',
  kind: 'unavailable',
  message: 'The database cannot be reached; try again in a moment.',
}
const rename = (name: string, midway: () => Promise<void> = async () => {}) => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.renamed' } as const
  return change(db, about, async (tx) => {
    await tx.update('peers', acme.laptop.id, { name })
    await midway()
    return tx.update('peers', acme.laptop.id, { listenPort: 7 })
  })
}

test('Postgres stopped in the middle of a change: the change is refused, nothing of it stays, and all recovers', async () => {
  await expect(rename('half', () => server.stop())).rejects.toMatchObject(unavailable)
  await expect(rename('down')).rejects.toMatchObject(unavailable)
  await start()
  expect(await loadNetwork(db, acme.networkId)).toMatchObject({ revision: 1 })
  await expect(rename('up')).resolves.toMatchObject({ value: { name: 'up' }, revision: 2 })
})

test('the same when it is killed', async () => {
  const before = (await loadNetwork(db, acme.networkId))?.revision ?? 0
  const { rows } = await db.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const crash = async () => {
    // One backend killed makes Postgres end them all and recover.
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL')
  }
  await expect(rename('half', crash)).rejects.toMatchObject(unavailable)
  await vi.waitFor(() => expect(rename('back')).resolves.toMatchObject({ revision: before + 1 }), { timeout: 20_000 })
})

test('every question is refused in one sentence while Postgres is gone', async () => {
  await server.stop()
  const questions = [
    () => listNetworks(db),
    () => loadNetwork(db, 1),
    () => changesSince(db, 1, 0, 1),
    () => readStatus(db, 1),
    () => readHubStatus(db, 1),
    () => touchOnline(db, [1]),
    () =>
      saveStatus(db, 1, [
        {
          peerId: 1,
          online: true,
          seenAt: null,
          endpoint: null,
          handshakeAt: null,
          rx: 0,
          tx: 0,
          appliedRevision: null,
          appliedAt: null,
          current: null,
          version: null,
          candidates: [],
          fault: null,
        },
      ]),
    () => migrate(server.url),
  ]
  for (const question of questions) await expect(question()).rejects.toMatchObject(unavailable)
  await start()
  for (const question of questions) await expect(question()).resolves.not.toThrow()
})

test('a listener waits for Postgres to come back and then catches up', async () => {
  let seen = 0
  const ready = vi.fn()
  const catchUp = () =>
    void changesSince(db, acme.networkId, seen, 100)
      .then((log) => {
        seen = log.at(-1)?.revision ?? seen
      })
      .catch(() => {})
  await server.stop()
  const listener = await listen(server.url, [CHANGE_CHANNEL], catchUp, () => {
    ready()
    catchUp()
  })
  expect(ready).not.toHaveBeenCalled()
  await start()
  const { revision } = await rename('heard')
  await vi.waitFor(() => expect(seen).toBe(revision), { timeout: 20_000 })
  expect(ready).toHaveBeenCalledTimes(1)
  await listener.close()
})
