import { readRelays } from '@warren/db'
import type { Link, LinksInput, ToHub } from '@warren/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { linkBetween, linksOf } from '~/server/link/links-of.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { editPeer } from '~/server/peer/edit-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { openWorld, type World } from '../server/world.ts'
import { FakeHub } from './fake-hub.ts'
import { type FakeAgent, procedure } from './mesh-client.ts'
import { Stage } from './stage.ts'

const PATIENCE = 20_000

let world: World
let stage: Stage
let hub: FakeHub
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.stop())

let quarter = 40
type Joined = Awaited<ReturnType<Stage['join']>>
let ana: Joined
let bo: Joined
/** Agents that poll again and again, until the stage closes. */
let polling: Promise<void>[]
let isOver: boolean

beforeEach(async () => {
  quarter += 1
  isOver = false
  ;({ stage, hub } = await Stage.open(world.ctx, quarter))
  ana = await stage.join('ana')
  bo = await stage.join('bo')
  polling = [ana.agent, bo.agent].map(live)
})
afterEach(async () => {
  isOver = true
  hub.hangUp()
  await stage.close()
  await Promise.all(polling)
})

/** What an agent does all day: while nobody answers it asks again after a moment. */
async function live(agent: FakeAgent): Promise<void> {
  while (!isOver) await agent.poll(3).catch(() => new Promise((resolve) => setTimeout(resolve, 100)))
}

const until = (check: () => void | Promise<void>) => vi.waitFor(check, PATIENCE)
const PLACE = '198.51.100.9:4000'
const link = (peer: number, more: Partial<Link>): Link => {
  const tried = more.live ? [] : [PLACE]
  return { peer, live: false, via: 'direct', at: PLACE, shaken: 0, rx: 0, tx: 0, tried, ...more }
}

async function tell({ agent }: Joined, ...links: Link[]): Promise<void> {
  const input: LinksInput = {
    base: null,
    first: true,
    last: true,
    links,
    gone: [],
    total: { since: 's', rx: 0, tx: 0 },
  }
  expect((await procedure(agent.seat, 'mesh.links', input)).status).toBe(200)
}

type RelaysMessage = Extract<ToHub, { kind: 'relays' }>
const toldPairs = () =>
  hub.heard
    .findLast((message): message is RelaysMessage => message.kind === 'relays')
    ?.pairs.map(({ a, b }) => [a.peer, b.peer])

const relay = () => ({ a: ana.id, b: bo.id, portA: 50_001, portB: 50_002 })

/** Both tell that they do not get through, and the hub opens a relay. */
async function relayed(): Promise<void> {
  await tell(ana, link(bo.id, {}))
  await tell(bo, link(ana.id, {}))
  await until(() => expect(toldPairs()).toEqual([[ana.id, bo.id]]))
  hub.say({ kind: 'relays', network: stage.networkId, open: [relay()], refused: null })
  await until(() => expect(ana.agent.self?.relays).toEqual([{ peer: bo.id, at: '203.0.113.7:50001' }]))
  await until(() => expect(bo.agent.self?.relays).toEqual([{ peer: ana.id, at: '203.0.113.7:50002' }]))
}

/** Waits for the agents' patience among others; the machine may be slow. */
const LONG = 120_000

