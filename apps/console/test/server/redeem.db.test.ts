import { secretHash } from '@warren/db'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ctx } from '~/server/ctx.ts'
import { registerHubKey } from '~/server/hub/register-hub-key.ts'
import { createInvitation } from '~/server/invitation/create-invitation.ts'
import { revokeInvitation } from '~/server/invitation/revoke-invitation.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { type Redemption, redeemPeer } from '~/server/peer/redeem-peer.ts'
import { rotateAged } from '~/server/peer/rotate-aged.ts'
import { rotateKey } from '~/server/peer/rotate-key.ts'
import { rotateKeys } from '~/server/peer/rotate-keys.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { keyChange, newHash, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx
let plan: Plan
let peerId: number
let invitationId: number

const invited = async (name: string) => {
  const { peer, invitation } = await createPeer(ctx, {
    networkId: plan.id,
    cidrId: plan.root,
    name,
    kind: 'agent',
    publicKey: newKey(),
    isAdmin: false,
  })
  return { peerId: peer.id, invitationId: invitation?.id ?? 0 }
}

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
})
beforeEach(async () => {
  plan = await plant(ctx)
  ;({ peerId, invitationId } = await invited('anna'))
})
afterAll(() => world.stop())

const bring = (more: Partial<Redemption> = {}): Redemption => ({
  invitationId,
  publicKey: newKey(),
  secretHash: newHash(),
  listenPort: null,
  now: new Date(),
  ...more,
})
/** What the peer does to get another key. */
async function rotate(how: Parameters<typeof keyChange>[2] = {}, id = peerId) {
  const row = (await stateOf(ctx, plan.id)).peers.find((peer) => peer.id === id)
  return rotateKey(ctx, { peerId: id, ...(await keyChange(plan.network.name, row ?? { id, publicKey: null }, how)) })
}
const anna = async () => (await stateOf(ctx, plan.id)).peers.find((peer) => peer.id === peerId)

describe('redeeming', () => {
  test('gives the peer its key, its secret and its port, in one change by the peer itself', async () => {
    const given = bring({ listenPort: 4000 })
    const { peer, network, networkId, revision } = await redeemPeer(ctx, given)
    expect(peer).toMatchObject({ id: peerId, publicKey: given.publicKey, listenPort: 4000 })
    expect(peer.redeemedAt).toBe(given.now.toISOString())
    expect({ network, networkId }).toEqual({ network: plan.network.name, networkId: plan.id })
    expect(await secretHash(world.db, peerId)).toBe(given.secretHash)
    const state = await stateOf(ctx, plan.id)
    expect(state.revision).toBe(revision)
    expect(state.invitations[0]?.redeemedAt).toBe(peer.redeemedAt)
    const { rows } = await world.db.pool.query(
      'SELECT actor, kind, before::text || after::text AS log FROM change WHERE network_id = $1 AND revision = $2',
      [plan.id, revision],
    )
    expect(rows[0]).toMatchObject({ kind: 'peer.redeemed', actor: { kind: 'peer', id: peerId, name: 'anna' } })
    expect(rows[0].log).not.toContain(given.secretHash)
  })

  test('may come by the address of the peer instead of the door of the invitation', async () => {
    const given = bring({ invitationId: undefined, peerId })
    expect((await redeemPeer(ctx, given)).peer.publicKey).toBe(given.publicKey)
  })

  test('again with the same key and secret is answered alike, without a change', async () => {
    const given = bring()
    const first = await redeemPeer(ctx, given)
    const again = await redeemPeer(ctx, { ...given, now: new Date() })
    expect(again).toEqual({ ...first, revision: null })
    expect((await redeemPeer(ctx, { ...given, invitationId: undefined, peerId })).revision).toBeNull()
  })

  test.each([
    ['another key', () => ({ publicKey: newKey() })],
    ['another secret', () => ({ secretHash: newHash() })],
    ['a shorter secret', () => ({ secretHash: '' })],
  ])('again with %s is refused as used', async (_what, other) => {
    const given = bring()
    await redeemPeer(ctx, given)
    await refused(redeemPeer(ctx, { ...given, ...other() }), { kind: 'conflict', says: 'was used already' })
    expect((await anna())?.publicKey).toBe(given.publicKey)
    expect(await secretHash(world.db, peerId)).toBe(given.secretHash)
  })

  test('an expired invitation says when it expired', async () => {
    const expiresAt = (await stateOf(ctx, plan.id)).invitations[0]?.expiresAt ?? ''
    const says = `expired at ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`
    await refused(redeemPeer(ctx, bring({ now: new Date(expiresAt) })), { kind: 'expired', says })
    expect(await anna()).toMatchObject({ publicKey: null, redeemedAt: null })
  })

  test('a revoked invitation says so', async () => {
    await revokeInvitation(ctx, { networkId: plan.id, invitationId })
    await refused(redeemPeer(ctx, bring()), { kind: 'forbidden', says: 'was revoked' })
  })

  test('an invitation that a newer one replaced is revoked; the newer one works', async () => {
    const given = bring()
    await redeemPeer(ctx, given)
    const newer = await createInvitation(ctx, { networkId: plan.id, peerId, temporaryKey: newKey() })
    await refused(redeemPeer(ctx, given), { kind: 'conflict', says: 'was used already' })
    const now = bring({ invitationId: newer.invitation?.id })
    expect((await redeemPeer(ctx, now)).peer.publicKey).toBe(now.publicKey)
  })

  test('a disabled peer is told so, and can join once it is enabled', async () => {
    const set = (enabled: boolean) => setPeerEnabled(ctx, { networkId: plan.id, peerId, enabled })
    const given = bring()
    await set(false)
    await refused(redeemPeer(ctx, given), { kind: 'forbidden', says: 'anna is disabled' })
    await set(true)
    expect((await redeemPeer(ctx, given)).peer.publicKey).toBe(given.publicKey)
  })

  test('a deleted peer is told so', async () => {
    await deletePeer(ctx, { networkId: plan.id, peerId })
    await refused(redeemPeer(ctx, bring()), { kind: 'forbidden', says: 'was deleted' })
  })

  test('an invitation that never was is refused', async () => {
    const gone = { kind: 'not-found', says: 'does not exist any more' } as const
    await refused(redeemPeer(ctx, bring({ invitationId: 999_999 })), gone)
    await refused(redeemPeer(ctx, bring({ invitationId: undefined, peerId: 999_999 })), gone)
    await refused(redeemPeer(ctx, bring({ invitationId: undefined })), gone)
  })

  test('with a key that somebody else has is refused, naming nobody', async () => {
    const bert = await invited('bert')
    const taken = newKey()
    await redeemPeer(ctx, bring({ ...bert, publicKey: taken }))
    const temporary = (await stateOf(ctx, plan.id)).invitations[0]?.temporaryKey ?? ''
    for (const publicKey of [taken, temporary]) {
      const says = /^That public key is in use in this network already; make a new key pair\.$/
      await refused(redeemPeer(ctx, bring({ publicKey })), { kind: 'conflict', field: 'publicKey', says })
    }
  })

  test('with the key of a deleted peer is refused: the hub still knows whose it was', async () => {
    const bert = await invited('bert')
    const publicKey = newKey()
    await redeemPeer(ctx, bring({ ...bert, publicKey }))
    await deletePeer(ctx, { networkId: plan.id, peerId: bert.peerId })
    const about = { kind: 'conflict', field: 'publicKey', says: 'in use in this network already' } as const
    await refused(redeemPeer(ctx, bring({ publicKey })), about)
    await redeemPeer(ctx, bring())
    await refused(rotate({ to: publicKey }), about)
  })
})

