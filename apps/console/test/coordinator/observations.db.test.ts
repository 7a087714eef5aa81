import {
  lastReceipt,
  readLinkPairs,
  readLinks,
  readReceipts,
  readTraffic,
  readTrafficNow,
  saveTraffic,
} from '@warren/db'
import { type Link, LinksAnswer, type LinksInput } from '@warren/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { linksOf } from '~/server/link/links-of.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { renamePeer } from '~/server/peer/rename-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { createCoordinator } from '../../src/coordinator/coordinator.ts'
import { newKey, openWorld, type World } from '../server/world.ts'
import { FakeHub } from './fake-hub.ts'
import { type FakeAgent, procedure } from './mesh-client.ts'
import { Stage } from './stage.ts'

const PATIENCE = 15_000

let world: World
let stage: Stage
let hub: FakeHub
let ana: Awaited<ReturnType<Stage['join']>>
let bo: Awaited<ReturnType<Stage['join']>>

beforeAll(async () => {
  world = await openWorld()
  ;({ stage, hub } = await Stage.open(world.ctx, 31))
  ana = await stage.join('ana')
  bo = await stage.join('bo')
  await ana.agent.poll()
  await bo.agent.poll()
})
afterAll(async () => {
  hub.hangUp()
  await stage.close()
  await world.stop()
})

const db = () => world.db
const until = (check: () => Promise<void>) => vi.waitFor(check, PATIENCE)
const link = (peer: number, more: Partial<Link> = {}): Link => ({
  peer,
  live: true,
  via: 'direct',
  at: '203.0.113.7:51820',
  shaken: 1_764_000_000,
  rx: 1,
  tx: 2,
  tried: [],
  ...more,
})
const message = (more: Partial<LinksInput>): LinksInput => ({
  base: null,
  first: true,
  last: true,
  links: [],
  gone: [],
  total: { since: 'run-1', rx: 0, tx: 0 },
  ...more,
})
const send = (agent: FakeAgent, input: LinksInput) => procedure(agent.seat, 'mesh.links', input)
const tell = async (agent: FakeAgent, more: Partial<LinksInput>) => {
  const { status, body } = await send(agent, message(more))
  expect(status).toBe(200)
  return LinksAnswer.parse(body.result.data)
}
const linksAt = async (peerId: number) =>
  (await readLinks(db(), stage.networkId, [peerId])).get(peerId)?.links.map(({ peer }) => peer)
const codeOf = async (a: number, b: number) =>
  (await readLinkPairs(db(), stage.networkId)).find(([x, y]) => x === Math.min(a, b) && y === Math.max(a, b))?.[2]

describe('tunnels', () => {
  test('are read as agents tell of them, and only those that the rules allow', async () => {
    const { tag, whole } = await tell(ana.agent, { links: [link(bo.id), link(ana.id), link(999_999)] })
    expect(whole).toBe(false)
    await until(async () => expect(await codeOf(ana.id, bo.id)).toBe(1))
    expect(await linksAt(ana.id)).toEqual([bo.id])
    await tell(ana.agent, { base: tag, first: false, last: false, links: [link(bo.id, { live: false })] })
    await until(async () => expect(await codeOf(ana.id, bo.id)).toBe(0))
  })

  test('are told in several messages, and count when the last one is there', async () => {
    const { agent, id } = await stage.join('cy')
    await agent.poll()
    const first = await tell(agent, { last: false, links: [link(ana.id)] })
    expect(first.whole).toBe(false)
    await tell(agent, { first: false, links: [link(bo.id)] })
    await until(async () => expect(await linksAt(id)).toEqual([ana.id, bo.id].sort((a, b) => a - b)))
  })

  test('that go on from something unknown are asked for whole, also when a telling was begun elsewhere', async () => {
    expect(await tell(ana.agent, { base: 'elsewhere.9', first: false, last: false })).toMatchObject({ whole: true })
    expect(await tell(bo.agent, { first: false, links: [link(ana.id)] })).toMatchObject({ whole: true })
  })

  test('go on after a restart where they were', async () => {
    const { tag } = await tell(ana.agent, { links: [link(bo.id)] })
    hub.hangUp()
    await stage.stop()
    await stage.start()
    hub = await FakeHub.connect(stage.socket)
    await hub.giveKey(stage.networkId, stage.hubKey)
    await until(async () => {
      const more = { base: tag, first: false, last: false, links: [link(bo.id, { via: 'relay' })] } as const
      expect(await tell(ana.agent, { ...more, links: [...more.links] })).toMatchObject({ whole: false })
    })
    await ana.agent.poll()
    await until(async () => expect(await codeOf(ana.id, bo.id)).toBe(2))
  })

  test('of an agent that was cut off are forgotten on both sides', async () => {
    const { agent, id } = await stage.join('eve')
    await agent.poll()
    await tell(agent, { links: [link(bo.id)] })
    await tell(bo.agent, { links: [link(id)] })
    await until(async () => expect(await codeOf(id, bo.id)).toBe(1))
    await setPeerEnabled(world.ctx, { networkId: stage.networkId, peerId: id, enabled: false })
    await until(async () => {
      expect(await codeOf(id, bo.id)).toBeUndefined()
      expect(await linksAt(id)).toEqual([])
    })
    await deletePeer(world.ctx, { networkId: stage.networkId, peerId: id })
  })

  test('with the hub are those that its device shows, and a device has no others', async () => {
    const { cidrs, peers } = await stage.rows()
    const hubId = peers.find(({ kind }) => kind === 'hub')?.id ?? 0
    const cidrId = cidrs.find(({ parentId }) => parentId === null)?.id ?? 0
    const device = { networkId: stage.networkId, cidrId, name: 'phone', kind: 'device', isAdmin: false } as const
    const publicKey = newKey()
    const { peer } = await createPeer(world.ctx, { ...device, publicKey })
    await stage.caughtUp((await stage.rows()).revision)
    const seen = {
      key: publicKey,
      endpoint: '198.51.100.4:9',
      handshakeAt: Math.floor(Date.now() / 1000),
      rx: 7,
      tx: 3,
    }
    hub.say({ kind: 'observed', network: stage.networkId, peers: [seen] })
    await until(async () => expect(await codeOf(hubId, peer.id)).toBe(1))
    const { links } = await linksOf(world.ctx, { networkId: stage.networkId, peerId: peer.id })
    expect(links).toMatchObject([{ peer: hubId, live: true, rx: 3, tx: 7 }])
  })
})

