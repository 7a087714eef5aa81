import { loadNetwork, readStatus } from '@warren/db'
import { HUB_KEY_HEADER, SECRET_HEADER } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAssociation } from '~/server/association/create-association.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { movePeer } from '~/server/peer/move-peer.ts'
import { renamePeer } from '~/server/peer/rename-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { newKey, openWorld, type World } from '../server/world.ts'
import type { FakeHub } from './fake-hub.ts'
import { call, procedure } from './mesh-client.ts'
import { newSecret, Stage } from './stage.ts'

let world: World
let stage: Stage
let hub: FakeHub
let quarter = 20
let humans: number
let servers: number

beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  quarter += 1
  ;({ stage, hub } = await Stage.open(world.ctx, quarter))
  const root = (await stage.rows()).cidrs.find((cidr) => cidr.parentId === null)?.id ?? 0
  const cidr = (name: string, third: number) =>
    createCidr(world.ctx, {
      networkId: stage.networkId,
      parentId: root,
      name,
      prefix: `127.${quarter}.${third}.0/24`,
      isolated: false,
    })
  humans = (await cidr('humans', 16)).id
  servers = (await cidr('servers', 32)).id
})
afterEach(async () => {
  hub.hangUp()
  await stage.close()
})
afterAll(() => world.stop())

describe('polling', () => {
  test('gives a new member everything it may know, and nothing else', async () => {
    const anna = await stage.join('anna', humans)
    await stage.join('db', servers)
    const answer = await anna.agent.poll()
    expect(answer.kind).toBe('full')
    expect(anna.agent.self).toMatchObject({ name: 'anna', cidr: humans, key: anna.key })
    expect(anna.agent.names()).toEqual(['hub'])
    expect([...anna.agent.view.cidrs.values()].map(({ name }) => name).sort()).toEqual([
      'humans',
      'infra',
      `net${quarter}`,
    ])
  })

  test('is answered when a change concerns the agent; the others sleep on', async () => {
    const anna = await stage.join('anna', humans)
    const bob = await stage.join('bob', humans)
    const db = await stage.join('db', servers)
    for (const { agent } of [anna, bob, db]) await agent.poll()
    const slept = vi.fn()
    const asleep = db.agent.ask(50).then(slept)
    const woken = [anna.agent.ask(50), bob.agent.ask(50)]
    await stage.holds(3)
    await renamePeer(world.ctx, { networkId: stage.networkId, peerId: bob.id, name: 'bert' })

    const [first, second] = await Promise.all(woken)
    expect(first?.body.result.data).toMatchObject({
      kind: 'delta',
      peers: { upsert: [{ id: bob.id, name: 'bert' }], remove: [] },
    })
    expect(second?.body.result.data).toMatchObject({ kind: 'delta', self: { name: 'bert' } })
    expect(stage.coordinator.counts().polls).toBe(1)
    expect(slept).not.toHaveBeenCalled()
    await stage.stop()
    await asleep
  })

  test('tells of an association in both directions, and of the CIDR beyond it', async () => {
    const anna = await stage.join('anna', humans)
    const db = await stage.join('db', servers)
    for (const { agent } of [anna, db]) await agent.poll()
    const answers = [anna.agent.poll(50), db.agent.poll(50)]
    await stage.holds(2)
    await createAssociation(world.ctx, { networkId: stage.networkId, a: humans, b: servers })
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(['delta', 'delta'])
    expect(anna.agent.names()).toEqual(['db', 'hub'])
    expect(db.agent.names()).toEqual(['anna', 'hub'])
    expect(anna.agent.view.cidrs.get(servers)?.name).toBe('servers')
  })

  test('ends with "same" when its time is over, and when the same peer asks again', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    expect((await anna.agent.poll(0.3)).kind).toBe('same')
    const first = anna.agent.ask(50)
    await stage.holds(1)
    const second = anna.agent.ask(50)
    expect((await first).body.result.data.kind).toBe('same')
    await stage.holds(1)
    await stage.stop()
    expect((await second).body.result.data.kind).toBe('same')
  })

  test('is let go when the agent hangs up', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    const hangUp = new AbortController()
    const gone = anna.agent.ask(50, hangUp.signal)
    await stage.holds(1)
    hangUp.abort()
    await expect(gone).rejects.toThrow()
    await stage.holds(0)
  })

  test('a disabled peer is told so at once, and from then on', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    const held = anna.agent.ask(50)
    await stage.holds(1)
    await setPeerEnabled(world.ctx, { networkId: stage.networkId, peerId: anna.id, enabled: false })
    const { status, body } = await held
    expect(status).toBe(403)
    expect(body.error.message).toBe('An admin disabled this peer.')
    expect(body.error.data.refusal).toEqual({ kind: 'forbidden', field: null })
    await expect(anna.agent.poll()).rejects.toThrow('An admin disabled this peer.')
    const door = doorAddress(stage.hubKey, anna.key)
    expect(hub.of(stage.networkId).get(`peer:${anna.id}`)).toMatchObject({ ips: [door], restricted: true })
    await expect(stage.agentInDoor(anna).poll()).rejects.toThrow('An admin disabled this peer.')
  })

  test('a peer that was moved while it was off is told through the door', async () => {
    const anna = await stage.join('anna', humans)
    const agent = stage.agentInDoor(anna)
    await agent.poll()
    const { address } = await movePeer(world.ctx, { networkId: stage.networkId, peerId: anna.id, cidrId: servers })
    await stage.caughtUp((await stage.rows()).revision)
    expect((await agent.poll()).kind).toBe('full')
    expect(agent.self?.ip).toBe(address)
    const other = await stage.join('otto', humans)
    await expect(stage.agentInDoor({ ...other, secret: anna.secret }).poll()).rejects.toThrow('is not that of the peer')
  })

  test('a deleted peer is told so', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    const held = anna.agent.ask(50)
    await stage.holds(1)
    await deletePeer(world.ctx, { networkId: stage.networkId, peerId: anna.id })
    expect((await held).body.error.message).toBe('This peer was deleted by an admin.')
    await expect(stage.agentInDoor(anna).poll()).rejects.toThrow('This peer was deleted by an admin.')
  })
})