describe('two redemptions of one invitation at once', () => {
  test('with different keys: exactly one wins, and its key and secret stay', async () => {
    for (let round = 0; round < 5; round += 1) {
      const one = await invited(`round-${round}`)
      const both = [bring(one), bring(one)]
      const results = await Promise.allSettled(both.map((given) => redeemPeer(ctx, given)))
      expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
      const winner = both[results.findIndex((result) => result.status === 'fulfilled')]
      const row = (await stateOf(ctx, plan.id)).peers.find((peer) => peer.id === one.peerId)
      expect(row?.publicKey).toBe(winner?.publicKey)
      expect(await secretHash(world.db, one.peerId)).toBe(winner?.secretHash)
    }
  })

  test('with the same key and secret: both succeed, with one change', async () => {
    const given = bring()
    const before = (await stateOf(ctx, plan.id)).revision
    const results = await Promise.all([redeemPeer(ctx, given), redeemPeer(ctx, given)])
    expect(results.map((result) => result.revision).sort()).toEqual([before + 1, null])
    expect((await stateOf(ctx, plan.id)).revision).toBe(before + 1)
  })
})

describe('rotating a key', () => {
  test('replaces it; repeating that is no change', async () => {
    const { publicKey: first } = bring()
    await redeemPeer(ctx, bring({ publicKey: first }))
    const publicKey = newKey()
    const given = await keyChange(plan.network.name, { id: peerId, publicKey: first }, { to: publicKey })
    const { peer } = await rotateKey(ctx, { peerId, ...given })
    expect(peer).toMatchObject({ publicKey, rotations: [{ from: first, signature: given.signature }] })
    expect(Date.parse(peer.keySince ?? '')).toBeGreaterThanOrEqual(Date.parse(peer.redeemedAt ?? ''))
    expect((await rotateKey(ctx, { peerId, ...given })).revision).toBeNull()
  })

  test('takes the signature of the present key and no other', async () => {
    await redeemPeer(ctx, bring())
    const about = { kind: 'bad-input', field: 'signature', says: 'is not signed with the present one of anna' } as const
    await refused(rotate({ signedBy: newKey() }), about)
    const stale = await keyChange(plan.network.name, { id: peerId, publicKey: (await anna())?.publicKey ?? null })
    await rotate()
    await refused(rotateKey(ctx, { peerId, ...stale }), about)
    const foreign = await keyChange('other', { id: peerId, publicKey: (await anna())?.publicKey ?? null })
    await refused(rotateKey(ctx, { peerId, ...foreign }), about)
  })

  test('back to a key that it had is refused; the last four are kept', async () => {
    const first = newKey()
    await redeemPeer(ctx, bring({ publicKey: first }))
    await rotate()
    await refused(rotate({ to: first }), { kind: 'conflict', field: 'publicKey', says: 'had this key before' })
    for (let round = 0; round < 4; round += 1) await rotate()
    const row = await anna()
    expect(row?.rotations).toHaveLength(4)
    expect(row?.rotations.map(({ from }) => from)).not.toContain(first)
  })

  test('is over with a new invitation: the next key follows from none', async () => {
    await redeemPeer(ctx, bring())
    await rotate()
    await createInvitation(ctx, { networkId: plan.id, peerId, temporaryKey: newKey() })
    expect(await anna()).toMatchObject({ rotations: [], keySince: null, incarnation: 1, publicKey: null })
    await createInvitation(ctx, { networkId: plan.id, peerId, temporaryKey: newKey() })
    expect(await anna()).toMatchObject({ incarnation: 1 })
  })

  test('is for members only', async () => {
    await refused(rotate(), { kind: 'forbidden', says: 'anna has to join again' })
    await redeemPeer(ctx, bring())
    await setPeerEnabled(ctx, { networkId: plan.id, peerId, enabled: false })
    await refused(rotate(), { kind: 'forbidden', says: 'anna is disabled' })
    await deletePeer(ctx, { networkId: plan.id, peerId })
    await refused(rotate(), { kind: 'not-found', says: 'does not exist any more' })
    await refused(rotate({}, 999_999), { kind: 'not-found', says: 'does not exist any more' })
  })

  test("to another's key is refused; so is a hub that brings a member's key", async () => {
    await redeemPeer(ctx, bring())
    const bert = await invited('bert')
    const taken = newKey()
    await redeemPeer(ctx, bring({ ...bert, publicKey: taken }))
    const about = { kind: 'conflict', field: 'publicKey', says: 'in use in this network already' } as const
    await refused(rotate({ to: taken }), about)
    await refused(registerHubKey(ctx, { networkId: plan.id, publicKey: taken }), about)
  })
})

