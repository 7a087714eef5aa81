import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { joinAll, type Member, mustWarren, settled } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { lanHost, natGateway, publicAddress } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { type Town, town } from './town.ts'

let place: Town
let members: Member[]

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24' })
  const { lab, internet } = place.stack
  const home = await natGateway(lab, internet, { name: 'home', i: 201, kind: 'cone' })
  const office = await natGateway(lab, internet, { name: 'office', i: 202, kind: 'cone' })
  const hotel = await natGateway(lab, internet, { name: 'hotel', i: 203, kind: 'symmetric' })
  members = await joinAll(place.admin, [
    { name: 'home', cidr: 'humans', host: await lanHost(lab, home, { name: 'home-host', lan: 201, i: 10 }) },
    { name: 'desk', cidr: 'humans', host: await lanHost(lab, office, { name: 'desk-host', lan: 202, i: 10 }) },
    { name: 'printer', cidr: 'humans', host: await lanHost(lab, office, { name: 'printer-host', lan: 202, i: 11 }) },
    { name: 'hotel', cidr: 'humans', host: await lanHost(lab, hotel, { name: 'hotel-host', lan: 203, i: 10 }) },
    { name: 'server', cidr: 'humans', host: await place.host('server') },
  ])
})
afterAll(() => place?.close())

const only = (...names: string[]) => members.filter(({ name }) => names.includes(name))

/** Where `name` sends to reach `peer`. */
async function endpoint(name: string, peer: string): Promise<string> {
  const [member] = only(name)
  if (!member) throw new Error(`nobody is ${name}`)
  const { peers } = JSON.parse(await mustWarren(member.host, ['status', '--json']))
  return peers.find((one: { name: string }) => one.name === peer)?.endpoint ?? 'none'
}

describe('behind gateways that translate addresses', () => {
  test('everybody reaches the hub', async () => {
    const pairs = members.map(({ name }) => `${name} hub`)
    const rows = await Promise.all(members.map((member) => settled(place.admin, [member, place.hub])))
    expect(rows.flat().sort()).toEqual(both(...pairs))
  })

  test('two behind gateways of their own reach each other, where the hub saw them', async () => {
    expect(await settled(place.admin, only('home', 'desk'))).toEqual(both('desk home'))
    expect(await endpoint('home', 'desk')).toMatch(new RegExp(`^${publicAddress(202)}:`))
    expect(await endpoint('desk', 'home')).toMatch(new RegExp(`^${publicAddress(201)}:`))
  })

  test('two behind one gateway reach each other at their own addresses', async () => {
    expect(await settled(place.admin, only('desk', 'printer'))).toEqual(both('desk printer'))
    expect(await endpoint('desk', 'printer')).toMatch(/^192\.168\.202\.11:/)
  })

  test('one whose gateway takes another port for everybody reaches who is public', async () => {
    expect(await settled(place.admin, only('hotel', 'server'))).toEqual(both('hotel server'))
    expect(await endpoint('server', 'hotel')).toMatch(new RegExp(`^${publicAddress(203)}:`))
  })

  test('one that comes home to another address is found again', async () => {
    const [desk] = only('desk')
    await desk?.host.sh(
      `ip addr del 192.168.202.10/24 dev eth0; ip addr add 192.168.202.20/24 dev eth0
       ip route add default via 192.168.202.1`,
    )
    expect(await settled(place.admin, only('home', 'desk', 'printer', 'server'))).toEqual(
      both('desk home', 'desk printer', 'desk server', 'home printer', 'home server', 'printer server'),
    )
    const moved = async () => (await endpoint('printer', 'desk')).startsWith('192.168.202.20:')
    expect(await until('the printer to know where the desk is', moved, 30_000)).toBe(true)
  })
})
