import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Admin } from '../lab/admin.ts'
import { joinAll, type Member, mustWarren, settled } from '../lab/member.ts'
import { expectedMatrix, type Matrix } from '../lab/reach.ts'
import { hubServes, newNetwork } from '../lab/stack.ts'
import { Chance } from './chance.ts'
import { drawPlan, randomChange } from './random-network.ts'
import { type Town, town } from './town.ts'

/** One seed to replay, or five new ones; they stand in the titles. */
const seeds = process.env.WARREN_SEED
  ? [Number(process.env.WARREN_SEED)]
  : Array.from({ length: 5 }, () => Math.floor(Math.random() * 1_000_000))

const CHANGES = 5

let place: Town

beforeAll(async () => {
  place = await town({})
})
afterAll(() => place?.close())

describe('in a random tree, the pings answer as the rules say after each random change', () => {
  test.each(seeds.map((seed, i) => [seed, i] as const))(
    'WARREN_SEED=%i',
    async (seed, i) => {
      const chance = new Chance(seed)
      const network = await newNetwork(place.stack, {
        name: `net-${i}`,
        prefix: `10.${100 + i}.0.0/16`,
        listenPort: 52_000 + i,
      })
      await hubServes(place.stack, network)
      const admin = new Admin({ ctx: place.stack.ctx, network })
      const plan = drawPlan(chance, network.name, `10.${100 + i}`)
      for (const { name, prefix, parent, isolated } of plan.cidrs)
        await admin.addCidr(name, prefix, { parent, isolated })
      const who = plan.peers.map(async (peer) => ({ ...peer, host: await place.host(`${network.name}-${peer.name}`) }))
      const members = await joinAll(admin, await Promise.all(who))
      const history: string[] = []
      const check = async () =>
        expect(await settled(admin, members), history.join('; ')).toEqual(await rules(admin, members))

      await check()
      for (let n = 0; n < CHANGES; n += 1) {
        history.push(await randomChange(chance, admin, plan))
        await check()
      }
      // The next network needs their processors.
      await Promise.all(members.map(({ host }) => mustWarren(host, ['down'])))
    },
    120_000,
  )
})

/** What packages/cidr says now, for comparison after the pings. */
async function rules(admin: Admin, members: readonly Member[]): Promise<Matrix> {
  const snapshot = await admin.snapshot()
  return expectedMatrix(
    snapshot,
    members.map(({ name, host }) => ({ name, host, address: '' })),
  )
}