describe('asking for new keys', () => {
  const ask = (about: { peerIds?: number[]; cidrId?: number }) => rotateKeys(ctx, { networkId: plan.id, ...about })

  test('notes it at those who can, passes over the others, and is over with the new key', async () => {
    await redeemPeer(ctx, bring())
    const bert = await invited('bert')
    const innernet = await invited('innernet')
    await redeemPeer(ctx, bring({ ...innernet, secretHash: null }))
    const asked = await ask({ peerIds: [peerId, bert.peerId, innernet.peerId, plan.hub] })
    expect(asked.map(({ name }) => name)).toEqual(['anna'])
    expect((await anna())?.rotateAskedAt).not.toBeNull()
    await rotate()
    expect((await anna())?.rotateAskedAt).toBeNull()
  })

  test('twice is one change', async () => {
    await redeemPeer(ctx, bring())
    await ask({ peerIds: [peerId] })
    const { revision } = await stateOf(ctx, plan.id)
    expect((await ask({ cidrId: plan.root })).map(({ id }) => id)).toEqual([peerId])
    expect((await stateOf(ctx, plan.id)).revision).toBe(revision)
  })

  test('says what is missing', async () => {
    const none = { kind: 'rule-broken', says: 'None of these peers can change its key by itself' } as const
    await refused(ask({ peerIds: [peerId] }), { ...none, field: 'peerIds' })
    await refused(ask({ cidrId: plan.infra }), { ...none, field: 'cidrId' })
    await refused(ask({}), { kind: 'bad-input', field: 'peerIds', says: 'Say which peers' })
    await refused(ask({ cidrId: 999_999 }), { kind: 'not-found', field: 'cidrId', says: 'no such CIDR' })
  })
})

test('a network that wants its keys young asks for new ones when they are older, once', async () => {
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000)
  const asked = async (now: Date) =>
    (await rotateAged({ db: world.db }, now)).find(({ name }) => name === plan.network.name)
  await redeemPeer(ctx, bring())
  const innernet = await invited('innernet')
  await redeemPeer(ctx, bring({ ...innernet, secretHash: null }))
  expect(await asked(inDays(4000))).toBeUndefined()
  await editNetwork(ctx, { networkId: plan.id, rotateDays: 30 })
  expect(await asked(inDays(29))).toBeUndefined()
  expect(await asked(inDays(31))).toMatchObject({ asked: 1 })
  expect((await anna())?.rotateAskedAt).not.toBeNull()
  expect(await asked(inDays(32))).toBeUndefined()
  await rotate()
  expect((await anna())?.rotateAskedAt).toBeNull()
})
