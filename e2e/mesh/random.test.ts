import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Admin } from '../lab/admin.ts'
import { joinAll, mustWarren, reached, settled } from '../lab/member.ts'
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
      const { admin, plan, members } = await plant(chance, i)
      const history: string[] = []
      await reached(admin, members)
      for (let n = 0; n < CHANGES; n += 1) {
        history.push(await randomChange(chance, admin, plan))
        await reached(admin, members).catch((cause: unknown) => {
          throw new Error(`After: ${history.join('; ')}`, { cause })
        })
      }
      const { matrix } = await reached(admin, members)
      expect(await settled(admin, members)).toEqual(matrix)
      // The next network needs their processors.
      await Promise.all(members.map(({ host }) => mustWarren(host, ['down'])))
    },
    120_000,
  )
})

/** The n-th network of the file, as chance will have it, with everybody joined. */
async function plant(chance: Chance, n: number) {
  const start = `10.${100 + n}`
  const about = { name: `net-${n}`, prefix: `${start}.0.0/16`, listenPort: 52_000 + n }
  const network = await newNetwork(place.stack, about)
  await hubServes(place.stack, network)
  const admin = new Admin({ ctx: place.stack.ctx, network })
  const plan = drawPlan(chance, network.name, start)
  for (const { name, prefix, ...more } of plan.cidrs) await admin.addCidr(name, prefix, more)
  const who = plan.peers.map(async (peer) => ({ ...peer, host: await place.host(`${network.name}-${peer.name}`) }))
  return { admin, plan, members: await joinAll(admin, await Promise.all(who)) }
}
