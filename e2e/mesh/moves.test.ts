import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { editNetwork } from '../../apps/console/src/server/network/edit-network.ts'
import type { Host } from '../lab/host.ts'
import { both, untilReach } from '../lab/reach.ts'
import { lanHost, natGateway, publicAddress, publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { flow } from './flow.ts'
import { knowHub, type NatTown, natTown } from './nat-town.ts'

/** Meant are 5 s from when the network is back, which the log shows; a busy machine has its own idea of seconds. */
const LIMIT_MS = 30_000

let place: NatTown

beforeAll(async () => {
  place = await natTown({ humans: '10.42.1.0/24' }, async ({ lab, internet }) => {
    const gates = (['cone', 'cone', 'symmetric'] as const).map((kind, n) =>
      natGateway(lab, internet, { name: `gate${n}`, i: 201 + n, kind }),
    )
    const [one, two, three] = await Promise.all(gates)
    if (!one || !two || !three) throw new Error('no gateways')
    const server = await publicHost(lab, internet, { name: 'server', i: 21, only: 'IPv4 only' })
    return {
      server: { host: server, cidr: 'humans' },
      home: { host: await lanHost(lab, one, { name: 'home', lan: 201, i: 10 }), cidr: 'humans' },
      laptop: { host: await lanHost(lab, two, { name: 'laptop', lan: 202, i: 10 }), cidr: 'humans' },
      hotel: { host: await lanHost(lab, three, { name: 'hotel', lan: 203, i: 10 }), cidr: 'humans' },
    }
  })
  await everybody()
}, 180_000)
afterAll(() => place?.close())

const host = (name: string): Host => place.member(name).host

/** Waits until all reach each other, the hub too; home and hotel do so through it, and so do laptop and hotel. */
async function everybody(): Promise<void> {
  const { peers } = await place.admin.snapshot()
  const addresses = new Map(peers.map(({ name, address }) => [name, address]))
  const all = [...place.members, place.hub].map(({ name, host }) => ({
    name,
    host,
    address: addresses.get(name) ?? '',
  }))
  const pairs = all.flatMap(({ name }, i) => all.slice(i + 1).map((other) => `${name} ${other.name}`))
  await untilReach(all, both(...pairs), 120_000)
}

/** Milliseconds until one answers another. */
async function answered(from: string, to: string, limitMs = LIMIT_MS): Promise<number> {
  const began = performance.now()
  const ping = ['-n', '-q', '-c', '1', '-i', '0.2', '-w', '1', place.address(to)]
  await until(`${to} to answer ${from}`, async () => (await host(from).run('ping', ping)).exitCode === 0, limitMs)
  return Math.round(performance.now() - began)
}

const readdress = (one: Host, port: string, [from, to]: readonly [number, number]): Promise<string> =>
  one.sh(
    `ip addr del ${publicAddress(from)}/24 dev ${port}; ip addr add ${publicAddress(to)}/24 dev ${port}
     ip route replace default via ${publicAddress(1)}`,
  )

/** As a router's restart does it: every mapping is gone. */
async function restartGateway(name: string): Promise<void> {
  const gate = place.stack.lab.hosts.get(name)
  await gate?.sh(
    `ip link set wan down; sleep 0.5; ip link set wan up; ip route replace default via ${publicAddress(1)}`,
  )
}

/** Stops whatever runs on a host for the network, as sleep does it, and lets it go on. */
const sleeping = (one: Host, signal: 'STOP' | 'CONT'): Promise<string> =>
  one.sh(
    `for p in /proc/[0-9]*; do
       case "$(cat $p/comm 2>/dev/null)" in node|wireguard-go) kill -${signal} "\${p#/proc/}";; esac
     done`,
  )

describe.concurrent('a node', () => {
  test('that gets another address keeps the connections that it has', async () => {
    const open = await flow(host('server'), host('home'), place.address('home'))
    await until('data to arrive', () => open.arrived() > 100_000)
    await readdress(host('server'), 'eth0', [21, 31])
    const before = open.arrived()
    const heard = await answered('server', 'home', 60_000)
    await until('data to arrive from there', () => open.arrived() > before + 400_000, 60_000)
    const { sent, bytes, wrong, gapMs } = await open.end()
    console.log(
      `roamed during a transfer: heard again after ${heard} ms, longest silence of its connection ${gapMs} ms`,
    )
    expect({ bytes, wrong }).toEqual({ bytes: sent, wrong: 0 })
  }, 120_000)

  test('whose gateway forgets everything is found again', async () => {
    await restartGateway('gate2')
    const [out, back] = await Promise.all([answered('hotel', 'server'), answered('server', 'hotel')])
    expect(Math.max(out, back)).toBeLessThan(2 * LIMIT_MS)
    console.log(`mappings gone: ${out} ms from inside, ${back} ms from outside`)
  }, 120_000)

  test('that slept, while its gateway got another address, is found again', async () => {
    await sleeping(host('laptop'), 'STOP')
    const gate = place.stack.lab.hosts.get('gate1')
    if (gate) await readdress(gate, 'wan', [202, 212])
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    await sleeping(host('laptop'), 'CONT')
    const [out, back] = await Promise.all([answered('laptop', 'home', 60_000), answered('home', 'laptop', 60_000)])
    expect(Math.max(out, back)).toBeLessThan(2 * LIMIT_MS)
    console.log(`slept: ${out} ms from inside, ${back} ms from outside`)
  }, 120_000)
})

describe('the hub', () => {
  const networkId = () => place.stack.network.id
  const edit = (change: { endpoint?: string; listenPort?: number }) =>
    editNetwork(place.stack.ctx, { networkId: networkId(), ...change })
  const heard = () => Promise.all(place.members.map(({ name }) => answeredByHub(name)))
  const answeredByHub = async (name: string): Promise<number> => {
    const began = performance.now()
    const { address } = await place.admin.peer('hub')
    const ping = ['-n', '-q', '-c', '1', '-w', '1', address]
    await until(`the hub to answer ${name}`, async () => (await host(name).run('ping', ping)).exitCode === 0, 60_000)
    return Math.round(performance.now() - began)
  }

  /** Waits until all have the current view. */
  const told = async (): Promise<void> => {
    const { revision } = await place.admin.snapshot()
    const hasIt = async (one: Host): Promise<boolean> =>
      JSON.parse(await one.must('cat', ['/var/lib/warren/acme.json'])).revision >= revision
    const all = async () => (await Promise.all(place.members.map((member) => hasIt(member.host)))).every(Boolean)
    await until('all to be told', all, LIMIT_MS)
  }

  test('that moves to a port and an address that were told ahead is followed by all', async () => {
    await edit({ endpoint: `${publicAddress(11)}:51900`, listenPort: 51900 })
    await told()
    await readdress(place.hub.host, 'eth0', [10, 11])
    console.log(`hub moved, told ahead: ${(await heard()).join(', ')} ms`)
    await everybody()
    const [first] = place.members
    expect(await place.endpoint(first?.name ?? '', 'hub')).toBe(`${publicAddress(11)}:51900`)
  }, 200_000)

  test('that moves without a word is found by its name', async () => {
    await edit({ endpoint: 'hub.example:51900' })
    await Promise.all(place.members.map(({ host }) => knowHub(host, [publicAddress(11)])))
    await told()
    await readdress(place.hub.host, 'eth0', [11, 12])
    await Promise.all(place.members.map(({ host }) => knowHub(host, [publicAddress(12)])))
    console.log(`hub moved, not told: ${(await heard()).join(', ')} ms`)
    await everybody()
    expect(await place.endpoint('server', 'hub')).toBe(`${publicAddress(12)}:51900`)
  }, 200_000)
})
