import type { RelayPair } from '@warren/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { handshake } from '../../apps/agent/test/relay-packets.ts'
import { built } from '../lab/places.ts'
import { lanHost, natGateway, publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { HUB_ADDRESS, HUB_ADDRESS6, type HubAlone, hubAlone, NETWORK } from './hub-alone.ts'
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

/** Where the rules say that both ends are. */
const ends = (text: string): string[] => (text.match(/[\d.]+ \. \d+ \. [\d.]+ \. \d+/g) ?? []).sort()

const inKernel = () => until('the kernel to take over', async () => (await rules()).includes('goto'))

/** Plays both sides from two sockets: asks for one, answers for the other, and sends what looks like data. */
const ROGUE = `
const [host, portA, portB, ...packets] = process.argv.slice(1)
const sockets = [portA, portB].map((port) => {
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (packet) => console.log('heard ' + (packet[0] === 4 ? 'data' : 'a handshake')))
  return (hex) => socket.send(Buffer.from(hex, 'hex'), Number(port), host)
})
const data = '04000000' + '5a'.repeat(60)
const timer = setInterval(() => {
  sockets[0](packets.shift())
  sockets[1](packets.shift())
  for (const send of sockets) send(data)
  if (packets.length === 0) clearInterval(timer), console.log('sent all')
}, 100)
`

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
    expect(await place.host.must('sysctl', ['-n', 'net.ipv4.ip_forward', 'net.ipv4.conf.eth0.forwarding'])).toBe('0\n0')
    expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
    expect(await answers(right, left)).toBeGreaterThanOrEqual(18)
    expect(await transfer(left, right, 4_000_000)).toBeGreaterThan(0)
  })

  test('go on while the hub is gone, and after it is back, at the same ports', async () => {
    await place.kill()
    // One packet in ten seconds each way is for the process that is gone.
    expect(await answers(left, right)).toBeGreaterThanOrEqual(16)
    await place.start()
    const told = await until('the hub to tell', () => place.last('relays'))
    expect(told.open).toEqual([{ a: 7, b: 8, portA: 52000, portB: 52001 }])
    expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
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

  test('are not disturbed by somebody who knows their keys and their ports', async () => {
    const before = ends(await rules())
    const rogue = await publicHost(place.lab, place.internet, { name: 'rogue', i: 66 })
    const packets = Array.from({ length: 10 }, (_, index) => [
      handshake('initiation', { to: right.key, index }).toString('hex'),
      handshake('response', { to: left.key, index, answers: index }).toString('hex'),
    ])
    const program = await rogue.start('a rogue', [
      built.node,
      '-e',
      ROGUE,
      HUB_ADDRESS,
      '52000',
      '52001',
      ...packets.flat(),
    ])
    expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
    await program.says(/sent all/)
    expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
    expect(program.output).not.toContain('heard data')
    expect(ends(await rules())).toEqual(before)
    await program.stop()
  })

  test('find each other again when a gateway gets another address', async () => {
    const gate = place.lab.hosts.get('gate201')
    await gate?.sh(
      `ip addr del 203.0.113.201/24 dev wan; ip addr add 203.0.113.211/24 dev wan
       ip route replace default via 203.0.113.1`,
    )
    await reach(left, right)
    await until('the kernel to follow', async () => (await rules()).includes('203.0.113.211 .'))
    expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
  })

  test('go another way when the routes of the hub’s host change', async () => {
    const around = ['203.0.113.211/32', 'via', '203.0.113.1', 'dev', 'eth0']
    const direct = 'fwd ip to 203.0.113.211'
    await until('the kernel to pass on directly', async () => (await rules()).includes(direct))
    await place.host.must('ip', ['route', 'add', ...around])
    await until('the kernel to go by the new route', async () => (await rules()).includes('fwd ip to 203.0.113.1 '))
    await place.host.must('ip', ['route', 'del', ...around])
    await until('the kernel to go the way of before', async () => (await rules()).includes(direct))
    expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
  })

  test('are bounded in bandwidth, by the kernel and by the process', async () => {
    for (const kernel of ['on', 'off']) {
      await place.kill()
      await place.start({ WARREN_RELAY_MBIT: '8', WARREN_RELAY_KERNEL: kernel })
      await reach(left, right)
      if (kernel === 'on') await inKernel()
      else await until('the rules to be gone', async () => (await rules()) === '')
      expect(await answers(left, right)).toBeGreaterThanOrEqual(18)
      // One megabyte in a second, and 0.1 s of it at once.
      expect(await transfer(right, left, 4_000_000)).toBeGreaterThan(3)
    }
  })
})

