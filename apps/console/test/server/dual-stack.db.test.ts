import { change } from '@warren/db'
import type { CidrRow, PeerRow } from '@warren/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { undoChange } from '~/server/activity/undo-change.ts'
import { addIpv6, removeIpv6 } from '~/server/cidr/add-ipv6.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { editCidr } from '~/server/cidr/edit-cidr.ts'
import { splitCidr } from '~/server/cidr/split-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createNetwork } from '~/server/network/create-network.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { moveMany } from '~/server/peer/move-many.ts'
import { movePeer } from '~/server/peer/move-peer.ts'
import { releaseAddress } from '~/server/peer/release-address.ts'
import { at, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx
let plan: Plan
let ula: string
let lab: CidrRow
let office: CidrRow

let planted = 0

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
})
afterAll(() => world.stop())
beforeEach(async () => {
  plan = await plant(ctx)
  planted += 1
  ula = `fd00:0:${planted}`
  lab = await makeCidr('lab', '64.0/24')
  office = await makeCidr('office', '96.0/24')
})

const makeCidr = (name: string, tail: string, more: { parentId?: number; prefix6?: string | null } = {}) =>
  createCidr(ctx, { networkId: plan.id, parentId: plan.root, name, prefix: at(plan, tail), isolated: false, ...more })
const seat = async (name: string, cidrId = lab.id, more: { address?: string; address6?: string } = {}) => {
  const made = { name, kind: 'device', publicKey: newKey(), isAdmin: false, ...more } as const
  return (await createPeer(ctx, { networkId: plan.id, cidrId, ...made })).peer
}
const now = () => stateOf(ctx, plan.id)
const add = (cidrId = plan.root, prefix6 = `${ula}::/48`) => addIpv6(ctx, { networkId: plan.id, cidrId, prefix6 })
const undo = async () => undoChange(ctx, { networkId: plan.id, revision: (await now()).revision })
const prefixes = async () => Object.fromEntries((await now()).cidrs.map((row) => [row.name, row.prefix6]))
const seats = async () => Object.fromEntries((await now()).peers.map((row) => [row.name, row.address6]))
const about = () => ({ networkId: plan.id })

describe('a network of two families', () => {
  test('can be one from the start: the root, infra and the hub have both', async () => {
    const input = { name: `both-${planted}`, prefix: `10.${200 + planted}.0.0/16`, prefix6: `fd01:0:${planted}::/48` }
    const both = await createNetwork(ctx, { ...input, endpoint: '203.0.113.7:51820', listenPort: 30_000 + planted })
    const { cidrs, peers } = await stateOf(ctx, both.id)
    expect(cidrs.map(({ prefix, prefix6 }) => [prefix, prefix6])).toEqual([
      [input.prefix, input.prefix6],
      [`10.${200 + planted}.0.0/24`, `fd01:0:${planted}::/64`],
    ])
    expect(peers).toMatchObject([{ address: `10.${200 + planted}.0.1`, address6: `fd01:0:${planted}::1` }])
  })

  test.each([
    ['10.99.0.0/16', /not an IPv6 prefix/, 'rule-broken'],
    ['fd09::/126', /no room for a network/, 'rule-broken'],
    ['fd00::/127', /too small/, 'rule-broken'],
  ] as const)('is not made with %s beside its IPv4 prefix', async (prefix6, says, kind) => {
    const input = { name: 'odd', prefix: '10.250.0.0/16', prefix6, endpoint: '203.0.113.7:51820', listenPort: 31_000 }
    await refused(createNetwork(ctx, input), { kind, field: 'prefix6', says })
  })

  test('overlaps no other network in either family, and its hub is not reached through it', async () => {
    await add()
    const input = { name: 'odd', prefix: '10.250.0.0/16', endpoint: '203.0.113.7:51820', listenPort: 31_000 }
    const overlapping = createNetwork(ctx, { ...input, prefix6: `${ula}:1::/64` })
    await refused(overlapping, {
      kind: 'conflict',
      field: 'prefix6',
      says: `overlaps the network ${plan.network.name}`,
    })
    const inside = createNetwork(ctx, { ...input, prefix6: 'fd02::/48', endpoint: '[fd02::7]:51820' })
    await refused(inside, { kind: 'rule-broken', field: 'endpoint', says: 'lies inside fd02::/48' })
    const second = await plant(ctx)
    const taken = addIpv6(ctx, { networkId: second.id, cidrId: second.root, prefix6: `${ula}::/52` })
    await refused(taken, { kind: 'conflict', field: 'prefix6', says: 'overlaps the network' })
  })

  test('an IPv6 network gets no second family', async () => {
    const input = { name: 'six', prefix: 'fd03::/48', endpoint: '203.0.113.7:51820', listenPort: 31_003 }
    const six = await createNetwork(ctx, input)
    const root = (await stateOf(ctx, six.id)).cidrs.find((row) => row.parentId === null)
    const second = addIpv6(ctx, { networkId: six.id, cidrId: root?.id ?? 0, prefix6: 'fd04::/48' })
    await refused(second, { kind: 'rule-broken', field: 'prefix6', says: 'six is an IPv6 network as it is' })
  })
})

