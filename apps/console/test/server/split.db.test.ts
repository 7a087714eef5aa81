import { recentChanges } from '@warren/db'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { undoChange } from '~/server/activity/undo-change.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { splitCidr } from '~/server/cidr/split-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
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
  lab = (await makeCidr('lab', '64.0/24', plan.root)).id
})

const makeCidr = (name: string, tail: string, parentId: number, isolated = false) =>
  createCidr(ctx, { networkId: plan.id, parentId, name, prefix: at(plan, tail), isolated })
const seat = async (name: string, tail: string, cidrId = lab) => {
  const made = { name, address: at(plan, tail), kind: 'device', publicKey: newKey(), isAdmin: false } as const
  return (await createPeer(ctx, { networkId: plan.id, cidrId, ...made })).peer
}
const split = (names: string[], cidrId = lab) => splitCidr(ctx, { networkId: plan.id, cidrId, names })
const now = () => stateOf(ctx, plan.id)

describe('splitting a CIDR', () => {
  test('fills it with equal parts by address; its peers keep theirs and sit in the part that holds them', async () => {
    const anna = await seat('anna', '64.9')
    const bert = await seat('bert', '64.200')
    const parts = await split(['a', 'b', 'c', 'd'])
    expect(parts.map(({ name, prefix, parentId }) => [name, prefix, parentId])).toEqual([
      ['a', at(plan, '64.0/26'), lab],
      ['b', at(plan, '64.64/26'), lab],
      ['c', at(plan, '64.128/26'), lab],
      ['d', at(plan, '64.192/26'), lab],
    ])
    const { peers } = await now()
    expect(peers.find((row) => row.id === anna.id)).toEqual({ ...anna, cidrId: parts[0]?.id })
    expect(peers.find((row) => row.id === bert.id)).toEqual({ ...bert, cidrId: parts[3]?.id })
    expect((await recentChanges(ctx.db, plan.id, { limit: 1 }))[0]?.kind).toBe('cidr.split')
  })

  test('is undone by one change', async () => {
    await seat('anna', '64.9')
    const { revision, ...before } = await now()
    await split(['a', 'b'])
    await undoChange(ctx, { networkId: plan.id, revision: revision + 1 })
    expect(await now()).toEqual({ revision: revision + 2, ...before })
  })

  test('makes isolated parts of an isolated one', async () => {
    const closed = await makeCidr('closed', '65.0/24', plan.root, true)
    expect((await split(['a', 'b'], closed.id)).map((row) => row.isolated)).toEqual([true, true])
  })

  test('also where the hub sits', async () => {
    const [first] = await split(['hubs', 'more'], plan.infra)
    expect((await now()).peers.find((row) => row.id === plan.hub)?.cidrId).toBe(first?.id)
  })

  test.each([
    [3, 'names', 'not 3'],
    [512, 'names', 'not 512'],
  ])('into %i parts is refused', async (count, field, says) => {
    const before = await now()
    const names = Array.from({ length: count }, (_, n) => `p${n}`)
    await refused(split(names), { kind: 'rule-broken', field, says })
    expect(await now()).toEqual(before)
  })

  test('is refused with names that are taken, or given twice', async () => {
    const about = { kind: 'conflict', field: 'names' } as const
    await refused(split(['infra', 'b']), { ...about, says: 'already is a CIDR named infra' })
    await refused(split(['a', 'a']), { ...about, says: 'cannot both be named a' })
  })

  test('is refused naming the peer whose address no part could give', async () => {
    await seat('edge', '64.128')
    const before = await now()
    await refused(split(['a', 'b']), { kind: 'rule-broken', field: 'cidrId', says: /^Move edge first: .*64\.128/ })
    expect(await now()).toEqual(before)
  })

  test('is refused where it is divided already', async () => {
    await makeCidr('bench', '64.16/28', lab)
    await refused(split(['a', 'b']), { kind: 'rule-broken', field: 'cidrId', says: 'divided already, into bench' })
  })
})
