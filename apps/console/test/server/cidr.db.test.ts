import type { CidrRow } from '@warren/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAssociation } from '~/server/association/create-association.ts'
import { deleteAssociation } from '~/server/association/delete-association.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { deleteCidr } from '~/server/cidr/delete-cidr.ts'
import { editCidr } from '~/server/cidr/edit-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { at, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx
let plan: Plan
let other: Plan

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
  other = await plant(ctx)
})
beforeEach(async () => {
  plan = await plant(ctx)
})
afterAll(() => world.stop())

const add = (name: string, tail: string, parentId = plan.root): Promise<CidrRow> =>
  createCidr(ctx, { networkId: plan.id, parentId, name, prefix: at(plan, tail), isolated: false })

const peerIn = async (cidrId: number, name: string, address?: string) =>
  (
    await createPeer(ctx, {
      networkId: plan.id,
      cidrId,
      name,
      kind: 'agent',
      publicKey: newKey(),
      isAdmin: false,
      ...(address === undefined ? {} : { address }),
    })
  ).peer

describe('creating a CIDR', () => {
  test('puts it where it was asked for', async () => {
    const created = await add('ops', '16.0/20')
    expect(created).toMatchObject({ parentId: plan.root, name: 'ops', prefix: at(plan, '16.0/20'), isolated: false })
    expect((await stateOf(ctx, plan.id)).cidrs).toContainEqual(created)
  })

  test('between a parent and its children takes in the children it holds', async () => {
    const inside = await add('inside', '16.0/24')
    const apart = await add('apart', '32.0/24')
    const between = await add('between', '16.0/20')
    const { cidrs } = await stateOf(ctx, plan.id)
    expect(cidrs.find((cidr) => cidr.id === inside.id)?.parentId).toBe(between.id)
    expect(cidrs.find((cidr) => cidr.id === apart.id)?.parentId).toBe(plan.root)
  })

  test('of a taken name is refused with the name', async () => {
    await add('ops', '16.0/20')
    await refused(add('ops', '32.0/20'), { kind: 'conflict', field: 'name', says: 'a CIDR named ops' })
  })

  test.each([
    ['outside its parent', '192.168.0.0/24', 'is not inside net-'],
    ['of the other IP version', 'fd00:1::/64', 'is IPv6, but this network is IPv4'],
  ])('%s is refused', async (_what, prefix, says) => {
    const input = { networkId: plan.id, parentId: plan.root, name: 'ops', prefix, isolated: false }
    await refused(createCidr(ctx, input), { kind: 'rule-broken', field: 'prefix', says })
  })

  test.each([
    ['the prefix of another', '16.0/20', 'is already the prefix of ops'],
    ['a part of another', '16.0/24', 'lies inside ops; add it there'],
    ['the place of a peer', '99.0/24', 'covers peers that sit directly in'],
  ])('at %s is refused', async (_what, tail, says) => {
    await add('ops', '16.0/20')
    await peerIn(plan.root, 'rooted', at(plan, '99.7'))
    await refused(add('late', tail), { kind: 'rule-broken', field: 'prefix', says })
  })

  test("under another network's parent is refused as if that did not exist", async () => {
    await refused(add('ops', '16.0/20', other.root), {
      kind: 'not-found',
      field: 'parentId',
      says: /^There is no such CIDR in this network\.$/,
    })
    await refused(add('ops', '16.0/20', 999_999), {
      kind: 'not-found',
      field: 'parentId',
      says: /^There is no such CIDR in this network\.$/,
    })
  })

  test('in a network that does not exist is refused', async () => {
    const input = { networkId: 999_999, parentId: plan.root, name: 'ops', prefix: '10.0.0.0/24', isolated: false }
    await refused(createCidr(ctx, input), { kind: 'not-found', says: 'network does not exist' })
  })

  test('by two admins at once with one prefix makes one', async () => {
    const results = await Promise.allSettled([add('left', '16.0/20'), add('right', '16.0/20')])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = results.find((result) => result.status === 'rejected')
    expect(String(lost?.reason)).toContain('is already the prefix of')
    expect((await stateOf(ctx, plan.id)).revision).toBe(3)
  })

  test('by two admins at once with one name makes one', async () => {
    const results = await Promise.allSettled([add('twin', '16.0/20'), add('twin', '32.0/20')])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = results.find((result) => result.status === 'rejected')
    expect(String(lost?.reason)).toContain('a CIDR named twin')
  })
})