describe('adding IPv6 to a running network', () => {
  test('gives every CIDR a part and every peer an address, in one change, and is undone by one', async () => {
    const [anna, bert] = [await seat('anna'), await seat('bert', office.id)]
    const gone = await seat('gone')
    await deletePeer(ctx, { ...about(), peerId: gone.id })
    const before = await now()
    await add()
    expect(await prefixes()).toEqual({
      [plan.network.name]: `${ula}::/48`,
      infra: `${ula}::/64`,
      lab: `${ula}:1::/64`,
      office: `${ula}:2::/64`,
    })
    expect(await seats()).toEqual({ hub: `${ula}::1`, anna: `${ula}:1::1`, bert: `${ula}:2::1`, gone: null })
    expect((await now()).revision).toBe(before.revision + 1)
    expect((await now()).peers.map(({ address }) => address)).toEqual(before.peers.map(({ address }) => address))
    await undo()
    expect(await now()).toEqual({ ...before, revision: before.revision + 2 })
    expect([anna.address6, bert.address6]).toEqual([null, null])
  })

  test('can be done to a part of the tree whose parent has IPv6', async () => {
    await seat('anna')
    const inside = await makeCidr('inside', '96.0/26', { parentId: office.id })
    await refused(add(office.id, `${ula}:5::/64`), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: `${plan.network.name} has no IPv6 prefix that office could have a part of`,
    })
    await editCidr(ctx, { ...about(), cidrId: plan.root, prefix6: `${ula}::/48` })
    await add(office.id, `${ula}:5::/64`)
    expect(await prefixes()).toMatchObject({ office: `${ula}:5::/64`, [inside.name]: `${ula}:5::/65`, lab: null })
    expect(await seats()).toEqual({ hub: null, anna: null })
  })

  test('is refused with its reason', async () => {
    await refused(add(plan.root, '192.168.0.0/16'), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: 'not an IPv6 prefix',
    })
    await refused(add(plan.root, `${ula}::/126`), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: /no room .* choose \//,
    })
    await add()
    await refused(add(), { kind: 'rule-broken', field: 'cidrId', says: 'has IPv6 already' })
    await refused(add(office.id, `${ula}:9::/64`), { kind: 'rule-broken', field: 'cidrId', says: 'has IPv6 already' })
  })

  test('takes ten thousand peers along', async () => {
    const big = await makeCidr('big', '128.0/17')
    const many = Array.from({ length: 10_000 }, (_, n) => ({
      cidrId: big.id,
      name: `p${n}`,
      address: at(plan, `${128 + Math.floor((n + 1) / 256)}.${(n + 1) % 256}`),
      kind: 'agent' as const,
      publicKey: null,
      enabled: true,
      isAdmin: false,
      listenPort: null,
      endpointOverride: null,
      redeemedAt: null,
      deletedAt: null,
    }))
    for (let from = 0; from < many.length; from += 2000) {
      await change(ctx.db, { ...about(), actor: ctx.actor, kind: 'peer.created' }, (tx) =>
        tx.insertMany('peers', many.slice(from, from + 2000)),
      )
    }
    const before = await now()
    await add()
    const { peers } = await now()
    expect(new Set(peers.map((row) => row.address6)).size).toBe(10_001)
    expect(peers.find((row) => row.name === 'p9999')?.address6).toBe(`${ula}:3::2710`)
    await undo()
    expect((await now()).peers).toEqual(before.peers)
  }, 120_000)

  test('is taken away again, and what a deleted peer had comes back to nobody unasked', async () => {
    await add()
    const [anna, bert] = [await seat('anna'), await seat('bert')]
    await deletePeer(ctx, { ...about(), peerId: anna.id })
    const before = await now()
    await removeIpv6(ctx, { ...about(), cidrId: plan.root })
    expect(Object.values(await prefixes()).filter(Boolean)).toEqual([])
    expect(await seats()).toEqual({ hub: null, anna: `${ula}:1::1`, bert: null })
    await refused(removeIpv6(ctx, { ...about(), cidrId: lab.id }), {
      kind: 'rule-broken',
      field: 'cidrId',
      says: 'lab has no IPv6 prefix',
    })
    await undo()
    expect(await now()).toEqual({ ...before, revision: before.revision + 2 })

    await removeIpv6(ctx, { ...about(), cidrId: plan.root })
    await add()
    expect(await seats()).toEqual({ hub: `${ula}::1`, anna: `${ula}:1::1`, bert: `${ula}:1::2` })
    await releaseAddress(ctx, { ...about(), peerId: anna.id })
    expect((await seat('carl')).address6).toBe(`${ula}:1::1`)
    expect(bert.address6).toBe(`${ula}:1::2`)
  })
})

