import { changesSince, secretHash, secretHashes } from '@warren/db'
import { type CreatePeer, staleHandout } from '@warren/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { undoChange } from '~/server/activity/undo-change.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createInvitation } from '~/server/invitation/create-invitation.ts'
import { revokeInvitation } from '~/server/invitation/revoke-invitation.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { editPeer } from '~/server/peer/edit-peer.ts'
import { movePeer } from '~/server/peer/move-peer.ts'
import { redeemPeer } from '~/server/peer/redeem-peer.ts'
import { releaseAddress } from '~/server/peer/release-address.ts'
import { renamePeer } from '~/server/peer/rename-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { at, newHash, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx
let plan: Plan
let other: Plan
let ops: number

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
  other = await plant(ctx)
})
beforeEach(async () => {
  plan = await plant(ctx)
  ops = await cidr('ops', '16.0/29')
})
afterAll(() => world.stop())

const cidr = async (name: string, tail: string) =>
  (
    await createCidr(ctx, {
      networkId: plan.id,
      parentId: plan.root,
      name,
      prefix: at(plan, tail),
      isolated: false,
    })
  ).id

const input = (name: string, more: Partial<CreatePeer> = {}): CreatePeer => ({
  networkId: plan.id,
  cidrId: ops,
  name,
  kind: 'agent',
  publicKey: newKey(),
  isAdmin: false,
  ...more,
})
const add = (name: string, more: Partial<CreatePeer> = {}) => createPeer(ctx, input(name, more))

const joined = async (name: string, more: Partial<CreatePeer> = {}) => {
  const { peer, invitation } = await add(name, more)
  const key = { publicKey: newKey(), secretHash: newHash(), listenPort: null, now: new Date() }
  await redeemPeer(ctx, { invitationId: invitation?.id, ...key })
  return { ...peer, ...key }
}
const rowOf = async (id: number) => (await stateOf(ctx, plan.id)).peers.find((peer) => peer.id === id)

