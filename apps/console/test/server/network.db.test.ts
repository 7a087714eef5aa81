import { changesSince } from '@warren/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listActivity } from '~/server/activity/list-activity.ts'
import { registerHubKey } from '~/server/hub/register-hub-key.ts'
import { createNetwork } from '~/server/network/create-network.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { networkState } from '~/server/network/network-state.ts'
import { suggestNetwork } from '~/server/network/suggest-network.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { editPeer } from '~/server/peer/edit-peer.ts'
import { newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.stop())

const peerIn = (plan: Plan) =>
  ({ networkId: plan.id, cidrId: plan.root, name: 'anna', kind: 'agent', publicKey: newKey(), isAdmin: false }) as const

const input = { name: 'corp', prefix: '10.200.0.0/16', endpoint: '203.0.113.7:51820', listenPort: 51820 }

test('a network begins with its root, infra, the hub in it, and the association that lets everyone reach infra', async () => {
  const network = await createNetwork(world.ctx, input)
  const { cidrs, peers, associations, revision } = await stateOf(world.ctx, network.id)
  const [root, infra] = cidrs
  expect(network).toMatchObject({ name: 'corp', interface: 'corp', listenPort: 51820, apiPort: 51820 })
  expect(root).toMatchObject({ name: 'corp', prefix: '10.200.0.0/16', parentId: null })
  expect(infra).toMatchObject({ name: 'infra', prefix: '10.200.0.0/24', parentId: root?.id })
  expect(peers).toHaveLength(1)
  expect(peers[0]).toMatchObject({ name: 'hub', kind: 'hub', address: '10.200.0.1', publicKey: null, enabled: true })
  expect(associations).toEqual([expect.objectContaining({ a: root?.id, b: infra?.id })])
  expect(revision).toBe(1)
})

test('the making of a network is the first entry of its log, with who did it', async () => {
  const plan = await plant(world.ctx, null)
  const changes = await changesSince(world.db, plan.id, 0, 10)
  expect(changes).toMatchObject([{ revision: 1, kind: 'network.created', actor: { kind: 'user', name: 'anna' } }])
})

describe('a network is refused', () => {
  const free = { name: 'other', prefix: '10.201.0.0/16', endpoint: '203.0.113.7:1', listenPort: 1, interface: 'other0' }
  test.each([
    ['a taken name', { name: 'corp' }, 'conflict', 'name', /name/],
    ['a taken interface', { interface: 'corp' }, 'conflict', 'interface', /interface/],
    ['a taken port', { listenPort: 51820 }, 'conflict', 'listenPort', /port/],
    ['a prefix over another network', { prefix: '10.200.7.0/24' }, 'conflict', 'prefix', 'overlaps the network corp'],
    ['a prefix without room', { prefix: '10.201.0.0/30' }, 'rule-broken', 'prefix', '/29 or larger'],
    ['an IPv6 prefix without room', { prefix: 'fd00::/124' }, 'rule-broken', 'prefix', '/123 or larger'],
    ['the name of its own CIDR', { name: 'infra' }, 'rule-broken', 'name', 'infra is the name of the CIDR'],
    ['an endpoint inside itself', { endpoint: '10.201.0.9:1' }, 'rule-broken', 'endpoint', 'lies inside 10.201.0.0/16'],
  ] as const)('with %s', async (_what, wrong, kind, field, says) => {
    await refused(createNetwork(world.ctx, { ...free, ...wrong }), { kind, field, says })
  })
})

test.each([
  ['a-network-with-a-long-name', 'a-network-with-'],
  ['default', 'wg-default'],
])('the interface of %s is %s', async (name, expected) => {
  const port = expected.length
  const prefix = `10.${210 + port}.0.0/16`
  const made = await createNetwork(world.ctx, { name, prefix, endpoint: 'vpn.example.org:9', listenPort: port })
  expect(made.interface).toBe(expected)
})

