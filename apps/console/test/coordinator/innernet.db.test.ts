import { readFileSync } from 'node:fs'
import http from 'node:http'
import { readStatus } from '@warren/db'
import { INNERNET_VERSION, type PublicKey } from '@warren/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAssociation } from '~/server/association/create-association.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { redeemPeer } from '~/server/peer/redeem-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { newKey, openWorld, type World } from '../server/world.ts'
import type { FakeHub } from './fake-hub.ts'
import { Stage } from './stage.ts'

/**
 * What innernet 1.7.1's client and server said on the wire (vectors/innernet.jsonl, recorded from the running programs),
 * said again to our door, in order. The network is the recorded one, moved from 10.42 to 127.31.
 */
type Exchange = {
  by: string
  case?: string
  request: { method: string; path: string; headers?: Record<string, string>; json?: unknown; text?: string }
  response: { status: number; json?: unknown }
}

const QUARTER = 31
const moved = (text: string): string => text.replaceAll('10.42.', `127.${QUARTER}.`).replaceAll('10.43.', '127.99.')
const vectors = new URL('./vectors/innernet.jsonl', import.meta.url)
const exchanges: Exchange[] = readFileSync(vectors, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(moved(line)))

/** Where innernet is lax, and we say why we are not: what does not exist cannot be deleted, a hub cannot be disabled. */
const stricter: Readonly<Record<string, number>> = {
  'delete an unknown CIDR': 404,
  'delete an unknown association': 404,
  'delete the server': 400,
  'association with an unknown CIDR': 404,
}

let world: World
let stage: Stage
let hub: FakeHub
let dave: { id: number; address: string }

beforeAll(async () => {
  world = await openWorld()
  ;({ stage, hub } = await Stage.open(world.ctx, QUARTER))
  const of = { networkId: stage.networkId, parentId: (await stage.rows()).cidrs[0]?.id ?? 0, isolated: false }
  const humans = await createCidr(world.ctx, { ...of, name: 'humans', prefix: `127.${QUARTER}.1.0/24` })
  await createCidr(world.ctx, { ...of, name: 'servers', prefix: `127.${QUARTER}.2.0/24` })
  const invite = async (name: string, key: PublicKey) => {
    const input = { networkId: stage.networkId, cidrId: humans.id, name, publicKey: key }
    return (await createPeer(world.ctx, { ...input, kind: 'agent', isAdmin: true })).peer
  }
  await invite('alice', newKey())
  dave = await invite('dave', newKey())
  await stage.caughtUp((await stage.rows()).revision)
})
afterAll(async () => {
  hub.hangUp()
  await stage.close()
  await world.stop()
})

type Heard = { status: number; text: string }

function say({ method, path, headers = {}, json, text }: Exchange['request'], from = dave.address): Promise<Heard> {
  const body = json === undefined ? text : JSON.stringify(json)
  return new Promise((resolve, reject) => {
    const place = { host: stage.hubHost, port: stage.port, localAddress: from, agent: false }
    const request = http.request({ ...place, method, path }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
    })
    const own = headers['x-innernet-server-key']
    if (own) request.setHeader('x-innernet-server-key', own.length < 44 ? own : stage.hubKey)
    if (body !== undefined) request.setHeader('content-type', 'application/json')
    request.on('error', reject)
    request.end(body)
  })
}

/** The types of a value's parts: what a client that parses strictly depends on. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shapeOf(value[0])] : []
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]))
}

/** What may be null in one answer and not in the other: it depends on what was observed. */
const withoutChance = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, part) => (['endpoint', 'candidates', 'invite_expires'].includes(name) ? 0 : part)),
  )

describe('what innernet 1.7.1 said on the wire, said to us', () => {
  test.each(exchanges.map((exchange, at) => [at, exchange] as const))('exchange %i', async (_, exchange) => {
    const heard = await say(exchange.request)
    const { status, json } = exchange.response
    expect({ ...heard, status: heard.status }).toMatchObject({ status: stricter[exchange.case ?? ''] ?? status })
    // A client waits for seconds after it redeemed.
    if (exchange.request.path.endsWith('/redeem')) await stage.caughtUp((await stage.rows()).revision)
    if (json === undefined) return
    const body: unknown = JSON.parse(heard.text)
    const first = (value: unknown) => withoutChance(shapeOf(value))
    expect(first(body)).toEqual(first(json))
  })

  test('left its trace in the same log, in the name of the peer that asked', async () => {
    const changes = await world.ctx.db.prisma.change.findMany({ where: { networkId: stage.networkId } })
    const asked = changes.filter(({ actor }) => (actor as { name: string }).name === 'dave').map(({ kind }) => kind)
    expect(asked).toEqual(
      expect.arrayContaining(['peer.redeemed', 'cidr.created', 'peer.created', 'association.created']),
    )
  })
})

