import { afterAll, beforeAll, expect, test } from 'vitest'
import { editNetwork } from '../../apps/console/src/server/network/edit-network.ts'
import { type Member, settled } from '../lab/member.ts'
import { built } from '../lab/places.ts'
import { hubAddresses } from '../lab/stack.ts'
import { until } from '../lab/until.ts'
import { type Town, town } from './town.ts'

let place: Town
let alice: Member
let bob: Member
let cam: Member

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', iot: '10.42.2.0/24' })
  const [first, second, third] = await place.join({ alice: 'humans', bob: 'humans', cam: 'iot' })
  if (!first || !second || !third) throw new Error('somebody did not join')
  alice = first
  bob = second
  cam = third
  await settled(place.admin, [alice, bob, cam])
})
afterAll(() => place?.close())

const HUB = '10.42.0.1'

/** What a resolver that asks `server` for addresses hears: them, or how it ended. */
const RESOLVE = `
const { Resolver } = require('node:dns/promises')
const [server, name] = process.argv.slice(1)
const resolver = new Resolver({ timeout: 1500, tries: 1 })
resolver.setServers([server])
resolver.resolve4(name).then((found) => console.log(found.join()), (error) => console.log(error.code))
`
const asked = async ({ host }: Pick<Member, 'host'>, name: string, server = HUB): Promise<string> =>
  (await host.must(built.node, ['-e', RESOLVE, server, name])).trim()
const addressOf = async (name: string) => (await place.admin.peer(name)).address
const switched = (dns: boolean) => editNetwork(place.stack.ctx, { networkId: place.admin.network.id, dns })
const answers = (name: string) =>
  until(`the hub answers for ${name}`, async () => /^10\./.test(await asked(alice, name)))

test('a network that does not want it has no DNS', async () => {
  expect(await asked(alice, 'bob.acme.wg')).toMatch(/TIMEOUT|REFUSED/)
})

test('the hub answers on its mesh address, to each peer only for whom it reaches', async () => {
  await switched(true)
  await answers('bob.acme.wg')
  expect(await asked(alice, 'bob.acme.wg')).toBe(await addressOf('bob'))
  expect(await asked(alice, 'hub.acme.wg')).toBe(HUB)
  expect(await asked(alice, 'cam.acme.wg')).toBe('ENOTFOUND')
  expect(await asked(cam, 'alice.acme.wg')).toBe('ENOTFOUND')
  expect(await asked(alice, 'example.org')).toBe('EREFUSED')
})

test('a name follows its peer at once', async () => {
  await place.admin.rename('bob', 'robert')
  await answers('robert.acme.wg')
  expect(await asked(alice, 'bob.acme.wg')).toBe('ENOTFOUND')
})

test('who comes from outside the tunnel is not answered', async () => {
  const stranger = { host: await place.host('stranger') }
  await stranger.host.sh(`ip route add ${HUB}/32 via ${hubAddresses[0]}`)
  expect(await asked(stranger, 'hub.acme.wg')).toMatch(/TIMEOUT|REFUSED/)
  expect(await asked(stranger, 'hub.acme.wg', `${HUB}:53053`)).toMatch(/TIMEOUT|REFUSED/)
})

test('switched off, it is gone', async () => {
  await switched(false)
  const silent = async () => /TIMEOUT|REFUSED/.test(await asked(alice, 'hub.acme.wg'))
  expect(await until('the hub no longer answers', silent)).toBe(true)
})