test('two networks of one name at once: one is made', async () => {
  const twin = { name: 'twin', endpoint: '203.0.113.7:2', interface: 'twin' }
  const both = await Promise.allSettled([
    createNetwork(world.ctx, { ...twin, prefix: '10.240.0.0/16', listenPort: 2401 }),
    createNetwork(world.ctx, { ...twin, prefix: '10.241.0.0/16', listenPort: 2402 }),
  ])
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('two networks over one another at once: one is made', async () => {
  const make = (name: string, prefix: string, listenPort: number) =>
    createNetwork(world.ctx, { name, prefix, endpoint: '203.0.113.7:2', listenPort })
  const both = await Promise.allSettled([make('wide', '10.244.0.0/15', 2403), make('narrow', '10.245.0.0/16', 2404)])
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await make('later', '10.246.0.0/16', 2405)).name).toBe('later')
})

test('an endpoint and the life of invitations can be changed, one without the other', async () => {
  const plan = await plant(world.ctx)
  await editNetwork(world.ctx, { networkId: plan.id, endpoint: 'vpn.example.org:51820' })
  const after = await editNetwork(world.ctx, { networkId: plan.id, invitationHours: 24 })
  expect(after).toMatchObject({ endpoint: 'vpn.example.org:51820', invitationHours: 24 })
  await refused(editNetwork(world.ctx, { networkId: plan.id, endpoint: plan.prefix.replace('0.0/16', '9.9:1') }), {
    kind: 'rule-broken',
    field: 'endpoint',
    says: 'the network itself',
  })
})

describe('a hub that moves', () => {
  test('is known at both places from then on, and its own row has the new port', async () => {
    const plan = await plant(world.ctx)
    await createPeer(world.ctx, peerIn(plan))
    const { endpoint, listenPort } = plan.network
    const port = listenPort + 5_000
    const after = await editNetwork(world.ctx, { networkId: plan.id, endpoint: '198.51.100.2:9', listenPort: port })
    const before = { endpointBefore: endpoint, listenPortBefore: listenPort }
    const state = await stateOf(world.ctx, plan.id)
    expect(after).toMatchObject({
      endpoint: '198.51.100.2:9',
      listenPort: port,
      ...before,
      movedRevision: state.revision,
    })
    expect(state.peers.find(({ kind }) => kind === 'hub')?.listenPort).toBe(port)
  })

  test('goes on from the first place when it moves again, and from the one between when it comes back', async () => {
    const plan = await plant(world.ctx)
    await createPeer(world.ctx, peerIn(plan))
    const first = plan.network.endpoint
    const [second, third] = ['198.51.100.2:9', '198.51.100.3:9']
    const to = (endpoint: string) => editNetwork(world.ctx, { networkId: plan.id, endpoint })
    await to(second)
    expect(await to(third)).toMatchObject({ endpoint: third, endpointBefore: first, listenPortBefore: null })
    expect(await to(first)).toMatchObject({ endpoint: first, endpointBefore: third })
  })

  test('stays known at both until an admin says that it is over, not in one breath with a move', async () => {
    const plan = await plant(world.ctx)
    await createPeer(world.ctx, peerIn(plan))
    const of = { networkId: plan.id }
    await editNetwork(world.ctx, { ...of, endpoint: '198.51.100.2:9' })
    expect(await editNetwork(world.ctx, { ...of, keepaliveS: 20 })).toMatchObject({
      endpointBefore: plan.network.endpoint,
    })
    await refused(editNetwork(world.ctx, { ...of, endpoint: '198.51.100.3:9', moveIsOver: true }), {
      kind: 'rule-broken',
      field: 'moveIsOver',
      says: 'begins now',
    })
    const over = await editNetwork(world.ctx, { ...of, moveIsOver: true })
    expect(over).toMatchObject({ endpoint: '198.51.100.2:9', endpointBefore: null, movedRevision: null })
  })

  test('has nothing to leave behind while nobody was told where it is', async () => {
    const plan = await plant(world.ctx)
    const after = await editNetwork(world.ctx, { networkId: plan.id, endpoint: '198.51.100.2:9' })
    expect(after).toMatchObject({ endpointBefore: null, movedRevision: null })
  })

  test('keeps its port of before from others, and takes nobody else’s', async () => {
    const [one, other] = [await plant(world.ctx), await plant(world.ctx)]
    await createPeer(world.ctx, peerIn(one))
    const { listenPort } = one.network
    await editNetwork(world.ctx, { networkId: one.id, listenPort: listenPort + 5_000 })
    const taken = { kind: 'conflict', field: 'listenPort', says: 'UDP port' } as const
    await refused(editNetwork(world.ctx, { networkId: other.id, listenPort }), { ...taken, says: 'still answers' })
    await refused(editNetwork(world.ctx, { networkId: other.id, listenPort: listenPort + 5_000 }), taken)
  })
})

