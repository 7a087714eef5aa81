import { recentChanges } from '@warren/db'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { undoChange } from '~/server/activity/undo-change.ts'
import { undoable } from '~/server/activity/undoable.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createMany } from '~/server/invitation/create-many.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deleteMany } from '~/server/peer/delete-many.ts'
import { moveMany } from '~/server/peer/move-many.ts'
import { setManyEnabled } from '~/server/peer/set-enabled-many.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { at, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx
let plan: Plan
let lab: number

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
})
afterAll(() => world.stop())
beforeEach(async () => {
  plan = await plant(ctx)
  const made = { parentId: plan.root, name: 'lab', prefix: at(plan, '64.0/28'), isolated: false }
  lab = (await createCidr(ctx, { networkId: plan.id, ...made })).id
})

const add = (name: string, kind: 'agent' | 'device' = 'agent') =>
  createPeer(ctx, { networkId: plan.id, cidrId: plan.root, name, kind, publicKey: newKey(), isAdmin: false })

const addMany = async (names: readonly string[]) => {
  const peers = []
  for (const name of names) peers.push((await add(name)).peer)
  return peers
}
const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)
const now = () => stateOf(ctx, plan.id)
const last = async () => (await recentChanges(ctx.db, plan.id, { limit: 1 }))[0]

describe('many peers at once', () => {
  test('are disabled as one change, and enabled again', async () => {
    const peers = await addMany(['anna', 'bert'])
    const { revision } = await now()
    const rows = await setManyEnabled(ctx, { networkId: plan.id, peerIds: idsOf(peers), enabled: false })
    expect(rows).toMatchObject([
      { name: 'anna', enabled: false },
      { name: 'bert', enabled: false },
    ])
    expect(await last()).toMatchObject({ kind: 'peers.disabled', revision: revision + 1 })
    await setManyEnabled(ctx, { networkId: plan.id, peerIds: idsOf(peers), enabled: true })
    expect(await last()).toMatchObject({ kind: 'peers.enabled', revision: revision + 2 })
  })

  test('that are so already make no revision', async () => {
    const peers = await addMany(['anna', 'bert'])
    const before = await now()
    await setManyEnabled(ctx, { networkId: plan.id, peerIds: idsOf(peers), enabled: true })
    expect(await now()).toEqual(before)
  })

  test('with the hub among them are refused, and none of them changes', async () => {
    const peers = await addMany(['anna', 'bert'])
    const before = await now()
    const many = { networkId: plan.id, peerIds: [...idsOf(peers), plan.hub] }
    const about = { kind: 'rule-broken', field: 'peerIds' } as const
    await refused(setManyEnabled(ctx, { ...many, enabled: false }), { ...about, says: /^hub is a hub/ })
    await refused(deleteMany(ctx, many), { ...about, says: /^hub is a hub/ })
    await refused(moveMany(ctx, { ...many, cidrId: lab }), { ...about, says: /^hub is a hub/ })
    expect(await now()).toEqual(before)
  })

  test('are deleted as one change: tombstones keep their addresses, invitations end', async () => {
    const peers = await addMany(['anna', 'bert'])
    await deleteMany(ctx, { networkId: plan.id, peerIds: [...idsOf(peers), ...idsOf(peers)] })
    expect(await last()).toMatchObject({ kind: 'peers.deleted' })
    const after = await now()
    const tombstones = after.peers.filter((row) => row.deletedAt !== null)
    expect(tombstones.map((row) => row.address)).toEqual(peers.map((row) => row.address))
    expect(after.invitations.map((row) => row.revokedAt)).not.toContain(null)
  })

  test('move into one CIDR, each to the next free address', async () => {
    const peers = await addMany(['anna', 'bert', 'cora'])
    const [anna] = peers
    await moveMany(ctx, { networkId: plan.id, peerIds: [anna?.id ?? 0], cidrId: lab })
    const rows = await moveMany(ctx, { networkId: plan.id, peerIds: idsOf(peers), cidrId: lab })
    expect(rows.map((row) => row.address)).toEqual([at(plan, '64.1'), at(plan, '64.2'), at(plan, '64.3')])
    expect(await last()).toMatchObject({ kind: 'peers.moved', before: { peers: [{ name: 'bert' }, { name: 'cora' }] } })
  })

  test('that do not fit are told how many would, and none of them moves', async () => {
    const peers = await addMany(Array.from({ length: 16 }, (_, n) => `p${n}`))
    const before = await now()
    await refused(moveMany(ctx, { networkId: plan.id, peerIds: idsOf(peers), cidrId: lab }), {
      kind: 'rule-broken',
      field: 'cidrId',
      says: `lab (${at(plan, '64.0/28')}) has room for 14 of these 16 peers`,
    })
    expect(await now()).toEqual(before)
  })

  test('are invited again as one change, in the order asked, each with its own key', async () => {
    const [anna, bert] = await addMany(['anna', 'bert'])
    const cora = (await add('cora', 'device')).peer
    const asked = [bert, cora, anna].map((row) => ({ peerId: row?.id ?? 0, temporaryKey: newKey() }))
    const invited = await createMany(ctx, { networkId: plan.id, invitations: asked })
    expect(invited.map(({ peer }) => peer.name)).toEqual(['bert', 'cora', 'anna'])
    expect(invited.map(({ invitation }) => invitation?.temporaryKey)).toEqual([
      asked[0]?.temporaryKey,
      undefined,
      asked[2]?.temporaryKey,
    ])
    expect(invited[1]?.peer.publicKey).toBe(asked[1]?.temporaryKey)
    expect(await last()).toMatchObject({ kind: 'peers.invited' })
  })

  test('are not invited when one of them cannot be, who is named', async () => {
    const [anna, bert] = await addMany(['anna', 'bert'])
    await setPeerEnabled(ctx, { networkId: plan.id, peerId: bert?.id ?? 0, enabled: false })
    const before = await now()
    const invite = (ids: (number | undefined)[], key = () => newKey()) =>
      createMany(ctx, {
        networkId: plan.id,
        invitations: ids.map((id) => ({ peerId: id ?? 0, temporaryKey: key() })),
      })
    const about = { field: 'invitations' } as const
    await refused(invite([anna?.id, bert?.id]), { ...about, kind: 'rule-broken', says: /^bert is disabled/ })
    await refused(invite([anna?.id, anna?.id]), { ...about, kind: 'bad-input', says: 'comes twice' })
    const one = newKey()
    await refused(invite([anna?.id, plan.hub]), { ...about, kind: 'rule-broken', says: /^hub is a hub/ })
    const [used] = before.invitations
    await refused(
      invite([anna?.id], () => (used ? newKeyOf(used.temporaryKey) : one)),
      {
        ...about,
        kind: 'conflict',
        says: 'in use',
      },
    )
    expect(await now()).toEqual(before)
  })
})

