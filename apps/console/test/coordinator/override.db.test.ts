import { recentChanges } from '@warren/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from '../server/world.ts'
import type { FakeHub } from './fake-hub.ts'
import { type FakeAgent, procedure } from './mesh-client.ts'
import { Stage } from './stage.ts'

let world: World
let stage: Stage
let hub: FakeHub
let ana: { id: number; agent: FakeAgent }

beforeAll(async () => {
  world = await openWorld()
  ;({ stage, hub } = await Stage.open(world.ctx, 97))
  ana = await stage.join('ana')
  await ana.agent.poll()
})
afterAll(async () => {
  hub.hangUp()
  await stage.close()
  await world.stop()
})

const override = (endpoint: string | null) => procedure(ana.agent.seat, 'mesh.overrideEndpoint', { endpoint })
const rowOf = (id: number) => world.ctx.db.prisma.peer.findUniqueOrThrow({ where: { id } })

test('a member says where it can be reached, which is written down as its own doing, and once', async () => {
  expect((await override('0.0.0.0:4500')).body.result.data).toEqual({ changed: true })
  expect((await override('0.0.0.0:4500')).body.result.data).toEqual({ changed: false })
  expect((await rowOf(ana.id)).endpointOverride).toBe('0.0.0.0:4500')
  const [last] = await recentChanges(world.ctx.db, stage.networkId, { limit: 1 })
  expect(last).toMatchObject({ kind: 'peer.edited', actor: { kind: 'peer', id: ana.id, name: 'ana' } })
})

test('it takes that back, and nobody takes what is no endpoint', async () => {
  expect((await override(null)).body.result.data).toEqual({ changed: true })
  expect((await rowOf(ana.id)).endpointOverride).toBeNull()
  expect((await override('nowhere')).status).toBe(400)
})

test('one that changes its mind without end is refused', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => override(`198.51.100.7:${4000 + i}`)))
  expect(answers.some(({ status }) => status === 429)).toBe(true)
})