type Person = { name: string; id: number; public_key: string; endpoint: string | null }

const stateFor = async (from: string): Promise<{ peers: Person[]; cidrs: { id: number; name: string }[] }> => {
  const path = '/v1/user/state'
  const { status, text } = await say({ method: 'GET', path, headers: { 'x-innernet-server-key': stage.hubKey } }, from)
  expect(status).toBe(200)
  return JSON.parse(text)
}

describe('what an innernet client sees', () => {
  test('is what our rules let it reach, itself and the server, and never a device', async () => {
    const { id: root } = (await stage.rows()).cidrs[0] ?? { id: 0 }
    const of = { networkId: stage.networkId, parentId: root, isolated: false }
    const far = await createCidr(world.ctx, { ...of, name: 'far', prefix: `127.${QUARTER}.8.0/24` })
    const cam = await stage.join('far-cam', far.id)
    await createPeer(world.ctx, {
      networkId: stage.networkId,
      cidrId: root,
      name: 'phone',
      kind: 'device',
      publicKey: newKey(),
      isAdmin: false,
    })
    await stage.caughtUp((await stage.rows()).revision)
    const names = async () => (await stateFor(dave.address)).peers.map(({ name }) => name)
    expect(await names()).toEqual(expect.arrayContaining(['hub', 'dave']))
    expect(await names()).not.toContain('far-cam')

    const humans = (await stage.rows()).cidrs.find(({ name }) => name === 'humans')?.id ?? 0
    const [a = 0, b = 0] = [humans, far.id].sort((x, y) => x - y)
    await createAssociation(world.ctx, { networkId: stage.networkId, a, b })
    await stage.caughtUp((await stage.rows()).revision)
    expect(await names()).toContain('far-cam')
    expect(await names()).not.toContain('phone')
    expect((await stateFor(dave.address)).peers.find(({ name }) => name === 'far-cam')?.public_key).toBe(cam.key)
  })

  test('numbers the root 1, infra 2 and the server 1, and no two things alike', async () => {
    const { peers, cidrs } = await stateFor(dave.address)
    expect(cidrs.find(({ name }) => name === `net${QUARTER}`)?.id).toBe(1)
    expect(cidrs.find(({ name }) => name === 'infra')?.id).toBe(2)
    expect(peers.find(({ name }) => name === 'hub')?.id).toBe(1)
    for (const rows of [peers, cidrs]) expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  })

  test('is refused to a peer with our agent that does not show its secret', async () => {
    const { agent: _, id } = await stage.join('ours')
    const address = (await stage.rows()).peers.find((peer) => peer.id === id)?.address
    const request = { method: 'GET', path: '/v1/user/state', headers: { 'x-innernet-server-key': stage.hubKey } }
    expect(await say(request, address)).toMatchObject({ status: 401, text: expect.stringContaining('secret') })
  })

  test('shows what it runs, also for a client that was there before the console', async () => {
    const { peer } = await stage.invite('taken-over')
    const redemption = { peerId: peer.id, publicKey: newKey(), secretHash: null, listenPort: null, now: new Date() }
    await redeemPeer(world.ctx, redemption)
    await stage.caughtUp((await stage.rows()).revision)
    await stateFor(peer.address)
    const version = async () =>
      (await readStatus(world.ctx.db, stage.networkId)).find(({ peerId }) => peerId === peer.id)?.version
    await expect.poll(version, { timeout: 10_000 }).toBe(INNERNET_VERSION)
  })

  test('ends when the peer is disabled', async () => {
    const key = { 'x-innernet-server-key': stage.hubKey }
    const before = (await stateFor(dave.address)).peers.length
    expect(before).toBeGreaterThan(1)
    await setPeerEnabled(world.ctx, { networkId: stage.networkId, peerId: dave.id, enabled: false })
    await stage.caughtUp((await stage.rows()).revision)
    expect((await say({ method: 'GET', path: '/v1/user/state', headers: key })).status).toBe(401)
  })
})

test('the hub keeps the temporary key until the answer to a redemption is through, then has the lasting one', async () => {
  const { peer, invitation, temporaryKey } = await stage.invite('slow-swap')
  const key = newKey()
  const request = { method: 'POST', path: '/v1/user/redeem', headers: { 'x-innernet-server-key': stage.hubKey } }
  const held = () => hub.of(stage.networkId)
  expect(await say({ ...request, json: { public_key: key } }, peer.address)).toMatchObject({ status: 204 })
  expect(held().get(`invitation:${invitation?.id}`)).toMatchObject({
    key: temporaryKey,
    ips: [expect.any(String), peer.address],
  })
  await expect.poll(() => held().get(`peer:${peer.id}`)?.key, { timeout: 10_000 }).toBe(key)
})