describe('a restarted coordinator', () => {
  test('sends nothing to agents that prove to be current', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    await stage.stop()
    await stage.start()
    const held = anna.agent.ask(50)
    await stage.holds(1)
    await renamePeer(world.ctx, { networkId: stage.networkId, peerId: anna.id, name: 'ann' })
    expect((await held).body.result.data).toMatchObject({ kind: 'delta', self: { name: 'ann' } })
  })

  test('sends everything to an agent that missed something', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    await stage.stop()
    await stage.start()
    await stage.join('bob', humans)
    expect((await anna.agent.poll()).kind).toBe('full')
    expect(anna.agent.names()).toEqual(['bob', 'hub'])
  })
})

test('a change that cannot be read is made good from a snapshot, and agents are told what came of it', async () => {
  const anna = await stage.join('anna', humans)
  const bob = await stage.join('bob', humans)
  await anna.agent.poll()
  const told = anna.agent.poll(50)
  await stage.holds(1)
  // As another version of this program may have written it; a replica's session is let past the database's own rules.
  await world.db.pool.query(
    `BEGIN; SET LOCAL session_replication_role = replica;
     UPDATE network SET revision = revision + 1 WHERE id = ${stage.networkId};
     UPDATE peer SET name = 'bert' WHERE id = ${bob.id};
     INSERT INTO change (network_id, revision, actor, kind, before, after)
       SELECT id, revision, '{"kind":"system","id":null,"name":"other"}', 'peer.painted', '{}', '{}'
       FROM network WHERE id = ${stage.networkId};
     SELECT pg_notify('warren_change', id || ':' || revision) FROM network WHERE id = ${stage.networkId};
     COMMIT`,
  )
  expect((await told).kind).toBe('delta')
  expect(anna.agent.names()).toEqual(['bert', 'hub'])
  expect(stage.logged.filter((line) => line.includes('is read anew'))).toHaveLength(1)
})

