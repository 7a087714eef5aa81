import { mkdtemp, rm } from 'node:fs/promises'

import { migrate, openDb, readStatus } from '@warren/db'
import { type LocalServer, startDatabase } from '@warren/db/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ctx } from '~/server/ctx.ts'
import { renamePeer } from '~/server/peer/rename-peer.ts'
import { newKey } from '../server/world.ts'
import { FakeHub } from './fake-hub.ts'
import { procedure } from './mesh-client.ts'
import { newSecret, Stage } from './stage.ts'

let dataDir: string
let server: LocalServer
let ctx: Ctx
let stage: Stage
let hub: FakeHub

beforeAll(async () => {
  dataDir = await mkdtemp('/tmp/warren-')
  server = await startDatabase({ dataDir })
  await migrate(server.url)
  ctx = { db: openDb(server.url), actor: { kind: 'user', id: 1, name: 'anna' } }
  ;({ stage, hub } = await Stage.open(ctx, 12))
})
afterAll(async () => {
  hub.hangUp()
  await stage.close()
  await ctx.db.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('with the database stopped polls stay held, agents and hubs are served, writes are refused; all of it recovers', async () => {
  const anna = await stage.join('anna')
  const bob = await stage.join('bob')
  const { door } = await stage.invite('carl')
  await anna.agent.poll()
  const held = anna.agent.poll(50)
  await stage.holds(1)
  await server.stop()

  // A member that is known is served from memory, a hub that connects gets everything.
  await bob.agent.poll()
  expect(bob.agent.names()).toContain('anna')
  const second = await FakeHub.connect(stage.socket)
  await expect.poll(() => second.of(stage.networkId).get(`peer:${anna.id}`)?.key).toBe(anna.key)
  second.hangUp()

  const redemption = { publicKey: newKey(), secret: newSecret(), listenPort: null, version: '0.1.0' }
  const refused = await procedure(door, 'mesh.redeem', redemption)
  expect(refused.status).toBe(503)
  expect(refused.body.error.data.refusal.kind).toBe('unavailable')
  const report = { version: '0.1.0', candidates: ['192.168.1.5:51820'], fault: null }
  expect((await procedure(bob.agent.seat, 'mesh.report', report)).status).toBe(200)
  // The only news is bob's own endpoint, observed while the database was away.
  expect((await held).kind).toBe('delta')
  const again = anna.agent.poll(50)
  await stage.holds(1)

  server = await startDatabase({ dataDir })
  await renamePeer(ctx, { networkId: stage.networkId, peerId: bob.id, name: 'bert' })
  await again
  expect(anna.agent.names()).toContain('bert')
  const candidates = async () =>
    (await readStatus(ctx.db, stage.networkId)).find(({ peerId }) => peerId === bob.id)?.candidates
  await expect.poll(candidates, { timeout: 15_000 }).toEqual(report.candidates)
  expect((await procedure(door, 'mesh.redeem', redemption)).status).toBe(200)
}, 60_000)