test('an agent that tells without end is refused, and may tell again later', async () => {
  const { agent } = await stage.join('chatter')
  await agent.poll()
  const answers = await Promise.all(Array.from({ length: 60 }, () => send(agent, message({}))))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(10)
  expect(refused[0]?.body.error.data.refusal.kind).toBe('too-many')
  await until(async () => expect((await send(agent, message({}))).status).toBe(200))
})

test('a candidate that is a name is refused', async () => {
  const report = { version: '1', candidates: ['hub.example.org:51820'], fault: null }
  const { status, text } = await procedure(ana.agent.seat, 'mesh.report', report)
  expect([status, text]).toEqual([400, expect.stringContaining('an address, not a name')])
})

describe('traffic', () => {
  const sumOf = async (peerId: number, range: 'day' | 'month' = 'day') => {
    const { rx, tx } = await readTraffic(db(), peerId, range)
    const sum = (list: (number | null)[]) => list.reduce<number>((all, one) => all + (one ?? 0), 0)
    return [sum(rx), sum(tx)]
  }

  test('is what counters grew by, nonsense left out, over a restart of the agent and of the coordinator', async () => {
    const { agent, id } = await stage.join('busy')
    await agent.poll()
    const total = (since: string, rx: number, tx: number) => tell(agent, { total: { since, rx, tx } })
    await total('a', 1_000, 10)
    await total('a', 5_000, 20)
    await total('b', 300, 3)
    const liar = await stage.join('liar')
    await tell(liar.agent, { total: { since: 'a', rx: Number.MAX_SAFE_INTEGER, tx: 0 } })
    await tell(liar.agent, { total: { since: 'b', rx: 7, tx: 0 } })
    hub.hangUp()
    await stage.stop()
    expect(await sumOf(id)).toEqual([5_300, 23])
    expect(await sumOf(liar.id)).toEqual([7, 0])
    await stage.start()
    hub = await FakeHub.connect(stage.socket)
    await until(async () => void (await total('b', 400, 4)))
    await stage.stop()
    expect(await sumOf(id)).toEqual([5_400, 24])
    expect(await sumOf(id, 'month')).toEqual([5_400, 24])
    await stage.start()
    hub = await FakeHub.connect(stage.socket)
    await hub.giveKey(stage.networkId, stage.hubKey)
  })

  test('is counted once, though an agent tells one coordinator and then another', async () => {
    const { agent, id } = await stage.join('roamer')
    await agent.poll()
    const first = await tell(agent, { total: { since: 'a', rx: 100, tx: 1 } })
    const elsewhere = { since: 'a', rx: 500, tx: 5, grewRx: 400, grewTx: 4, rxPerS: 0, txPerS: 0 }
    await saveTraffic(db(), stage.networkId, [{ ...elsewhere, peerId: id }])
    expect(first.whole).toBe(false)
    const more = { base: 'other.1', first: false, last: false, total: { since: 'a', rx: 600, tx: 6 } }
    await until(async () => {
      await db().pool.query("UPDATE peer_links SET tag = 'other.1' WHERE peer_id = $1", [id])
      expect(await tell(agent, more)).toMatchObject({ whole: false })
    })
    hub.hangUp()
    await stage.stop()
    expect(await sumOf(id)).toEqual([600, 6])
    await stage.start()
    hub = await FakeHub.connect(stage.socket)
    await hub.giveKey(stage.networkId, stage.hubKey)
  })

  test('of the network is the sum of its peers', async () => {
    const rate = { since: 'x', rx: 9, tx: 9, grewRx: 100, grewTx: 50, rxPerS: 10, txPerS: 5 }
    const before = (await readTrafficNow(db(), stage.networkId)).day.rx.at(-1) ?? 0
    await saveTraffic(db(), stage.networkId, [
      { ...rate, peerId: ana.id },
      { ...rate, peerId: bo.id, rxPerS: 20 },
    ])
    const now = await readTrafficNow(db(), stage.networkId)
    expect(now.peers.slice(0, 2)).toEqual([
      [bo.id, 20, 5],
      [ana.id, 10, 5],
    ])
    expect(now.rxPerS).toBe(30)
    expect((now.day.rx.at(-1) ?? 0) - before).toBe(200)
  })
})