describe('CIDRs in a network of two families', () => {
  beforeEach(async () => {
    await add()
  })

  test('get a part by themselves, the one asked for, or none', async () => {
    expect(await makeCidr('one', '32.0/24')).toMatchObject({ prefix6: `${ula}:100::/56` })
    expect(await makeCidr('two', '33.0/24', { prefix6: `${ula}:777::/64` })).toMatchObject({
      prefix6: `${ula}:777::/64`,
    })
    const none = await makeCidr('none', '34.0/24', { prefix6: null })
    expect(none.prefix6).toBeNull()
    expect(await makeCidr('within', '34.0/25', { parentId: none.id })).toMatchObject({ prefix6: null })
    await refused(makeCidr('three', '35.0/24', { prefix6: `${ula}:1::/64` }), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: `${ula}:1::/64 is already the prefix of lab.`,
    })
    await refused(makeCidr('four', '34.128/25', { parentId: none.id, prefix6: `${ula}:9::/64` }), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: 'none has no IPv6 prefix that four could have a part of',
    })
  })

  test('are put between others where their prefixes hold the same ones', async () => {
    // lab and office have parts 1 and 2, which no prefix holds without 0 or 3.
    await refused(makeCidr('around', '64.0/18'), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: 'No IPv6 prefix holds',
    })
    await refused(makeCidr('around', '64.0/18', { prefix6: null }), {
      kind: 'rule-broken',
      field: 'prefix6',
      says: 'around needs an IPv6 prefix as long as what is inside has one: lab and office.',
    })
    await removeIpv6(ctx, { ...about(), cidrId: office.id })
    await editCidr(ctx, { ...about(), cidrId: office.id, prefix6: `${ula}:10::/64` })
    await removeIpv6(ctx, { ...about(), cidrId: lab.id })
    await editCidr(ctx, { ...about(), cidrId: lab.id, prefix6: `${ula}:11::/64` })
    const around = await makeCidr('around', '64.0/18')
    expect(around.prefix6).toBe(`${ula}:10::/63`)
    expect((await now()).cidrs.filter((row) => row.parentId === around.id).map((row) => row.name)).toEqual([
      'lab',
      'office',
    ])
    await undo()
    expect(await prefixes()).not.toHaveProperty('around')
  })

  test('grow, shrink and lose their prefix only as far as what is in them fits', async () => {
    const anna = await seat('anna')
    const edit = (prefix6: string | null, cidrId = lab.id) => editCidr(ctx, { ...about(), cidrId, prefix6 })
    const rule = (says: string) => ({ kind: 'rule-broken', field: 'prefix6', says }) as const
    await refused(edit(`${ula}:9::/64`), rule('leaves out peers that are inside; move them first: anna'))
    await refused(edit(`${ula}::/63`), rule('overlaps infra'))
    await refused(edit(null, plan.root), rule('needs an IPv6 prefix as long as what is inside has one'))
    expect(await edit(`${ula}:1::/112`)).toMatchObject({ prefix6: `${ula}:1::/112` })
    await edit(null)
    expect((await seats()).anna).toBeNull()
    await edit(`${ula}:9::/64`)
    expect((await seats()).anna).toBe(`${ula}:9::1`)
    await undo()
    expect((await seats()).anna).toBeNull()
    expect(anna.address6).toBe(`${ula}:1::1`)
  })

  test('are split in both families, and peers keep the IPv6 address only where it is right', async () => {
    const [anna, bert, carl] = [
      await seat('anna', lab.id, { address: at(plan, '64.9') }),
      await seat('bert', lab.id, { address: at(plan, '64.200') }),
      await seat('carl', lab.id, { address: at(plan, '64.201'), address6: `${ula}:1:8000::5` }),
    ]
    const before = await now()
    const parts = await splitCidr(ctx, { ...about(), cidrId: lab.id, names: ['left', 'right'] })
    expect(parts.map((row) => row.prefix6)).toEqual([`${ula}:1::/65`, `${ula}:1:8000::/65`])
    expect(await seats()).toMatchObject({
      anna: anna.address6,
      bert: `${ula}:1:8000::1`,
      carl: `${ula}:1:8000::5`,
    })
    expect([bert.address6, carl.address6]).toEqual([`${ula}:1::2`, `${ula}:1:8000::5`])
    await undo()
    expect(await now()).toEqual({ ...before, revision: before.revision + 2 })
  })

  test('too small in IPv6 are not split', async () => {
    const tiny = await makeCidr('tiny', '32.0/24', { prefix6: `${ula}:9::/126` })
    const split = splitCidr(ctx, { ...about(), cidrId: tiny.id, names: ['a', 'b'] })
    await refused(split, {
      kind: 'rule-broken',
      field: 'names',
      says: `tiny (${ula}:9::/126) is too small`.slice(0, 6),
    })
  })
})

