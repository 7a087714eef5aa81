import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Db, migrate, openDb } from '@warren/db'
import { type LocalServer, startDatabase } from '@warren/db/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Ctx } from '~/server/ctx.ts'
import { health } from '~/server/health.ts'
import { feedOf, type LiveEvent } from '~/server/live/feed.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { networkState } from '~/server/network/network-state.ts'
import { type Plan, plant, refused, stateOf } from './world.ts'

const LIMIT = { timeout: 25_000, interval: 50 }

let dataDir: string
let server: LocalServer
let db: Db
let ctx: Ctx
let plan: Plan

const away = { kind: 'unavailable', says: /^The database .*try again in a moment\.$/ } as const

const start = () => startDatabase({ dataDir, durable: false })
const edit = (invitationHours: number) => editNetwork(ctx, { networkId: plan.id, invitationHours })
const hours = async () => (await stateOf(ctx, plan.id)).network.invitationHours

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'warren-outage-'))
  server = await start()
  await migrate(server.url)
  db = openDb(server.url)
  ctx = { db, actor: { kind: 'user', id: 1, name: 'anna' } }
  plan = await plant(ctx)
})
afterAll(async () => {
  // Postgres first: closing the pool waits for connections that a failed test may have kept.
  await server.stop()
  await db.close()
  await rm(dataDir, { recursive: true, force: true })
})

test('a change whose connection is cut fails in one sentence, changes nothing, and works the next time', async () => {
  await edit(10)
  const waiting = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  const blocker = await db.pool.connect()
  try {
    await blocker.query('BEGIN')
    await blocker.query('SELECT FROM network WHERE id = $1 FOR UPDATE', [plan.id])
    const work = refused(edit(11), away)
    await vi.waitFor(async () => expect((await db.pool.query(`SELECT 1 ${waiting}`)).rowCount).toBe(1), LIMIT)
    await db.pool.query(`SELECT pg_terminate_backend(pid) ${waiting}`)
    await work
    await blocker.query('ROLLBACK')
  } finally {
    blocker.release()
  }
  expect(await hours()).toBe(10)
  expect((await edit(11)).invitationHours).toBe(11)
})

test('with Postgres gone everything is refused as unavailable; once it is back everything works again', async () => {
  const heard: LiveEvent[] = []
  const end = await feedOf(db).subscribe((event) => heard.push(event))
  await server.stop()
  await refused(edit(12), away)
  await refused(networkState(ctx, { networkId: plan.id }), away)
  expect((await health(db)).status).toBe(503)

  server = await start()
  await vi.waitFor(async () => expect((await health(db)).status).toBe(200), LIMIT)
  const before = await hours()
  expect(before).not.toBe(12)
  heard.length = 0
  await edit(13)
  const { revision } = await stateOf(ctx, plan.id)
  await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'change', networkId: plan.id, revision }), LIMIT)
  end()
})