describe('creating a peer', () => {
  test('gives an agent the next free address and an open invitation for its temporary key', async () => {
    const temporaryKey = newKey()
    const { peer, invitation, join } = await add('anna', { publicKey: temporaryKey, listenPort: 4000 })
    expect(peer).toMatchObject({ address: at(plan, '16.1'), kind: 'agent', publicKey: null, redeemedAt: null })
    expect(invitation).toMatchObject({ peerId: peer.id, temporaryKey, redeemedAt: null, revokedAt: null })
    const hours = (Date.parse(invitation?.expiresAt ?? '') - Date.parse(invitation?.createdAt ?? '')) / 3_600_000
    expect(hours).toBe(plan.network.invitationHours)
    expect(join).toMatchObject({ network: plan.network.name, prefix: plan.prefix, address: at(plan, '16.1') })
    expect(join).toMatchObject({ externalEndpoint: plan.network.endpoint, listenPort: 4000, peerName: 'anna' })
    expect(join.internalEndpoint).toBe(`${at(plan, '0.1')}:${plan.network.apiPort}`)
    expect(join.hubKey).toBe((await rowOf(plan.hub))?.publicKey)
  })

  test('makes a device a member at once, with the key it was given and no invitation', async () => {
    const publicKey = newKey()
    const { peer, invitation, join } = await add('phone', { kind: 'device', publicKey })
    expect(peer).toMatchObject({ kind: 'device', publicKey, redeemedAt: expect.any(String) })
    expect(invitation).toBeNull()
    expect(join.expiresAt).toBeNull()
  })

  test('gives addresses out in order and passes over taken ones', async () => {
    await add('second', { address: at(plan, '16.2') })
    const names = ['first', 'third']
    const peers = [await add('first'), await add('third')]
    expect(peers.map(({ peer }) => [peer.name, peer.address])).toEqual([
      [names[0], at(plan, '16.1')],
      [names[1], at(plan, '16.3')],
    ])
  })

  test('in a full CIDR is refused, naming the CIDR', async () => {
    const tiny = await cidr('tiny', '20.0/30')
    await add('one', { cidrId: tiny })
    await add('two', { cidrId: tiny })
    const says = /^tiny \(10\.\d+\.20\.0\/30\) is full: no address in it is free/
    await refused(add('three', { cidrId: tiny }), { kind: 'rule-broken', field: 'cidrId', says })
  })

  test.each([
    ['outside its CIDR', '17.1', 'is not inside ops'],
    ['that is the network address', '16.0', 'is the network address of'],
    ['that is the broadcast address', '16.7', 'is the broadcast address of'],
    ['that is taken', '16.1', 'is taken by anna'],
  ])('with an address %s is refused', async (_what, tail, says) => {
    await add('anna')
    await refused(add('bert', { address: at(plan, tail) }), { kind: 'rule-broken', field: 'address', says })
  })

  test('with an address of a smaller CIDR is refused', async () => {
    const inRoot = { cidrId: plan.root, address: at(plan, '16.1') }
    await refused(add('bert', inRoot), { kind: 'rule-broken', field: 'address', says: 'belongs to ops' })
  })

  test('of a taken name is refused with the name', async () => {
    await add('anna')
    await refused(add('anna'), { kind: 'conflict', field: 'name', says: 'a peer named anna' })
  })

  test('may take the name that a deleted peer had', async () => {
    const { peer } = await add('anna')
    await deletePeer(ctx, { networkId: plan.id, peerId: peer.id })
    expect((await add('anna')).peer.id).not.toBe(peer.id)
  })

  test('with a key that is in use is refused, as a temporary and as a lasting one', async () => {
    const anna = await joined('anna')
    const { invitation } = await add('bert')
    const again = { kind: 'conflict', field: 'publicKey', says: 'in use in this network already' } as const
    await refused(add('carl', { publicKey: anna.publicKey }), again)
    await refused(add('dora', { kind: 'device', publicKey: anna.publicKey }), again)
    await refused(add('emil', { publicKey: (invitation?.temporaryKey ?? '') as typeof anna.publicKey }), again)
  })

  test('before the hub has a key is refused with what to do', async () => {
    plan = await plant(ctx, null)
    await refused(add('anna', { cidrId: plan.root }), {
      kind: 'unavailable',
      says: /has not made its key yet.*start the hub/,
    })
    expect((await stateOf(ctx, plan.id)).peers).toHaveLength(1)
  })

  test('as an admin that is a device is refused', async () => {
    const device = { kind: 'device', isAdmin: true } as const
    await refused(add('phone', device), { kind: 'rule-broken', field: 'isAdmin', says: 'runs no agent' })
  })

  test("in another network's CIDR is refused", async () => {
    await refused(add('anna', { cidrId: other.root }), { kind: 'not-found', field: 'cidrId', says: 'no such CIDR' })
  })

  test.each([
    ['name', { name: 'twin' }, { name: 'twin' }, 'a peer named twin'],
    ['address', { name: 'left' }, { name: 'right' }, 'is taken by'],
  ])('by two admins at once with one %s makes one', async (what, left, right, says) => {
    const address = (last: number) => at(plan, `16.${what === 'address' ? 1 : last}`)
    const results = await Promise.allSettled([
      add(left.name, { address: address(1) }),
      add(right.name, { address: address(2) }),
    ])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(String(results.find((result) => result.status === 'rejected')?.reason)).toContain(says)
  })

  test('by two admins at once without an address gives each its own', async () => {
    const both = await Promise.all([add('left'), add('right')])
    expect(new Set(both.map(({ peer }) => peer.address)).size).toBe(2)
  })
})

