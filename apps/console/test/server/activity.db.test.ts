import { changesSince } from '@warren/db'
import type { Change, CidrRow } from '@warren/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ListActivity, listActivity } from '~/server/activity/list-activity.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { renamePeer } from '~/server/peer/rename-peer.ts'
import { deed, runDeed } from './deeds.ts'
import { newKey, openWorld, type Plan, plant, refused, stateOf, type World } from './world.ts'

let world: World
let ctx: Ctx

beforeAll(async () => {
  world = await openWorld()
  ctx = world.ctx
})
afterAll(() => world.stop())

const all = (plan: Plan) => changesSince(ctx.db, plan.id, 0, 10_000)
const list = async (plan: Plan, filter: Partial<ListActivity>) =>
  (await listActivity(ctx, { networkId: plan.id, limit: 200, ...filter })).map(({ revision }) => revision)
const rowsIn = ({ before, after }: Change) => [before, after]

/** The rules as they are meant, without an index. */
const isAboutPeer = (change: Change, id: number) =>
  rowsIn(change).some(
    (rows) => rows.peers.some((row) => row.id === id) || rows.invitations.some((row) => row.peerId === id),
  )
const isAboutCidrs = (change: Change, ids: ReadonlySet<number | null>) =>
  rowsIn(change).some(
    (rows) =>
      rows.cidrs.some((row) => ids.has(row.id) || ids.has(row.parentId)) ||
      rows.associations.some((row) => ids.has(row.a) || ids.has(row.b)) ||
      rows.peers.some((row) => ids.has(row.cidrId)),
  )

function within(cidrs: readonly CidrRow[], id: number): Set<number> {
  const found = new Set([id])
  for (const row of cidrs) if (row.parentId === id) for (const inner of within(cidrs, row.id)) found.add(inner)
  return found
}

const newestFirst = (changes: readonly Change[]) => changes.map(({ revision }) => revision).reverse()

describe('the activity', () => {
  test('of a peer or a CIDR is what touched it, whichever way it is found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 8, maxLength: 20 }), fc.nat(), async (sequence, pick) => {
        const plan = await plant(ctx)
        for (const one of sequence) await runDeed(ctx, plan, one)
        const { cidrs, peers } = await stateOf(ctx, plan.id)
        const changes = await all(plan)
        const peerId = peers[pick % peers.length]?.id ?? 0
        const cidrId = cidrs.filter((row) => row.parentId !== null)[pick % (cidrs.length - 1)]?.id ?? 0
        const ofPeer = newestFirst(changes.filter((change) => isAboutPeer(change, peerId)))
        const ofCidr = newestFirst(changes.filter((change) => isAboutCidrs(change, within(cidrs, cidrId))))
        expect(await list(plan, { peerId })).toEqual(ofPeer)
        expect(await list(plan, { peerId, limit: 1 })).toEqual(ofPeer.slice(0, 1))
        expect(await list(plan, { cidrId })).toEqual(ofCidr)
        expect(await list(plan, { cidrId, limit: 2 })).toEqual(ofCidr.slice(0, 2))
        expect(await list(plan, { cidrId: plan.root })).toEqual(newestFirst(changes))
      }),
      { numRuns: 15 },
    )
  }, 60_000)

  test('is filtered by kind, by person and by page, all at once', async () => {
    const plan = await plant(ctx)
    const bert: Ctx = { ...ctx, actor: { kind: 'user', id: 2, name: 'bert' } }
    const made = { networkId: plan.id, cidrId: plan.root, kind: 'device', publicKey: newKey(), isAdmin: false } as const
    const { peer } = await createPeer(ctx, { ...made, name: 'anna' })
    const first = (await stateOf(ctx, plan.id)).revision
    for (const [n, who] of [bert, ctx, bert, ctx].entries()) {
      await renamePeer(who, { networkId: plan.id, peerId: peer.id, name: `name-${n}` })
    }
    expect(await list(plan, { kinds: ['peer.renamed'] })).toEqual([first + 4, first + 3, first + 2, first + 1])
    expect(await list(plan, { kinds: ['peer.created', 'network.created'] })).toEqual([first, 1])
    expect(await list(plan, { actor: 'bert' })).toEqual([first + 3, first + 1])
    expect(await list(plan, { actor: 'bert', peerId: peer.id, before: first + 3 })).toEqual([first + 1])
    expect(await list(plan, { actor: 'nobody' })).toEqual([])
  })

  test('of a network that is not there is refused, whatever is asked', async () => {
    const about = { kind: 'not-found', field: 'networkId', says: 'There is no such network.' } as const
    await refused(listActivity(ctx, { networkId: 9999, limit: 5 }), about)
    await refused(listActivity(ctx, { networkId: 9999, limit: 5, peerId: 1 }), about)
  })

  test('tells nothing of another network by its ids', async () => {
    const [own, other] = [await plant(ctx), await plant(ctx)]
    expect(await list(own, { peerId: other.hub })).toEqual([])
    expect(await list(own, { cidrId: other.root })).toEqual([])
  })
})