test('how agents poll and whether the hub relays can be changed, for one peer too', async () => {
  const plan = await plant(world.ctx)
  const { peer } = await createPeer(world.ctx, peerIn(plan))
  const set = { relay: false, pollHoldS: 20, pollEveryS: 300 }
  expect(await editNetwork(world.ctx, { networkId: plan.id, ...set })).toMatchObject(set)
  expect(await editNetwork(world.ctx, { networkId: plan.id, pollEveryS: null })).toMatchObject({ pollEveryS: null })
  const of = { networkId: plan.id, peerId: peer.id }
  expect(await editPeer(world.ctx, { ...of, pollEveryS: 600 })).toMatchObject({ pollHoldS: null, pollEveryS: 600 })
  const device = await createPeer(world.ctx, { ...peerIn(plan), name: 'phone', kind: 'device' })
  await refused(editPeer(world.ctx, { networkId: plan.id, peerId: device.peer.id, pollHoldS: 10 }), {
    kind: 'rule-broken',
    field: 'pollHoldS',
    says: 'no agent',
  })
})

test('asking for what is so already is no change', async () => {
  const plan = await plant(world.ctx)
  const before = (await stateOf(world.ctx, plan.id)).revision
  await editNetwork(world.ctx, { networkId: plan.id, endpoint: plan.network.endpoint })
  expect((await stateOf(world.ctx, plan.id)).revision).toBe(before)
})

test('a hub that was set up anew has its new key on record', async () => {
  const plan = await plant(world.ctx, null)
  const [first, second] = [newKey(), newKey()]
  const set = await registerHubKey(world.ctx, { networkId: plan.id, publicKey: first })
  expect(set.peer.publicKey).toBe(first)
  expect(set.revision).toBe(2)
  expect((await registerHubKey(world.ctx, { networkId: plan.id, publicKey: first })).revision).toBeNull()
  expect((await registerHubKey(world.ctx, { networkId: plan.id, publicKey: second })).peer.publicKey).toBe(second)
})

test('the state of a network holds its rows, what was observed, and the clock of the server', async () => {
  const plan = await plant(world.ctx)
  const state = await networkState(world.ctx, { networkId: plan.id })
  expect(state).toMatchObject({ network: { id: plan.id }, revision: 2, status: [], hub: { connected: false } })
  expect(Math.abs(Date.parse(state.serverNow) - Date.now())).toBeLessThan(60_000)
  expect(JSON.stringify(state)).not.toMatch(/secret/i)
})

test('activity comes newest first, in pages', async () => {
  const plan = await plant(world.ctx)
  const [latest] = await listActivity(world.ctx, { networkId: plan.id, limit: 1 })
  expect(latest).toMatchObject({ revision: 2, kind: 'hub.key-set', actor: { kind: 'system', name: 'hub' } })
  const earlier = await listActivity(world.ctx, { networkId: plan.id, before: 2, limit: 10 })
  expect(earlier.map((change) => change.kind)).toEqual(['network.created'])
  await refused(listActivity(world.ctx, { networkId: 999_999, limit: 10 }), {
    kind: 'not-found',
    field: 'networkId',
    says: 'There is no such network.',
  })
})

test('what is suggested for a new network is free', async () => {
  const { prefix, listenPort, endpoints } = await suggestNetwork(world.ctx)
  expect(endpoints.every((endpoint) => endpoint.endsWith(`:${listenPort}`))).toBe(true)
  const made = await createNetwork(world.ctx, { name: 'suggested', prefix, endpoint: '203.0.113.7:3', listenPort })
  expect(made.listenPort).toBe(51821)
  expect((await suggestNetwork(world.ctx)).prefix).not.toBe(prefix)
})
