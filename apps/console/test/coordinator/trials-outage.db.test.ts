import { mkdtemp, rm } from 'node:fs/promises'
import { listTrials, migrate, openDb } from '@warren/db'
import { type LocalServer, startDatabase } from '@warren/db/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TrialKeeper } from '~/coordinator/trials.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { newKey, plant, stateOf } from '../server/world.ts'

let dataDir: string
let server: LocalServer
let ctx: Ctx
let keeper: TrialKeeper

beforeAll(async () => {
  dataDir = await mkdtemp('/tmp/warren-')
  server = await startDatabase({ dataDir })
  await migrate(server.url)
  ctx = { db: openDb(server.url), actor: { kind: 'user', id: 1, name: 'anna' } }
  keeper = new TrialKeeper(ctx.db, () => {})
})
afterAll(async () => {
  await keeper.stop()
  await ctx.db.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('a trial that ends while the database is away ends when it is back', async () => {
  const plan = await plant(ctx)
  const device = { name: 'phone', kind: 'device', isAdmin: false, publicKey: newKey() } as const
  const { peer } = await createPeer(ctx, { networkId: plan.id, cidrId: plan.root, ...device })
  await keeper.start()
  await setPeerEnabled(ctx, { networkId: plan.id, peerId: peer.id, enabled: false, confirmWithinS: 2 })
  await server.stop()
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  server = await startDatabase({ dataDir })
  const state = async () => (await listTrials(ctx.db, plan.id).catch(() => []))[0]?.state
  await expect.poll(state, { timeout: 20_000 }).toBe('reverted')
  expect((await stateOf(ctx, plan.id)).peers.find(({ id }) => id === peer.id)?.enabled).toBe(true)
}, 60_000)