const newKeyOf = (key: string) => key as ReturnType<typeof newKey>

describe('two thousand peers', () => {
  test('move, are invited, are deleted and come back, each within the time that packages/db gives a change', async () => {
    const made = { parentId: plan.root, name: 'wide', prefix: at(plan, '128.0/20'), isolated: false }
    const wide = await createCidr(ctx, { networkId: plan.id, ...made })
    // Written past the verbs: two thousand of these would outlast the test.
    await ctx.db.pool.query(
      `INSERT INTO peer (network_id, cidr_id, name, address, kind, public_key, redeemed_at)
       SELECT $1, $2, 'p' || n, $3::inet + n, 'device', encode(sha256(('k' || n)::bytea), 'base64'), now()
       FROM generate_series(1000, 2999) AS n`,
      [plan.id, plan.root, at(plan, '0.0')],
    )
    const peerIds = idsOf((await now()).peers.filter((row) => row.kind !== 'hub'))
    const before = (await now()).peers
    const many = { networkId: plan.id, peerIds }
    const undoLast = async () => undoChange(ctx, { networkId: plan.id, revision: (await now()).revision })

    const rows = await moveMany(ctx, { ...many, cidrId: wide.id })
    expect(new Set(rows.map((row) => row.address)).size).toBe(2000)
    await undoLast()
    expect((await now()).peers).toEqual(before)
    const invitations = peerIds.map((peerId) => ({ peerId, temporaryKey: newKey() }))
    await createMany(ctx, { networkId: plan.id, invitations })
    await deleteMany(ctx, many)
    await undoLast()
    expect((await now()).peers.filter((row) => row.deletedAt !== null)).toEqual([])
    const { revision } = await now()
    const revisions = Array.from({ length: 5 }, (_, n) => revision - n)
    const judged = await undoable(ctx, { networkId: plan.id, revisions })
    expect(judged.map(({ why }) => why)).toEqual([
      null,
      `It was undone already (revision ${revision}).`,
      null,
      null,
      `It was undone already (revision ${revision - 3}).`,
    ])
  }, 120_000)
})