describe('a receipt', () => {
  const receiptOf = async (revision: number) => (await readReceipts(db(), stage.networkId, [revision]))[0]
  const rename = async (peerId: number, name: string) => {
    await renamePeer(world.ctx, { networkId: stage.networkId, peerId, name })
    const { revision } = await stage.rows()
    await stage.caughtUp(revision)
    return revision
  }

  test('counts those whom a change concerns, and fills as they report', async () => {
    const revision = await rename(bo.id, 'bob')
    await until(async () => {
      const receipt = await receiptOf(revision)
      expect(receipt?.waiting.map(({ peerId }) => peerId)).toEqual(expect.arrayContaining([ana.id, bo.id]))
    })
    for (const { agent } of [ana, bo]) {
      await agent.poll()
      await agent.poll()
    }
    await until(async () => {
      const receipt = await receiptOf(revision)
      expect(receipt?.waiting.map(({ peerId }) => peerId)).not.toContain(ana.id)
      expect(receipt?.applied).toBeGreaterThanOrEqual(2)
      expect(receipt?.slowest?.afterMs).toBeGreaterThanOrEqual(receipt?.p50Ms ?? Number.POSITIVE_INFINITY)
    })
  })

  test('says why somebody is still waited for', async () => {
    const { agent } = ana
    const { id, agent: other } = await stage.join('gone')
    await agent.poll()
    await procedure(agent.seat, 'mesh.report', { version: '1', candidates: [], fault: 'There is no "wg" here.' })
    await until(async () => {
      const { rows } = await db().pool.query('SELECT fault FROM peer_status WHERE peer_id = $1', [ana.id])
      expect(rows[0]?.fault).toContain('wg')
    })
    expect(other.revision).toBe(0)
    const revision = await rename(bo.id, 'bo')
    await agent.ask(0)
    await until(async () => {
      const waiting = (await receiptOf(revision))?.waiting ?? []
      expect(waiting.find(({ peerId }) => peerId === ana.id)).toMatchObject({
        why: 'fault',
        fault: 'There is no "wg" here.',
      })
      expect(waiting.find(({ peerId }) => peerId === id)).toMatchObject({ why: 'offline' })
    })
  })

  test('is there for changes that were made while no coordinator ran', async () => {
    hub.hangUp()
    await stage.stop()
    const networkId = stage.networkId
    await renamePeer(world.ctx, { networkId, peerId: bo.id, name: 'bob' })
    await renamePeer(world.ctx, { networkId, peerId: bo.id, name: 'bo' })
    const { revision } = await stage.rows()
    await stage.start()
    await until(async () => {
      expect(await lastReceipt(db(), networkId)).toBe(revision)
      expect((await receiptOf(revision - 1))?.affected).toBeGreaterThanOrEqual(2)
    })
    hub = await FakeHub.connect(stage.socket)
    await hub.giveKey(networkId, stage.hubKey)
    for (let polls = 0; polls < 3; polls += 1) await bo.agent.poll()
    await until(async () => {
      const waiting = (await receiptOf(revision - 1))?.waiting.map(({ peerId }) => peerId)
      expect(waiting).not.toContain(bo.id)
    })
  })

  test('is one, though two coordinators follow, and devices go with the hub', async () => {
    const second = createCoordinator({
      db: db(),
      hubSocket: { path: `${stage.socket}.2`, mode: 0o600 },
      log: () => {},
      stage: { at: () => ({ host: '127.0.0.1', port: 0 }) },
    })
    await second.start()
    await second.ready
    const revision = await rename(bo.id, 'bob')
    await until(async () => expect(second.revisionOf(stage.networkId)).toBe(revision))
    await bo.agent.poll()
    await bo.agent.poll()
    const phone = (await stage.rows()).peers.find(({ kind }) => kind === 'device')?.id
    await until(async () => {
      const receipt = await receiptOf(revision)
      const waiting = receipt?.waiting.map(({ peerId }) => peerId)
      expect(receipt?.affected).toBeGreaterThan(3)
      expect(waiting).not.toContain(bo.id)
      expect(waiting).not.toContain(phone)
    })
    await second.stop()
  })
})
