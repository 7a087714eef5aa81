import type { RelayPair } from '@warren/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lanHost, natGateway } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { HUB_ADDRESS, type HubAlone, hubAlone } from './hub-alone.ts'
import { aim, answers, type PlainPeer, plainPeer, reach, received, transfer } from './plain-peer.ts'

let place: HubAlone
let left: PlainPeer
let right: PlainPeer
let pair: RelayPair

/** Both behind gateways that take another port for each destination: no direct path exists. */
beforeAll(async () => {
  place = await hubAlone()
  const { lab, internet } = place
  const gateways = [201, 202].map((i) => natGateway(lab, internet, { name: `gate${i}`, i, kind: 'symmetric' }))
  const [one, two] = await Promise.all(gateways)
  if (!one || !two) throw new Error('no gateways')
  left = await plainPeer(await lanHost(lab, one, { name: 'left', lan: 201, i: 10 }), 7)
  right = await plainPeer(await lanHost(lab, two, { name: 'right', lan: 202, i: 10 }), 8)
  pair = pairOf(left, right)
  await place.start()
})
afterAll(() => place?.close())

const pairOf = (a: PlainPeer, b: PlainPeer): RelayPair => ({
  a: { peer: a.id, key: a.key },
  b: { peer: b.id, key: b.key },
})

/** Has two peers send to the ports that the hub opened for them. */
async function connect(a: PlainPeer, b: PlainPeer, host = HUB_ADDRESS): Promise<{ portA: number; portB: number }> {
  const open = place.last('relays')?.open.find((one) => one.a === a.id && one.b === b.id)
  if (!open) throw new Error('the hub relays nothing between them')
  await Promise.all([aim(a, b, `${host}:${open.portA}`), aim(b, a, `${host}:${open.portB}`)])
  await reach(a, b)
  return open
}

/** The hub's rules, or nothing when there are none. */
const rules = async (): Promise<string> =>
  (await place.host.run('nft', ['list', 'table', 'netdev', 'warren_relay'])).stdout

const inKernel = () => until('the kernel to take over', async () => (await rules()).includes('goto'))

describe('two peers that find no direct path', () => {
  test('reach each other through the hub, and the kernel passes their packets on', async () => {
    const told = await place.relay([pair])
    expect(told).toEqual({
      kind: 'relays',
      network: 1,
      open: [{ a: 7, b: 8, portA: 52000, portB: 52001 }],
      refused: null,
    })
    await connect(left, right)
    await inKernel()
    expect(await answers(left, right)).toBeGreaterThanOrEqual(19)
    expect(await answers(right, left)).toBeGreaterThanOrEqual(19)
    expect(await transfer(left, right, 4_000_000)).toBeGreaterThan(0)
  })

  test('go on while the hub is gone, and after it is back, at the same ports', async () => {
    await place.kill()
    expect(await answers(left, right)).toBeGreaterThanOrEqual(19)
    await place.start()
    const told = await until('the hub to tell', () => place.last('relays'))
    expect(told.open).toEqual([{ a: 7, b: 8, portA: 52000, portB: 52001 }])
    expect(await answers(left, right)).toBeGreaterThanOrEqual(19)
  })

  test('are silent at once when the hub is told to end it', async () => {
    await place.relay([])
    const before = await received(right, left)
    expect(await answers(left, right)).toBe(0)
    expect(await received(right, left)).toBe(before)
    expect(await rules()).toBe('')
    await place.relay([pair])
    await connect(left, right)
  })

  test('find each other again when a gateway gets another address', async () => {
    const gate = place.lab.hosts.get('gate201')
    await gate?.sh(
      `ip addr del 203.0.113.201/24 dev wan; ip addr add 203.0.113.211/24 dev wan
       ip route replace default via 203.0.113.1`,
    )
    await reach(left, right)
    await until('the kernel to follow', async () => (await rules()).includes('203.0.113.211 .'))
    expect(await answers(left, right)).toBeGreaterThanOrEqual(19)
  })

  test('are bounded in bandwidth, by the kernel and by the process', async () => {
    for (const kernel of ['on', 'off']) {
      await place.kill()
      await place.start({ WARREN_RELAY_MBIT: '8', WARREN_RELAY_KERNEL: kernel })
      await reach(left, right)
      if (kernel === 'on') await inKernel()
      else await until('the rules to be gone', async () => (await rules()) === '')
      expect(await answers(left, right)).toBeGreaterThanOrEqual(19)
      // One megabyte in a second, and 0.1 s of it at once.
      expect(await transfer(right, left, 4_000_000)).toBeGreaterThan(3)
    }
  })
})