describe('peers in a network of two families', () => {
  let bare: CidrRow
  beforeEach(async () => {
    await add()
    bare = await makeCidr('bare', '128.0/24', { prefix6: null })
  })
  const place = async (row: PeerRow) => (await now()).peers.find(({ id }) => id === row.id)

  test('get the next free address, the one asked for, or none where there is no prefix', async () => {
    expect((await seat('anna')).address6).toBe(`${ula}:1::1`)
    expect((await seat('bert', lab.id, { address6: `${ula}:1::77` })).address6).toBe(`${ula}:1::77`)
    expect((await seat('carl', bare.id)).address6).toBeNull()
    const rule = (says: string) => ({ kind: 'rule-broken', field: 'address6', says }) as const
    await refused(seat('dora', lab.id, { address6: `${ula}:1::77` }), rule('is taken by bert'))
    await refused(seat('dora', lab.id, { address6: `${ula}:2::1` }), rule('is not inside lab'))
    await refused(seat('dora', lab.id, { address6: `${ula}:1::` }), rule('keeps for routers'))
    await refused(seat('dora', bare.id, { address6: `${ula}:9::1` }), rule('bare has no IPv6 prefix'))
    await refused(seat('dora', plan.root, { address6: `${ula}:1::9` }), rule('belongs to lab'))
    expect((await seat('dora', plan.root)).address6).toBe(`${ula}:3::`)
  })

  test('get new addresses where they move, one by one or together', async () => {
    const [anna, bert] = [await seat('anna'), await seat('bert')]
    const moved = await movePeer(ctx, { ...about(), peerId: anna.id, cidrId: office.id })
    expect(moved.address6).toBe(`${ula}:2::1`)
    const chosen = { peerId: anna.id, cidrId: office.id, address6: `${ula}:2::99` }
    expect(await movePeer(ctx, { ...about(), ...chosen })).toMatchObject({
      address: moved.address,
      address6: `${ula}:2::99`,
    })
    await moveMany(ctx, { ...about(), peerIds: [anna.id, bert.id], cidrId: bare.id })
    expect(await place(anna)).toMatchObject({ cidrId: bare.id, address6: null })
    expect(await place(bert)).toMatchObject({ cidrId: bare.id, address6: null })
    await moveMany(ctx, { ...about(), peerIds: [anna.id, bert.id], cidrId: office.id })
    expect([(await place(anna))?.address6, (await place(bert))?.address6]).toEqual([`${ula}:2::1`, `${ula}:2::2`])
    await undo()
    expect(await place(bert)).toMatchObject({ cidrId: bare.id, address6: null })
  })

  test('leave both addresses behind, and come back with both', async () => {
    const anna = await seat('anna')
    await deletePeer(ctx, { ...about(), peerId: anna.id })
    await refused(seat('bert', lab.id, { address6: `${ula}:1::1` }), {
      kind: 'rule-broken',
      field: 'address6',
      says: 'belonged to anna, which was deleted',
    })
    await undo()
    expect(await place(anna)).toMatchObject({ address6: anna.address6, deletedAt: null })
  })
})