describe('moving a peer', () => {
  test('gives it the next address of the CIDR it goes to', async () => {
    const { peer } = await add('anna')
    const dev = await cidr('dev', '32.0/24')
    const moved = await movePeer(ctx, { networkId: plan.id, peerId: peer.id, cidrId: dev })
    expect(moved).toMatchObject({ cidrId: dev, address: at(plan, '32.1') })
  })

  test('to where its address may stay leaves it the address', async () => {
    const { peer } = await add('anna', { cidrId: plan.root, address: at(plan, '99.7') })
    const moved = await movePeer(ctx, { networkId: plan.id, peerId: peer.id, cidrId: plan.root })
    expect(moved.address).toBe(at(plan, '99.7'))
  })

  test('to an address that is asked for checks it', async () => {
    const { peer } = await add('anna')
    await add('bert', { address: at(plan, '16.3') })
    const to = (tail: string) =>
      movePeer(ctx, { networkId: plan.id, peerId: peer.id, cidrId: ops, address: at(plan, tail) })
    expect((await to('16.4')).address).toBe(at(plan, '16.4'))
    await refused(to('16.3'), { kind: 'rule-broken', field: 'address', says: 'is taken by bert' })
  })

  test.each([
    ['a peer of another network', () => ({ peerId: other.hub, cidrId: ops }), 'not-found', 'peerId', 'no such peer'],
    [
      'to another network',
      (own: number) => ({ peerId: own, cidrId: other.root }),
      'not-found',
      'cidrId',
      'no such CIDR',
    ],
    ['the hub', () => ({ peerId: plan.hub, cidrId: ops }), 'rule-broken', 'peerId', 'is a hub and stays'],
  ] as const)('%s is refused', async (_what, where, kind, field, says) => {
    const { peer } = await add('anna')
    await refused(movePeer(ctx, { networkId: plan.id, ...where(peer.id) }), { kind, field, says })
  })
})