describe('who may ask', () => {
  const input = { cursor: null, applied: null, waitS: 0 }

  test.each([
    ['another secret', () => ({ [SECRET_HEADER]: newSecret() }), 401, 'is not that of the peer'],
    ['no secret', () => ({ [SECRET_HEADER]: '' }), 401, 'is not that of the peer'],
    ["another hub's key", () => ({ [HUB_KEY_HEADER]: newKey() }), 401, 'meant for another hub'],
    ['the origin of a web page', () => ({ origin: 'http://evil.example' }), 403, 'Web pages may not'],
  ])('%s is refused', async (_what, headers, status, says) => {
    const { agent } = await stage.join('anna', humans)
    const seat = { ...agent.seat, headers: { ...agent.seat.headers, ...headers() } }
    const answer = await procedure(seat, 'mesh.poll', input)
    expect(answer.status).toBe(status)
    expect(answer.body.error.message).toContain(says)
  })

  test('an address of nobody is refused, and that of another peer needs its secret', async () => {
    const { agent, secret } = await stage.join('anna', humans)
    const bob = await stage.join('bob', humans)
    const stranger = await procedure({ ...agent.seat, from: `127.${quarter}.99.99` }, 'mesh.poll', input)
    expect(stranger.body.error.message).toContain('belongs to no peer')
    const asBob = stage.agentAt(bob.agent.seat.from, secret)
    await expect(asBob.poll()).rejects.toThrow('is not that of the peer')
  })

  test.each([
    ['no JSON', '{', 400, 'The request is not JSON.'],
    ['an input of another shape', '{"cursor":1}', 400, 'cursor is not usable'],
    ['far too long an input', `"${'x'.repeat(70_000)}"`, 400, 'The request is longer than 65536 bytes.'],
  ])('%s is refused with the reason', async (_what, body, status, says) => {
    const { agent } = await stage.join('anna', humans)
    const answer = await call(agent.seat, '/trpc/mesh.poll', { body })
    expect(answer.status).toBe(status)
    expect(answer.body.error.message).toContain(says)
    expect(answer.body.error.data.refusal.kind).toBe('bad-input')
  })

  test('what is not there is not found', async () => {
    const { agent } = await stage.join('anna', humans)
    expect((await procedure(agent.seat, 'mesh.nothing', {})).status).toBe(404)
  })
})

describe('presence', () => {
  const statusOf = async (peerId: number) =>
    (await readStatus(world.db, stage.networkId)).find((status) => status.peerId === peerId)

  test('shows who polls, what it has applied and whether that is current', async () => {
    const anna = await stage.join('anna', humans)
    await anna.agent.poll()
    const held = anna.agent.ask(50)
    await vi.waitFor(async () => {
      expect(await statusOf(anna.id)).toMatchObject({
        online: true,
        current: true,
        appliedRevision: anna.agent.revision,
      })
    }, 10_000)
    await stage.stop()
    await held
  })

  test('shows what an agent reports, and gives its candidates to those who may reach it', async () => {
    const anna = await stage.join('anna', humans)
    const bob = await stage.join('bob', humans)
    await bob.agent.poll()
    const told = bob.agent.poll(50)
    await stage.holds(1)
    const report = { version: '0.1.0', candidates: ['192.168.1.5:51820'], fault: 'The device is gone.' }
    expect((await procedure(anna.agent.seat, 'mesh.report', report)).body).toEqual({ result: { data: {} } })
    await told
    expect(bob.agent.view.peers.get(anna.id)?.at).toEqual(['192.168.1.5:51820'])
    await vi.waitFor(async () => expect(await statusOf(anna.id)).toMatchObject(report), 10_000)
  })
})

test('the database gets no change from polling', async () => {
  const { agent } = await stage.join('anna', humans)
  const before = await loadNetwork(world.db, stage.networkId)
  await agent.poll()
  expect(await loadNetwork(world.db, stage.networkId)).toEqual(before)
})
