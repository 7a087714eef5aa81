import { recentChanges, type Snapshot } from '@warren/db'
import { Refusal } from '@warren/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { undoChange } from '~/server/activity/undo-change.ts'
import { undoable } from '~/server/activity/undoable.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { setManyEnabled } from '~/server/peer/set-enabled-many.ts'
import { type Deed, deed, runDeed } from './deeds.ts'
import { at, newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
})
afterAll(() => world.stop())

/** A network's rows, without its revision. */
async function rowsOf(plan: Plan): Promise<Omit<Snapshot, 'revision'>> {
  const { revision: _, ...rows } = await stateOf(ctx, plan.id)
  return rows
}

const revisionOf = async (plan: Plan) => (await stateOf(ctx, plan.id)).revision

/** What the log says of the last change. */
const lastChange = async (plan: Plan) => (await recentChanges(ctx.db, plan.id, { limit: 1 }))[0]

/** Kinds that are never taken back; a test of their own says why. */
const NEVER = /^(network\.created|peer\.redeemed|peer\.key-rotated|hub\.key-set|address\.released)$/

async function undo(plan: Plan, revision: number): Promise<string | null> {
  try {
    await undoChange(ctx, { networkId: plan.id, revision })
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

let count = 0
async function peerIn(plan: Plan, cidrId: number) {
  count += 1
  const made = { name: `device-${count}`, kind: 'device', publicKey: newKey(), isAdmin: false } as const
  return (await createPeer(ctx, { networkId: plan.id, cidrId, ...made })).peer
}

/** Runs deeds until one changed something; answers the rows before that one, null when none did. */
async function beforeLast(plan: Plan, deeds: readonly Deed[]): Promise<Omit<Snapshot, 'revision'> | null> {
  let before: Omit<Snapshot, 'revision'> | null = null
  for (const one of deeds) {
    const rows = await rowsOf(plan)
    const revision = await revisionOf(plan)
    await runDeed(ctx, plan, one)
    if ((await revisionOf(plan)) > revision) before = rows
  }
  return before
}

const deeds = (length: number) => fc.array(deed, { minLength: 1, maxLength: length })

test('undoing the last change restores every row, and redoing it brings every row back', async () => {
  await fc.assert(
    fc.asyncProperty(deeds(12), async (sequence) => {
      const plan = await plant(ctx)
      const before = await beforeLast(plan, sequence)
      const change = await lastChange(plan)
      if (!before || !change || NEVER.test(change.kind)) return
      const after = await rowsOf(plan)
      expect(await undo(plan, change.revision)).toBeNull()
      expect(await rowsOf(plan)).toEqual(before)
      expect(await lastChange(plan)).toMatchObject({ kind: 'change.undone', undoes: change.revision })
      expect(await undo(plan, change.revision + 1)).toBeNull()
      expect(await rowsOf(plan)).toEqual(after)
    }),
    { numRuns: 30 },
  )
}, 120_000)

test('any change is either undone as announced, or refused as announced with nothing changed', async () => {
  await fc.assert(
    fc.asyncProperty(deeds(14), fc.nat(), async (sequence, pick) => {
      const plan = await plant(ctx)
      for (const one of sequence) await runDeed(ctx, plan, one)
      const last = await revisionOf(plan)
      const revision = 1 + (pick % last)
      const before = await stateOf(ctx, plan.id)
      const [announced] = await undoable(ctx, { networkId: plan.id, revisions: [revision] })
      const refusal = await undo(plan, revision)
      expect(refusal).toBe(announced?.why)
      if (refusal === null) expect(await revisionOf(plan)).toBe(last + 1)
      else {
        expect(await stateOf(ctx, plan.id)).toEqual(before)
        expect(refusal).toMatch(/^[A-Z0-9a-z].*[^.]\.$/)
      }
    }),
    { numRuns: 30 },
  )
}, 120_000)

test('somebody who administers one subtree undoes what lies in it, and nothing else', async () => {
  const plan = await plant(ctx)
  const about = { networkId: plan.id, parentId: plan.root, isolated: false }
  const own = await createCidr(ctx, { ...about, name: 'own', prefix: at(plan, '64.0/24') })
  const subtree = { networkId: plan.id, cidrId: own.id }
  const bound: Ctx = { ...ctx, standing: { role: 'admin', subtree } }
  const inside = await peerIn(plan, own.id)
  const outside = await peerIn(plan, plan.root)
  const { revision } = await stateOf(ctx, plan.id)
  const peerIds = [inside.id, outside.id]
  await setManyEnabled(ctx, { networkId: plan.id, peerIds, enabled: false })
  const before = await stateOf(ctx, plan.id)
  await refused(undoChange(bound, { networkId: plan.id, revision: revision + 1 }), {
    kind: 'forbidden',
    says: `${outside.name} is not in own`,
  })
  expect(await stateOf(ctx, plan.id)).toEqual(before)
  await setManyEnabled(ctx, { networkId: plan.id, peerIds: [outside.id], enabled: true })
  expect(await undoChange(bound, { networkId: plan.id, revision: revision + 1 })).toEqual({ revision: revision + 3 })
})

test('undoing twice is refused, naming the first time', async () => {
  const plan = await plant(ctx)
  const peer = await peerIn(plan, plan.root)
  const { revision } = await stateOf(ctx, plan.id)
  await setManyEnabled(ctx, { networkId: plan.id, peerIds: [peer.id], enabled: false })
  expect(await undo(plan, revision + 1)).toBeNull()
  expect(await undo(plan, revision + 1)).toBe(`It was undone already (revision ${revision + 2}).`)
  await refused(undoChange(ctx, { networkId: plan.id, revision: 999 }), {
    kind: 'not-found',
    field: 'revision',
    says: 'There is no such change in this network.',
  })
})

test('two who undo the same at once: one does, the other is told', async () => {
  const plan = await plant(ctx)
  const peer = await peerIn(plan, plan.root)
  const { revision } = await stateOf(ctx, plan.id)
  await setManyEnabled(ctx, { networkId: plan.id, peerIds: [peer.id], enabled: false })
  const told = await Promise.all([undo(plan, revision + 1), undo(plan, revision + 1)])
  expect(told.filter((why) => why === null)).toHaveLength(1)
  expect(told).toContain(`It was undone already (revision ${revision + 2}).`)
})
