import { afterAll, beforeAll, expect, test } from 'vitest'
import { mustWarren } from '../lab/member.ts'
import { lanHost, natGateway } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { type NatTown, natTown, type Places } from './nat-town.ts'
import { pinging } from './pinging.ts'

/** Longer than any search for a path. */
const LIMIT_MS = 90_000
/** Measured: 0 to 40 ms. An initiation that had to be repeated through the relay would be 5 s, twice 10 s. */
const GAP_MS = 15_000

const hotelAndTrain: Places = async ({ lab, internet }) => {
  const at = async (name: string, i: number) => {
    const gateway = await natGateway(lab, internet, { name: `${name}-gate`, i, kind: 'symmetric' })
    return { host: await lanHost(lab, gateway, { name, lan: i, i: 10 }), cidr: 'guests' }
  }
  return { hotel: await at('hotel', 203), train: await at('train', 204) }
}

let place: NatTown
beforeAll(async () => {
  place = await natTown({ guests: '10.42.1.0/24' }, hotelAndTrain)
}, 180_000)
afterAll(() => place?.close())

const keysAt = async (name: string) =>
  (await place.member(name).host.must('wg', ['show', 'acme', 'peers'])).trim().split('\n')

test('a pair that goes through the hub goes on so with a new key, whichever side has it', async () => {
  const first = await pinging(place.member('hotel').host, place.address('train'))
  await until('the hub to relay', () => first.answered(10).then(() => true), LIMIT_MS)
  const gaps: number[] = []
  for (const [name, other] of [
    ['hotel', 'train'],
    ['train', 'hotel'],
  ] as const) {
    const ping = await pinging(place.member('hotel').host, place.address('train'))
    await ping.answered(10)
    const told = JSON.parse(await mustWarren(place.member(name).host, ['rotate-key', '--json']))
    await until(`${other} to have the new key`, async () => (await keysAt(other)).includes(told.to), LIMIT_MS)
    await ping.answered(50)
    gaps.push((await ping.end()).gapMs)
  }
  await first.end()
  for (const gap of gaps) expect(gap).toBeLessThan(GAP_MS)
})