describe('a pair without a direct path', () => {
  test('goes through the hub, over a restart, until the rules part it; people read why', {
    timeout: LONG,
  }, async () => {
    await relayed()
    const of = { networkId: stage.networkId }
    await until(async () => {
      const { relay: told } = await linkBetween(world.ctx, { ...of, a: bo.id, b: ana.id })
      expect(told).toMatchObject({ open: true, refused: null, tried: { a: [PLACE], b: [PLACE] } })
    })
    expect((await linksOf(world.ctx, { ...of, peerId: ana.id })).relays).toEqual([
      { peer: bo.id, open: true, refused: null },
    ])

    hub.hangUp()
    await stage.stop()
    await stage.start()
    hub = await FakeHub.connect(stage.socket, [relay()])
    await until(() => expect(toldPairs()).toEqual([[ana.id, bo.id]]))
    await until(() => expect(stage.coordinator.counts().polls).toBe(2))
    expect(ana.agent.self?.relays).toEqual([{ peer: bo.id, at: '203.0.113.7:50001' }])

    await setPeerEnabled(world.ctx, { ...of, peerId: bo.id, enabled: false })
    await until(() => expect(toldPairs()).toEqual([]))
    await until(() => expect(ana.agent.self?.relays).toBeUndefined())
    await until(async () => expect(await readRelays(world.db, stage.networkId)).toEqual([]))
  })

  test('is let go when the network relays nothing any more', { timeout: LONG }, async () => {
    await relayed()
    await editNetwork(world.ctx, { networkId: stage.networkId, relay: false })
    await until(() => expect(toldPairs()).toEqual([]))
    await until(() => expect([ana.agent.self?.relays, bo.agent.self?.relays]).toEqual([undefined, undefined]))
  })

  test('that the hub refuses is told to people in its words', { timeout: LONG }, async () => {
    await tell(ana, link(bo.id, {}))
    await until(() => expect(toldPairs()).toEqual([[ana.id, bo.id]]))
    const refused = 'The hub relays 0 pairs at most.'
    hub.say({ kind: 'relays', network: stage.networkId, open: [], refused })
    await until(async () => {
      const { relays } = await linksOf(world.ctx, { networkId: stage.networkId, peerId: bo.id })
      expect(relays).toEqual([{ peer: ana.id, open: false, refused }])
    })
  })
})

test('how to poll reaches the agents it concerns; who asks at an interval is online all the same', async () => {
  await editPeer(world.ctx, { networkId: stage.networkId, peerId: ana.id, pollEveryS: 600 })
  await until(() => expect(ana.agent.self?.poll).toEqual({ holdS: 50, everyS: 600 }))
  expect(bo.agent.self?.poll).toBeUndefined()
  await editNetwork(world.ctx, { networkId: stage.networkId, pollHoldS: 20 })
  await until(() => expect(bo.agent.self?.poll).toEqual({ holdS: 20, everyS: null }))
  await until(() => expect(ana.agent.self?.poll).toEqual({ holdS: 20, everyS: 600 }))
})

test('a hub that moves is known at both places', async () => {
  const hubOf = ({ agent }: Joined) => [...agent.view.peers.values()].find((peer) => peer.hub)?.at
  await until(() => expect(hubOf(ana)).toEqual(['203.0.113.7:51820']))
  await editNetwork(world.ctx, { networkId: stage.networkId, endpoint: '198.51.100.7:1', listenPort: 41_820 + quarter })
  await until(() => expect(hubOf(ana)).toEqual(['198.51.100.7:1', '203.0.113.7:51820']))
  await until(() => {
    const { networks } = hub.heard.findLast((message) => message.kind === 'networks') ?? {}
    const network = networks?.find(({ id }) => id === stage.networkId)
    expect(network).toMatchObject({ listenPort: 41_820 + quarter, listenPortBefore: stage.port })
  })
  await editNetwork(world.ctx, { networkId: stage.networkId, moveIsOver: true })
  await until(() => expect(hubOf(bo)).toEqual(['198.51.100.7:1']))
})

test('both sides of a pair learn of the other’s endpoint by the same step, and of a new one at once', async () => {
  const cursors = () => [ana.agent.cursor, bo.agent.cursor]
  const seen = (joined: Joined, endpoint: string) => ({ key: joined.key, endpoint, handshakeAt: 1, rx: 1, tx: 1 })
  const at = (joined: Joined, other: Joined) => joined.agent.view.peers.get(other.id)?.at
  await until(() => expect(stage.coordinator.counts().polls).toBe(2))
  hub.say({
    kind: 'observed',
    network: stage.networkId,
    peers: [seen(ana, '198.51.100.1:1'), seen(bo, '198.51.100.2:2')],
  })
  await until(() => expect([at(ana, bo), at(bo, ana)]).toEqual([['198.51.100.2:2'], ['198.51.100.1:1']]))
  expect(new Set(cursors()).size).toBe(1)
  await until(() => expect(stage.coordinator.counts().polls).toBe(2))
  hub.say({ kind: 'observed', network: stage.networkId, peers: [seen(ana, '198.51.100.1:9')] })
  await until(() => expect(at(bo, ana)).toEqual(['198.51.100.1:9']))
})