describe('two families', () => {
  let one: PlainPeer
  let two: PlainPeer

  beforeAll(async () => {
    await place.kill()
    await place.start()
    const hosts = [31, 32].map((i) => publicHost(place.lab, place.internet, { name: `public${i}`, i }))
    const [first, second] = await Promise.all(hosts)
    if (!first || !second) throw new Error('no hosts')
    one = await plainPeer(first, 11)
    two = await plainPeer(second, 12)
    await place.relay([pairOf(one, two)])
  })

  test('IPv6 goes through the kernel too', async () => {
    await connect(one, two, `[${HUB_ADDRESS6}]`)
    await until('the kernel to take over', async () => (await rules()).includes('fwd ip6'))
    expect(await answers(one, two)).toBeGreaterThanOrEqual(18)
  })

  test('one with IPv6 reaches one with IPv4', async () => {
    const relay = place.last('relays')?.open[0]
    await two.host.sh('ip -6 addr flush dev eth0')
    await aim(one, two, `[${HUB_ADDRESS6}]:${relay?.portA}`)
    await aim(two, one, `${HUB_ADDRESS}:${relay?.portB}`)
    await reach(one, two)
    await until('no rule to be left', async () => (await rules()) === '')
    expect(await answers(one, two)).toBeGreaterThanOrEqual(18)
  })
})

describe('a listen port that moves', () => {
  const ADDRESS = { address: NETWORK.address }
  const toHub = async (port: number): Promise<void> => {
    const key = place.last('key')?.publicKey ?? ''
    await left.host.must('wg', ['set', 'wg0', 'peer', key, 'endpoint', `${HUB_ADDRESS}:${port}`])
  }
  const network = async (change: Partial<typeof NETWORK>): Promise<void> => {
    place.say({ kind: 'networks', networks: [{ ...NETWORK, ...change }] })
    const port = change.listenPort ?? NETWORK.listenPort
    await until(`the hub to listen on ${port}`, async () => {
      const text = await place.host.must('wg', ['show', NETWORK.interface, 'listen-port'])
      return text.trim() === String(port)
    })
  }
  const redirected = async (): Promise<boolean> =>
    (await place.host.run('nft', ['list', 'table', 'inet', 'warren_port_acme'])).exitCode === 0

  beforeAll(async () => {
    // Another program of the host tracks connections: what it tracks already must move all the same.
    const tracking =
      'table inet other { chain in { type filter hook input priority 0; ct state established accept; }; }'
    await place.host.must('nft', ['-f', '-'], { input: tracking })
    const ips = ['10.42.1.7']
    const peer = { ref: 'peer:7', key: left.key, ips, restricted: false, endpoint: null }
    place.say({ kind: 'peers', network: 1, revision: 1, full: true, upsert: [peer], remove: [] })
    await until('the hub to know its peer', () => place.last('applied')?.revision === 1)
    const key = place.last('key')?.publicKey ?? ''
    await left.host.sh(
      `ip addr add 10.42.1.7/16 dev wg0
       wg set wg0 peer ${key} allowed-ips 10.42.0.1/32 endpoint ${HUB_ADDRESS}:51820 persistent-keepalive 5`,
    )
    await until('the hub to answer', async () => (await answers(left, ADDRESS)) > 0, 30_000)
  })

  test('is found on the old one and on the new one, by somebody behind a symmetric gateway', async () => {
    await network({ listenPort: 51999, listenPortBefore: 51820 })
    await until('the old port to lead to the new one', redirected)
    expect(await answers(left, ADDRESS)).toBeGreaterThanOrEqual(18)
    expect(await left.host.must('wg', ['show', 'wg0', 'endpoints'])).toContain(`${HUB_ADDRESS}:51820`)
    await toHub(51999)
    expect(await answers(left, ADDRESS)).toBeGreaterThanOrEqual(18)
    await toHub(51820)
    expect(await answers(left, ADDRESS)).toBeGreaterThanOrEqual(18)
  })

  test('closes the old one when it is no longer needed', async () => {
    await network({ listenPort: 51999 })
    await until('the old port to be closed', async () => !(await redirected()))
    expect(await answers(left, ADDRESS)).toBe(0)
    await toHub(51999)
    expect(await answers(left, ADDRESS)).toBeGreaterThanOrEqual(18)
  })
})