describe('editing a CIDR', () => {
  const edit = (cidrId: number, patch: { name?: string; prefix?: string; isolated?: boolean }) =>
    editCidr(ctx, { networkId: plan.id, cidrId, ...patch })

  test('renames, resizes and isolates, each alone', async () => {
    const { id } = await add('ops', '16.0/20')
    expect(await edit(id, { name: 'operations' })).toMatchObject({ name: 'operations', prefix: at(plan, '16.0/20') })
    expect(await edit(id, { prefix: at(plan, '16.0/21') })).toMatchObject({ name: 'operations', isolated: false })
    expect(await edit(id, { isolated: true })).toMatchObject({ prefix: at(plan, '16.0/21'), isolated: true })
  })

  test('keeps its own name without objection', async () => {
    const { id } = await add('ops', '16.0/20')
    expect(await edit(id, { name: 'ops' })).toMatchObject({ name: 'ops' })
  })

  test('to the name of another is refused', async () => {
    const { id } = await add('ops', '16.0/20')
    await refused(edit(id, { name: 'infra' }), { kind: 'conflict', field: 'name', says: 'a CIDR named infra' })
  })

  test('to a prefix that leaves a peer out is refused, naming the peer', async () => {
    const { id } = await add('ops', '16.0/20')
    await peerIn(id, 'anna', at(plan, '31.7'))
    const says = /leaves out peers that are inside.*anna/
    await refused(edit(id, { prefix: at(plan, '16.0/24') }), { kind: 'rule-broken', field: 'prefix', says })
  })

  test('to a prefix over a sibling is refused, naming the sibling', async () => {
    const { id } = await add('ops', '16.0/20')
    await add('next', '32.0/20')
    const wide = { prefix: at(plan, '0.0/18') }
    await refused(edit(id, wide), { kind: 'rule-broken', field: 'prefix', says: /overlaps infra .* and next/ })
  })

  test('of another network is refused', async () => {
    await refused(edit(other.infra, { name: 'mine' }), { kind: 'not-found', field: 'cidrId', says: 'no such CIDR' })
  })
})

describe('deleting a CIDR', () => {
  const remove = (cidrId: number) => deleteCidr(ctx, { networkId: plan.id, cidrId })

  test('takes its associations with it', async () => {
    const { id } = await add('ops', '16.0/20')
    const association = await createAssociation(ctx, { networkId: plan.id, a: id, b: plan.infra })
    await remove(id)
    const after = await stateOf(ctx, plan.id)
    expect(after.cidrs.map((cidr) => cidr.id)).not.toContain(id)
    expect(after.associations.map((row) => row.id)).not.toContain(association.id)
  })

  test('leaves the tombstones that were in it without a place', async () => {
    const { id } = await add('ops', '16.0/20')
    const peer = await peerIn(id, 'anna')
    await deletePeer(ctx, { networkId: plan.id, peerId: peer.id })
    await remove(id)
    const tombstone = (await stateOf(ctx, plan.id)).peers.find((row) => row.id === peer.id)
    expect(tombstone).toMatchObject({ cidrId: null, address: peer.address })
  })

  test('that holds something is refused, naming what is inside', async () => {
    const { id } = await add('ops', '16.0/20')
    await add('inner', '16.0/24', id)
    await peerIn(id, 'anna')
    const says = 'ops is not empty; first move or delete what is inside: 1 CIDR (inner), 1 peer (anna).'
    await refused(remove(id), { kind: 'rule-broken', field: 'cidrId', says })
  })

  test('that is the root is refused', async () => {
    await refused(remove(plan.root), { kind: 'rule-broken', field: 'cidrId', says: 'is the root of the network' })
  })

  test('of another network is refused', async () => {
    await refused(remove(other.infra), { kind: 'not-found', field: 'cidrId', says: 'no such CIDR in this network' })
  })
})

describe('an association', () => {
  const associate = (a: number, b: number) => createAssociation(ctx, { networkId: plan.id, a, b })

  test('is stored in one order, however it is asked for', async () => {
    const [one, two] = [await add('one', '16.0/20'), await add('two', '32.0/20')]
    expect(await associate(two.id, one.id)).toMatchObject({ a: one.id, b: two.id })
  })

  test('is made once, in whichever order', async () => {
    const [one, two] = [await add('one', '16.0/20'), await add('two', '32.0/20')]
    await associate(one.id, two.id)
    const again = { kind: 'conflict', field: 'b', says: 'two and one are associated already.' } as const
    await refused(associate(two.id, one.id), again)
  })

  test('of a CIDR with itself is refused', async () => {
    await refused(associate(plan.root, plan.root), { kind: 'rule-broken', field: 'b', says: 'two different CIDRs' })
  })

  test.each(['a', 'b'] as const)("with another network's CIDR as %s is refused", async (side) => {
    const [a, b] = side === 'a' ? [other.root, plan.root] : [plan.root, other.root]
    await refused(associate(a, b), { kind: 'not-found', field: side, says: 'no such CIDR in this network' })
  })

  test('can be taken away, but not another network’s', async () => {
    const [mine] = (await stateOf(ctx, plan.id)).associations
    const [foreign] = (await stateOf(ctx, other.id)).associations
    await deleteAssociation(ctx, { networkId: plan.id, associationId: mine?.id ?? 0 })
    expect((await stateOf(ctx, plan.id)).associations).toEqual([])
    await refused(deleteAssociation(ctx, { networkId: plan.id, associationId: foreign?.id ?? 0 }), {
      kind: 'not-found',
      field: 'associationId',
      says: 'no such association in this network',
    })
    expect((await stateOf(ctx, other.id)).associations).toHaveLength(1)
  })

  test('asked for by two admins at once is made once', async () => {
    const [one, two] = [await add('one', '16.0/20'), await add('two', '32.0/20')]
    const results = await Promise.allSettled([associate(one.id, two.id), associate(two.id, one.id)])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})