describe('a peer', () => {
  test('can be renamed, but not to a name that is taken', async () => {
    const { peer } = await add('anna')
    await add('bert')
    const rename = (name: string) => renamePeer(ctx, { networkId: plan.id, peerId: peer.id, name })
    expect(await rename('anne')).toMatchObject({ name: 'anne' })
    await refused(rename('bert'), { kind: 'conflict', field: 'name', says: 'a peer named bert' })
  })

  test('is disabled and enabled again; asking twice is one change', async () => {
    const { peer } = await add('anna')
    const set = (enabled: boolean) => setPeerEnabled(ctx, { networkId: plan.id, peerId: peer.id, enabled })
    const { revision } = await stateOf(ctx, plan.id)
    expect(await set(false)).toMatchObject({ enabled: false })
    await set(false)
    expect(await set(true)).toMatchObject({ enabled: true })
    const changes = await changesSince(world.db, plan.id, revision, 10)
    expect(changes.map((change) => change.kind)).toEqual(['peer.disabled', 'peer.enabled'])
  })

  test('can be made an admin and told its endpoint, one without the other', async () => {
    const { peer } = await add('anna')
    const edit = (patch: { isAdmin?: boolean; endpointOverride?: string | null }) =>
      editPeer(ctx, { networkId: plan.id, peerId: peer.id, ...patch })
    await edit({ isAdmin: true })
    expect(await edit({ endpointOverride: '198.51.100.4:51820' })).toMatchObject({ isAdmin: true })
    expect(await edit({ endpointOverride: null })).toMatchObject({ isAdmin: true, endpointOverride: null })
  })

  test('that is a device cannot be made an admin', async () => {
    const { peer } = await add('phone', { kind: 'device' })
    const admin = editPeer(ctx, { networkId: plan.id, peerId: peer.id, isAdmin: true })
    await refused(admin, { kind: 'rule-broken', field: 'isAdmin', says: 'runs no agent' })
  })

  test('that is a device is known by what it was handed: stale when it moves, until it is handed anew or changed by hand', async () => {
    const stale = async (id: number) => {
      const { network, cidrs, peers } = await stateOf(ctx, plan.id)
      const root = cidrs.find(({ parentId }) => parentId === null)
      const [peer, hub] = [id, plan.hub].map((wanted) => peers.find((row) => row.id === wanted))
      if (!root || !peer || !hub) throw new Error('a row is missing')
      return staleHandout({ peer, network, root, hubKey: hub.publicKey }).map(({ line }) => line)
    }
    const { peer } = await add('phone', { kind: 'device' })
    expect(peer.handed).toMatchObject({ address: peer.address, allowed: [plan.prefix] })
    expect(await stale(peer.id)).toEqual([])

    const it = { networkId: plan.id, peerId: peer.id }
    const moved = await movePeer(ctx, { ...it, cidrId: await cidr('far', '32.0/24') })
    expect(await stale(peer.id)).toEqual([`Address = ${moved.address}/32`])
    const again = await createInvitation(ctx, { ...it, temporaryKey: newKey() })
    expect(again.peer.handed).toMatchObject({ address: moved.address })
    expect(await stale(peer.id)).toEqual([])

    await movePeer(ctx, { ...it, cidrId: ops })
    expect(await stale(peer.id)).toHaveLength(1)
    const { publicKey } = await editPeer(ctx, { ...it, handed: true })
    expect(publicKey).toBe(again.peer.publicKey)
    expect(await stale(peer.id)).toEqual([])
    const { revision } = await stateOf(ctx, plan.id)
    await undoChange(ctx, { networkId: plan.id, revision })
    expect(await stale(peer.id)).toHaveLength(1)
  })

  test('that has an agent has no configuration that could be changed by hand', async () => {
    const { peer } = await add('anna')
    expect(peer.handed).toBeNull()
    const edit = editPeer(ctx, { networkId: plan.id, peerId: peer.id, handed: true })
    await refused(edit, { kind: 'rule-broken', field: 'handed', says: 'configures itself' })
  })

  test('that is the hub can be neither disabled nor deleted', async () => {
    const hub = { networkId: plan.id, peerId: plan.hub }
    const about = { kind: 'rule-broken', field: 'peerId' } as const
    await refused(setPeerEnabled(ctx, { ...hub, enabled: false }), { ...about, says: 'cannot be disabled' })
    await refused(deletePeer(ctx, hub), { ...about, says: 'cannot be deleted' })
  })

  test('that is deleted leaves a tombstone; its invitation ends and its secret counts no more', async () => {
    const anna = await joined('anna')
    const bert = await add('bert')
    for (const peer of [anna, bert.peer]) await deletePeer(ctx, { networkId: plan.id, peerId: peer.id })
    const after = await stateOf(ctx, plan.id)
    expect(await rowOf(anna.id)).toMatchObject({ deletedAt: expect.any(String), address: anna.address })
    expect(after.invitations.find((row) => row.id === bert.invitation?.id)?.revokedAt).not.toBeNull()
    expect(await secretHash(world.db, anna.id)).toBeNull()
    expect((await secretHashes(world.db, plan.id)).has(anna.id)).toBe(false)
  })

  test('that is deleted keeps its address until the address is released', async () => {
    const { peer } = await add('anna')
    await deletePeer(ctx, { networkId: plan.id, peerId: peer.id })
    await refused(add('bert', { address: peer.address }), {
      kind: 'rule-broken',
      field: 'address',
      says: 'belonged to anna, which was deleted; release the address',
    })
    expect((await add('carl')).peer.address).toBe(at(plan, '16.2'))
    await releaseAddress(ctx, { networkId: plan.id, peerId: peer.id })
    expect(await rowOf(peer.id)).toBeUndefined()
    expect((await add('bert', { address: peer.address })).peer.address).toBe(peer.address)
  })

  test('that is alive keeps its address', async () => {
    const { peer } = await add('anna')
    const release = releaseAddress(ctx, { networkId: plan.id, peerId: peer.id })
    await refused(release, { kind: 'rule-broken', field: 'peerId', says: 'anna is not deleted' })
  })

  test('that is deleted can be neither changed nor deleted again', async () => {
    const { peer } = await add('anna')
    const it = { networkId: plan.id, peerId: peer.id }
    await deletePeer(ctx, it)
    const gone = { kind: 'not-found', field: 'peerId', says: /^There is no such peer in this network\.$/ } as const
    for (const work of [
      () => deletePeer(ctx, it),
      () => renamePeer(ctx, { ...it, name: 'anne' }),
      () => movePeer(ctx, { ...it, cidrId: ops }),
      () => setPeerEnabled(ctx, { ...it, enabled: false }),
      () => editPeer(ctx, { ...it, isAdmin: true }),
      () => createInvitation(ctx, { ...it, temporaryKey: newKey() }),
    ]) {
      await refused(work(), gone)
    }
  })
})

