import { stat, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { readHubStatus, readStatus } from '@warren/db'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createNetwork } from '~/server/network/create-network.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { createCoordinator } from '../../src/coordinator/coordinator.ts'
import { newKey, openWorld, type World } from '../server/world.ts'
import { FakeHub } from './fake-hub.ts'
import { freePort, Stage } from './stage.ts'

let world: World
let stage: Stage
let hub: FakeHub
let quarter = 50

beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  quarter += 1
  ;({ stage, hub } = await Stage.open(world.ctx, quarter))
})
afterEach(async () => {
  hub.hangUp()
  await stage.close()
})
afterAll(() => world.stop())

const networksHeard = (from: FakeHub) => from.heard.findLast((message) => message.kind === 'networks')?.networks ?? []
const hubStatus = () => readHubStatus(world.db, stage.networkId)

describe('a hub that connects', () => {
  test('is told of the networks first, then of all peers of each', async () => {
    const { id, key } = await stage.join('anna')
    const second = await FakeHub.connect(stage.socket)
    await expect.poll(() => second.of(stage.networkId).get(`peer:${id}`)?.key).toBe(key)
    expect(second.heard[0]).toMatchObject({ kind: 'networks' })
    expect(networksHeard(second).find((one) => one.id === stage.networkId)).toMatchObject({
      name: `net${quarter}`,
      address: stage.hubHost,
      prefix: `127.${quarter}.0.0/16`,
      apiPort: stage.port,
      publicKey: stage.hubKey,
    })
    expect(second.of(stage.networkId).has('peer:1')).toBe(false)
    second.hangUp()
  })

  test('takes the place of the one before', async () => {
    const second = await FakeHub.connect(stage.socket)
    await expect.poll(() => hub.closed).toBe(true)
    await expect.poll(() => second.heard.length).toBeGreaterThan(0)
    second.hangUp()
  })

  test('is shown with its version and what it has applied, and as gone when it is', async () => {
    await expect.poll(hubStatus, { timeout: 10_000 }).toMatchObject({
      connected: true,
      version: '0.0.0-test',
      appliedRevision: stage.coordinator.revisionOf(stage.networkId),
      fault: null,
    })
    hub.hangUp()
    await expect.poll(hubStatus, { timeout: 10_000 }).toMatchObject({ connected: false, appliedRevision: null })
  })

  test('is told of a network that is made meanwhile, which is served without a restart', async () => {
    quarter += 1
    const port = await freePort()
    const made = await createNetwork(world.ctx, {
      name: `net${quarter}`,
      prefix: `127.${quarter}.0.0/16`,
      endpoint: '203.0.113.7:51820',
      listenPort: port,
    })
    await expect.poll(() => networksHeard(hub).map(({ id }) => id)).toContain(made.id)
    await expect.poll(() => hub.heard.some((m) => m.kind === 'peers' && m.network === made.id && m.full)).toBe(true)
    await hub.giveKey(made.id, newKey())
    const host = networksHeard(hub).find(({ id }) => id === made.id)?.address ?? ''
    await expect.poll(() => answers(host, port)).toBe(true)
  })
})

const answers = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = net.connect({ host, port })
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })

describe('what the hub says', () => {
  test('of endpoints reaches those who may reach the peer, several at once as one', async () => {
    const anna = await stage.join('anna')
    const bob = await stage.join('bob')
    const carl = await stage.join('carl')
    await carl.agent.poll()
    const told = carl.agent.poll(50)
    await stage.holds(1)
    const seen = { handshakeAt: 1_770_000_000, rx: 10, tx: 20 }
    hub.say({
      kind: 'observed',
      network: stage.networkId,
      peers: [
        { key: anna.key, endpoint: '198.51.100.1:1000', ...seen },
        { key: bob.key, endpoint: '198.51.100.2:1000', ...seen },
        { key: newKey(), endpoint: '198.51.100.3:1000', ...seen },
      ],
    })
    const answer = await told
    expect(answer.kind === 'delta' && answer.peers.upsert.map(({ at }) => at)).toEqual([
      ['198.51.100.1:1000'],
      ['198.51.100.2:1000'],
    ])
    const status = async () => (await readStatus(world.db, stage.networkId)).find((row) => row.peerId === anna.id)
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({
      endpoint: '198.51.100.1:1000',
      handshakeAt: '2026-02-02T02:40:00.000Z',
      rx: 10,
      tx: 20,
    })
  })

  test('of bytes alone wakes nobody', async () => {
    const anna = await stage.join('anna')
    const bob = await stage.join('bob')
    const say = (rx: number) =>
      hub.say({
        kind: 'observed',
        network: stage.networkId,
        peers: [{ key: anna.key, endpoint: '198.51.100.1:1000', handshakeAt: 0, rx, tx: 0 }],
      })
    say(1)
    const endpointsOfAnna = async () => {
      await bob.agent.poll()
      return bob.agent.view.peers.get(anna.id)?.at
    }
    await expect.poll(endpointsOfAnna).toBeDefined()
    const woken = bob.agent.poll(0.8)
    await stage.holds(1)
    say(2)
    expect((await woken).kind).toBe('same')
  })

  test('of a known endpoint is told to a hub that starts anew, also after the coordinator was restarted', async () => {
    const anna = await stage.join('anna')
    const endpoint = '198.51.100.1:1000'
    const seen = { handshakeAt: 0, rx: 1, tx: 1 }
    hub.say({ kind: 'observed', network: stage.networkId, peers: [{ key: anna.key, endpoint, ...seen }] })
    const status = async () => (await readStatus(world.db, stage.networkId)).find((row) => row.peerId === anna.id)
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({ endpoint })
    await stage.stop()
    await stage.start()
    const second = await FakeHub.connect(stage.socket)
    await expect.poll(() => second.of(stage.networkId).get(`peer:${anna.id}`)?.endpoint).toBe(endpoint)
    second.hangUp()
  })

  test('of a fault is shown, until it is over', async () => {
    const sentence = 'There is no /dev/net/tun.'
    hub.say({ kind: 'fault', network: stage.networkId, sentence })
    await expect.poll(hubStatus, { timeout: 10_000 }).toMatchObject({ fault: sentence })
    hub.say({ kind: 'fault', network: stage.networkId, sentence: null })
    await expect.poll(hubStatus, { timeout: 10_000 }).toMatchObject({ fault: null })
  })

  test.each([
    ['no JSON', 'GET / HTTP/1.1\r\n\n'],
    ['JSON of another shape', '{"kind":"applied","network":1}\n'],
    ['a key that is none', '{"kind":"key","network":1,"publicKey":"x"}\n'],
    ['more than it may', '{"kind":"applied","network":1,"revision":1,"more":true}\n'],
  ])('closes its connection with a sentence when it is %s', async (_what, text) => {
    hub.sayRaw(text)
    await expect.poll(() => hub.closed).toBe(true)
    expect(stage.logged.filter((line) => line.includes('not in the protocol'))).toHaveLength(1)
    const next = await FakeHub.connect(stage.socket)
    await expect.poll(() => networksHeard(next).length).toBeGreaterThan(0)
    next.hangUp()
  })
})

test('an edited endpoint of the hub reaches agents', async () => {
  const { agent } = await stage.join('anna')
  await agent.poll()
  const told = agent.poll(50)
  await stage.holds(1)
  await editNetwork(world.ctx, { networkId: stage.networkId, endpoint: '203.0.113.99:51820' })
  await told
  expect([...agent.view.peers.values()].find(({ hub }) => hub)?.at).toEqual(['203.0.113.99:51820', '203.0.113.7:51820'])
})

describe('the socket', () => {
  const coordinatorAt = (path: string) =>
    createCoordinator({ db: world.db, hubSocket: { path, mode: 0o660 }, log: () => {} })

  test('has the mode that was asked for, and a file left by a killed coordinator is replaced', async () => {
    const path = `${stage.socket}.stale`
    await writeFile(path, '')
    const other = coordinatorAt(path)
    await other.start()
    expect((await stat(path)).mode & 0o777).toBe(0o660)
    await other.stop()
  })

  test('of a coordinator that runs is not taken over', async () => {
    await expect(coordinatorAt(stage.socket).start()).rejects.toThrow('another coordinator listens on')
  })
})

test('a port in use is shown as a fault until it is free', async () => {
  quarter += 1
  const port = await freePort()
  const squatter = net.createServer()
  await new Promise<void>((resolve) => squatter.listen(port, `127.${quarter}.0.1`, resolve))
  const made = await createNetwork(world.ctx, {
    name: `net${quarter}`,
    prefix: `127.${quarter}.0.0/16`,
    endpoint: '203.0.113.7:51820',
    listenPort: port,
  })
  const fault = async () => (await readHubStatus(world.db, made.id)).fault
  await expect.poll(fault, { timeout: 10_000 }).toContain('Another program uses')
  await new Promise((resolve) => squatter.close(resolve))
  await expect.poll(fault, { timeout: 10_000 }).toBeNull()
})
