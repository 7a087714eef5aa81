import { type ListedTrial, listTrials, recentChanges } from '@warren/db'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { TrialKeeper } from '~/coordinator/trials.ts'
import { undoChange } from '~/server/activity/undo-change.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { movePeer } from '~/server/peer/move-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { settleTrial } from '~/server/trial/settle-trial.ts'
import { at, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from '../server/world.ts'

let world: World
let keepers: TrialKeeper[] = []
let count = 0

beforeAll(async () => {
  world = await openWorld()
})
afterAll(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  await world.stop()
})

/** Keepers as several coordinators have them; the schema's least time is for people, not for tests. */
async function keep(many: number): Promise<() => Promise<void>> {
  const mine = Array.from({ length: many }, () => new TrialKeeper(world.db, () => {}))
  keepers = mine
  await Promise.all(mine.map((keeper) => keeper.start()))
  return async () => {
    await Promise.all(mine.map((keeper) => keeper.stop()))
    keepers = []
  }
}

const SOON = 0.3
const LATER = 600

async function peerIn(plan: Plan) {
  count += 1
  const made = {
    cidrId: plan.root,
    name: `peer-${count}`,
    kind: 'device',
    publicKey: newKey(),
    isAdmin: false,
  } as const
  return (await createPeer(world.ctx, { networkId: plan.id, ...made })).peer
}

/** A peer that is disabled on trial for so many seconds, and the revision of that. */
async function cut(confirmWithinS: number) {
  const plan = await plant(world.ctx)
  const peer = await peerIn(plan)
  await setPeerEnabled(world.ctx, { networkId: plan.id, peerId: peer.id, enabled: false, confirmWithinS })
  const { revision } = await stateOf(world.ctx, plan.id)
  return { plan, peer, revision, about: { networkId: plan.id, revision } }
}

async function trialOf({ networkId, revision }: { networkId: number; revision: number }): Promise<ListedTrial> {
  const trial = (await listTrials(world.db, networkId)).find((one) => one.revision === revision)
  if (!trial) throw new Error('there is no trial')
  return trial
}

const settles = (about: { networkId: number; revision: number }, state: string) =>
  vi.waitFor(async () => expect(await trialOf(about)).toMatchObject({ state }), { timeout: 20_000, interval: 50 })

const isEnabled = async (plan: Plan, id: number) =>
  (await stateOf(world.ctx, plan.id)).peers.find((row) => row.id === id)?.enabled

test('two coordinators take back once what nobody confirmed in time', async () => {
  const stop = await keep(2)
  const { plan, peer, revision, about } = await cut(SOON)
  expect(await trialOf(about)).toMatchObject({
    state: 'open',
    kind: 'peer.disabled',
    actor: { name: 'anna' },
    why: null,
  })
  await settles(about, 'reverted')
  expect(await isEnabled(plan, peer.id)).toBe(true)
  const changes = await recentChanges(world.db, plan.id, { limit: 5 })
  expect(changes[0]?.revision).toBe(revision + 1)
  expect(changes[0]).toMatchObject({
    kind: 'change.reverted',
    undoes: revision,
    actor: { kind: 'system', id: null, name: 'trial' },
  })
  expect(changes.filter((change) => change.kind === 'change.reverted')).toHaveLength(1)
  await stop()
})

test('what fell due while no coordinator ran is taken back at the next start', async () => {
  const { plan, peer, about } = await cut(SOON)
  await vi.waitFor(async () => {
    const { rows } = await world.db.pool.query('SELECT until < now() AS due FROM trial WHERE network_id = $1', [
      plan.id,
    ])
    expect(rows).toEqual([{ due: true }])
  })
  expect(await trialOf(about)).toMatchObject({ state: 'open' })
  const stop = await keep(1)
  await settles(about, 'reverted')
  expect(await isEnabled(plan, peer.id)).toBe(true)
  await stop()
})

test('a confirmed change stays when its time is over', async () => {
  const { plan, peer, about } = await cut(SOON)
  await settleTrial(world.ctx, { ...about, keep: true })
  const other = await cut(SOON)
  const stop = await keep(1)
  await settles(other.about, 'reverted')
  expect(await trialOf(about)).toMatchObject({ state: 'confirmed', settledBy: { name: 'anna' } })
  expect(await isEnabled(plan, peer.id)).toBe(false)
  await stop()
})

test('a change that something later keeps from being taken back is stuck, with the reason', async () => {
  const plan = await plant(world.ctx)
  const peer = await peerIn(plan)
  const move = { networkId: plan.id, peerId: peer.id }
  await movePeer(world.ctx, { ...move, cidrId: plan.infra, confirmWithinS: 1 })
  const about = { networkId: plan.id, revision: (await stateOf(world.ctx, plan.id)).revision }
  await movePeer(world.ctx, { ...move, cidrId: plan.root, address: at(plan, '9.9') })
  const later = await peerIn(plan)
  const stop = await keep(2)
  await settles(about, 'stuck')
  const why = `${peer.name} was moved again since (revision ${about.revision + 1}).`
  expect(await trialOf(about)).toMatchObject({ why })
  expect((await recentChanges(world.db, plan.id, { limit: 1 }))[0]?.after.peers[0]?.id).toBe(later.id)
  await refused(settleTrial(world.ctx, { ...about, keep: true }), {
    kind: 'conflict',
    field: 'revision',
    says: `could not be taken back: ${why}`,
  })
  await stop()
})

test('a trial whose change somebody brought back by hand ends without another change', async () => {
  const { plan, peer, revision, about } = await cut(SOON)
  await setPeerEnabled(world.ctx, { networkId: plan.id, peerId: peer.id, enabled: true })
  const stop = await keep(1)
  await settles(about, 'reverted')
  expect((await stateOf(world.ctx, plan.id)).revision).toBe(revision + 1)
  await stop()
})

test('of two who settle a trial at once, one wins and the other is told how', async () => {
  for (const keep of [true, false]) {
    const { plan, peer, about } = await cut(LATER)
    const bert = { ...world.ctx, actor: { kind: 'user', id: 2, name: 'bert' } as const }
    const settled = await Promise.allSettled([
      settleTrial(world.ctx, { ...about, keep }),
      settleTrial(bert, { ...about, keep: !keep }),
    ])
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const loser = settled.find((one) => one.status === 'rejected')
    const { state, settledBy } = await trialOf(about)
    const says = state === 'confirmed' ? 'confirmed this change already; it stays.' : 'took this change back already.'
    expect(String(loser?.reason?.message)).toBe(`${settledBy?.name} ${says}`)
    expect(await isEnabled(plan, peer.id)).toBe(state === 'reverted')
  }
})

test('undoing a change by hand ends its trial', async () => {
  const { about } = await cut(LATER)
  await undoChange(world.ctx, about)
  expect(await trialOf(about)).toMatchObject({ state: 'reverted', settledBy: { name: 'anna' } })
  await refused(settleTrial(world.ctx, { ...about, keep: true }), {
    kind: 'conflict',
    field: 'revision',
    says: 'anna took this change back already.',
  })
})

test('a change that is on no trial has nothing to settle', async () => {
  const plan = await plant(world.ctx)
  for (const keep of [true, false]) {
    const work = settleTrial(world.ctx, { networkId: plan.id, revision: 1, keep })
    await refused(work, { kind: 'not-found', field: 'revision', says: 'There is no such trial in this network.' })
  }
})