describe('inviting again', () => {
  const invite = (peerId: number, temporaryKey = newKey()) =>
    createInvitation(ctx, { networkId: plan.id, peerId, temporaryKey })

  test('ends the earlier invitation of a peer that never joined', async () => {
    const first = await add('anna')
    const second = await invite(first.peer.id)
    const { invitations } = await stateOf(ctx, plan.id)
    expect(invitations.find((row) => row.id === first.invitation?.id)?.revokedAt).not.toBeNull()
    expect(invitations.find((row) => row.id === second.invitation?.id)).toMatchObject({ revokedAt: null })
    expect(second.join).toMatchObject({ address: first.peer.address, peerName: 'anna' })
  })

  test('takes key and secret from a peer that had joined', async () => {
    const anna = await joined('anna')
    expect(await secretHash(world.db, anna.id)).toBe(anna.secretHash)
    const { peer } = await invite(anna.id)
    expect(peer).toMatchObject({ publicKey: null, redeemedAt: null })
    expect(await secretHash(world.db, anna.id)).toBeNull()
  })

  test('gives a device its new key', async () => {
    const { peer } = await add('phone', { kind: 'device' })
    const key = newKey()
    const again = await invite(peer.id, key)
    expect(again).toMatchObject({ peer: { publicKey: key, redeemedAt: expect.any(String) }, invitation: null })
  })

  test('the hub, a disabled peer or a stranger is refused', async () => {
    const { peer } = await add('anna')
    await setPeerEnabled(ctx, { networkId: plan.id, peerId: peer.id, enabled: false })
    await refused(invite(plan.hub), { kind: 'rule-broken', field: 'peerId', says: 'joins by no invitation' })
    await refused(invite(peer.id), { kind: 'rule-broken', field: 'peerId', says: 'anna is disabled' })
    await refused(invite(other.hub), { kind: 'not-found', field: 'peerId', says: 'no such peer' })
  })

  test('with a temporary key that was used before is refused', async () => {
    const { peer, invitation } = await add('anna')
    const used = (invitation?.temporaryKey ?? '') as ReturnType<typeof newKey>
    const about = { kind: 'conflict', field: 'temporaryKey', says: 'in use in this network already' } as const
    await refused(invite(peer.id, used), about)
  })
})

describe('revoking an invitation', () => {
  const revoke = (invitationId = 0) => revokeInvitation(ctx, { networkId: plan.id, invitationId })

  test('ends it and leaves the peer', async () => {
    const { peer, invitation } = await add('anna')
    expect((await revoke(invitation?.id)).revokedAt).not.toBeNull()
    expect(await rowOf(peer.id)).toMatchObject({ deletedAt: null, enabled: true })
  })

  test('that has ended says how it ended', async () => {
    const revoked = await add('anna')
    await revoke(revoked.invitation?.id)
    await joined('bert')
    const used = (await stateOf(ctx, plan.id)).invitations.find((row) => row.redeemedAt !== null)
    const expired = await add('carl')
    await world.db.pool.query(
      `UPDATE invitation SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = $1`,
      [expired.invitation?.id],
    )
    const about = { kind: 'conflict', field: 'invitationId' } as const
    await refused(revoke(revoked.invitation?.id), { ...about, says: 'was revoked already' })
    await refused(revoke(used?.id), { ...about, says: 'was used' })
    await refused(revoke(expired.invitation?.id), { ...about, says: 'has expired' })
  })

  test('of another network is refused', async () => {
    const { invitation } = await createPeer(ctx, { ...input('anna'), networkId: other.id, cidrId: other.root })
    await refused(revoke(invitation?.id), { kind: 'not-found', field: 'invitationId', says: 'no such invitation' })
  })
})
