import { createServer, type Socket } from 'node:net'
import type { FromHub, HubNetwork, HubPeer, ToHub } from '@warren/protocol'
import { doorAddress, doorHub, doorPrefix } from '@warren/protocol/door'
import { expect, onTestFinished, test } from 'vitest'
import { loadHubStates } from '../src/hub/files.ts'
import { hub } from '../src/hub/hub.ts'
import { LineSplitter } from '../src/hub/lines.ts'
import { relaySettings } from '../src/hub/relay/settings.ts'
import { forwardedPairs, hubProblem, wantedByHub } from '../src/plan/hub-plan.ts'
import { changedObservations } from '../src/plan/observed.ts'
import { filterRules } from '../src/wireguard/firewall.ts'
import { envIn, key, live, secretOf } from './cast.ts'
import { fakeSystem } from './fake-system.ts'
import { temporaryDirectory, until } from './temporary.ts'

const NETWORK: HubNetwork = {
  id: 1,
  name: 'acme',
  interface: 'acme',
  hubPeerId: 1,
  address: '10.42.0.1',
  prefix: '10.42.0.0/16',
  listenPort: 51820,
  apiPort: 51821,
  keepaliveS: 25,
  publicKey: null,
  address6: null,
  prefix6: null,
  listenPortBefore: null,
  dns: false,
}
const member = (id: number, name: string, extra: Partial<HubPeer> = {}): HubPeer => ({
  ref: `peer:${id}`,
  key: key(name),
  ips: [`10.42.1.${id}`],
  restricted: false,
  endpoint: null,
  ...extra,
})
/** What a second family adds to the network. */
const SECOND = { address6: 'fd42::1', prefix6: 'fd42::/48' }
const OWN = { key: key('hub'), door: doorPrefix(key('hub')) }

test('the packet filter is one text: the API inside the tunnel only, and nothing else for restricted sources', () => {
  const rules = filterRules({
    device: 'acme-1',
    addresses: ['10.42.0.1', 'fd77:6172::1'],
    apiPort: 51820,
    dns: null,
    restricted: ['10.42.1.9', 'fd77:6172::9', '10.42.1.8'],
    forwards: [
      ['10.42.1.7', '10.42.2.1'],
      ['fd00::7', 'fd00::1'],
    ],
  })
  expect(rules).toBe(`table inet warren_acme_2d_1
delete table inet warren_acme_2d_1
table inet warren_acme_2d_1 {
  set restricted4 {
    type ipv4_addr;
    elements = { 10.42.1.8, 10.42.1.9 }
  }
  set restricted6 {
    type ipv6_addr;
    elements = { fd77:6172::9 }
  }
  set forwards4 {
    type ipv4_addr . ipv4_addr;
    elements = { 10.42.1.7 . 10.42.2.1 }
  }
  set forwards6 {
    type ipv6_addr . ipv6_addr;
    elements = { fd00::7 . fd00::1 }
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname != { "acme-1", "lo" } ip daddr 10.42.0.1 tcp dport 51820 drop
    iifname != { "acme-1", "lo" } ip6 daddr fd77:6172::1 tcp dport 51820 drop
    iifname "acme-1" ip saddr @restricted4 jump restricted
    iifname "acme-1" ip6 saddr @restricted6 jump restricted
  }
  chain restricted {
    ip daddr 10.42.0.1 tcp dport 51820 accept
    ip6 daddr fd77:6172::1 tcp dport 51820 accept
    drop
  }
  chain forwarded {
    ip saddr . ip daddr @forwards4 accept
    ip daddr . ip saddr @forwards4 accept
    ip6 saddr . ip6 daddr @forwards6 accept
    ip6 daddr . ip6 saddr @forwards6 accept
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "acme-1" oifname "acme-1" jump forwarded
    iifname "acme-1" drop
    oifname "acme-1" drop
  }
  chain output {
    type filter hook output priority filter; policy accept;
    oifname "acme-1" icmp type redirect drop
    oifname "acme-1" icmpv6 type nd-redirect drop
  }
}
`)
})

test('the hub sends a peer that is new to its device to where it was last, and leaves the others', () => {
  const peers = [
    member(7, 'ana'),
    member(8, 'bo', { endpoint: '203.0.113.8:1' }),
    member(9, 'cy', { restricted: true, endpoint: '203.0.113.9:1' }),
  ]
  const device = new Map([[key('ana'), live('ana', { endpoint: '198.51.100.1:1' })]])
  const saved = new Map([
    [key('ana'), '203.0.113.7:1'],
    [key('bo'), '203.0.113.88:1'],
  ])
  expect(wantedByHub(peers, device, { endpoints: saved, keepaliveS: 25 })).toMatchObject([
    { key: key('ana'), endpoint: null, keepalive: null },
    { key: key('bo'), endpoint: '203.0.113.88:1', keepalive: 25 },
    { key: key('cy'), endpoint: '203.0.113.9:1', keepalive: null },
  ])
})

test.each<[string, Partial<HubNetwork>, HubPeer[], RegExp]>([
  ['one address for two', {}, [member(7, 'ana'), member(8, 'bo', { ips: ['10.42.1.7'] })], /peer:8 and peer:7 share/],
  ['one key for two', {}, [member(7, 'ana'), member(8, 'ana')], /share/],
  ['the hub’s own key', {}, [member(7, 'hub')], /peer:7 and the hub share/],
  ['an address outside', {}, [member(7, 'ana', { ips: ['192.0.2.1'] })], /outside 10\.42\.0\.0\/16/],
  ['the whole Internet', { prefix: '0.0.0.0/0' }, [], /wider than \/8/],
  [
    'an IPv6 address in a network of IPv4',
    {},
    [member(7, 'ana', { ips: ['10.42.1.7', 'fd42::7'] })],
    /fd42::7 of peer:7/,
  ],
  ['a second address outside', SECOND, [member(7, 'ana', { ips: ['10.42.1.7', 'fd43::7'] })], /and fd42::\/48/],
  ['a second address of its own', SECOND, [member(7, 'ana', { ips: ['10.42.1.7', 'fd42::1'] })], /and the hub share/],
  ['a second IPv4 root', { prefix6: '10.43.0.0/16' }, [], /Only an IPv6 root/],
  ['all of IPv6', { prefix6: '::/0' }, [], /wider than \/16/],
  ['link-local addresses', { prefix6: 'fe80::/32' }, [], /link-local/],
  ['a hub without a root for its second address', { address6: 'fd42::1' }, [], /hub's address fd42::1 is outside/],
  ['a hub outside its network', { address: '10.43.0.1' }, [], /outside/],
])('the hub refuses %s', (_title, change, peers, sentence) => {
  expect(hubProblem({ ...NETWORK, ...change }, OWN, peers)).toMatch(sentence)
})

test('the hub takes members and invitations, whose addresses are in its door', () => {
  const guest = member(9, 'cy', {
    ref: 'invitation:3',
    restricted: true,
    ips: [doorAddress(key('hub'), key('cy')), '10.42.1.9'],
  })
  expect(hubProblem(NETWORK, OWN, [member(7, 'ana'), guest])).toBe(null)
})

test('only figures that changed are told, and a peer that never spoke is no news', () => {
  const first = changedObservations(new Map(), [
    live('ana', { rx: 1, handshakeAt: 5, endpoint: '203.0.113.7:1' }),
    live('bo', { tx: 148 }),
  ])
  expect(first.news.map((peer) => peer.key)).toEqual([key('ana')])
  const second = changedObservations(first.told, [
    live('ana', { rx: 1, handshakeAt: 5, endpoint: '203.0.113.7:1' }),
    live('bo', { tx: 148 }),
  ])
  expect([second.news, second.moved]).toEqual([[], false])
  const third = changedObservations(second.told, [
    live('ana', { rx: 2, handshakeAt: 5, endpoint: '[fe80::1%eth0]:1' }),
    live('bo', { tx: 148 }),
  ])
  expect(third).toMatchObject({ news: [{ key: key('ana'), rx: 2, endpoint: null }], moved: true })
})

test('lines come whole, however the stream was cut', () => {
  const lines = new LineSplitter()
  expect([lines.push('{"a"'), lines.push(':1}'), lines.push('\n{"b":2}\n{"c'), lines.push('":3}\n')]).toEqual([
    [],
    [],
    ['{"a":1}', '{"b":2}'],
    ['{"c":3}'],
  ])
  expect(() => new LineSplitter().push('x'.repeat(17 << 20))).toThrow(/without an end/)
})

/** A coordinator on a Unix socket, a hub on a fake machine, and what each said. */
async function stage(options: { broken?: (call: string) => boolean } = {}) {
  const dir = await temporaryDirectory()
  const env = envIn(dir)
  const system = fakeSystem({ secretOf, ...options })
  const socket = `${dir}/hub.sock`
  const heard: FromHub[] = []
  let line: Socket | null = null
  const server = createServer((connection) => {
    line = connection
    connection.setEncoding('utf8')
    const lines = new LineSplitter()
    connection.on('error', () => {})
    connection.on('data', (text) =>
      heard.push(...lines.push(String(text)).map((message) => JSON.parse(message) as FromHub)),
    )
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))

  const start = (takeDown = false) => {
    const stop = new AbortController()
    const done = hub(
      {
        env,
        tools: system.tools(`${dir}/run`),
        clock: () => ({ monotonicMs: 0, unixS: 0 }),
        log: () => {},
        socket,
        takeDown,
        relay: relaySettings({}),
      },
      stop.signal,
    )
    const end = async (): Promise<void> => {
      stop.abort()
      await done
    }
    onTestFinished(end)
    return end
  }
  onTestFinished(() => {
    line?.destroy()
    server.close()
  })
  const say = (message: ToHub): void => void line?.write(`${JSON.stringify(message)}\n`)
  const peers = (revision: number, upsert: HubPeer[], extra: object = {}): void =>
    say({ kind: 'peers', network: 1, revision, full: true, upsert, remove: [], ...extra })
  const hears = <K extends FromHub['kind']>(kind: K) =>
    heard.filter((message): message is Extract<FromHub, { kind: K }> => message.kind === kind)
  const applied = (revision: number) => until(() => hears('applied').some((message) => message.revision === revision))
  const drop = (): void => void line?.destroy()
  return { env, system, start, say, peers, hears, applied, drop, heard }
}

test('the hub makes its key and its device, holds what it is told, and says so', async () => {
  const { start, say, peers, hears, applied, system } = await stage()
  start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [NETWORK] })
  await until(() => hears('key').length === 1)
  const own = hears('key')[0]?.publicKey
  peers(3, [member(7, 'ana'), member(8, 'bo')])
  await applied(3)
  const device = system.devices.get('acme')
  expect(device).toMatchObject({ publicKey: own, port: 51820 })
  expect(device?.addresses).toEqual(['10.42.0.1/16', `${doorHub(own ?? key('hub'))}/64`])
  expect([...(device?.peers.keys() ?? [])]).toEqual([key('ana'), key('bo')])

  peers(4, [member(9, 'cy')], { full: false, remove: ['peer:7'] })
  await applied(4)
  expect([...(device?.peers.keys() ?? [])]).toEqual([key('bo'), key('cy')])
  say({ kind: 'networks', networks: [] })
  await until(() => !system.devices.has('acme'))
})

test('a hub of two families has both addresses, holds both of each peer, and loses the second without touching peers', async () => {
  const { start, say, peers, hears, applied, system } = await stage()
  start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [{ ...NETWORK, ...SECOND }] })
  peers(3, [member(7, 'ana', { ips: ['10.42.1.7', 'fd42::7'] })])
  await applied(3)
  const device = system.devices.get('acme')
  expect(device?.addresses.slice(0, 2)).toEqual(['10.42.0.1/16', 'fd42::1/48'])
  expect(device?.peers.get(key('ana'))?.allowedIps).toEqual(['10.42.1.7/32', 'fd42::7/128'])

  peers(4, [member(7, 'ana')])
  await applied(4)
  system.read()
  say({ kind: 'networks', networks: [NETWORK] })
  await until(() => !device?.addresses.includes('fd42::1/48'))
  expect(device?.peers.get(key('ana'))?.allowedIps).toEqual(['10.42.1.7/32'])
  expect(system.read()).not.toContain('wg set')
})

test('a hub whose machine has no IPv6 serves the first family', async () => {
  const { start, say, peers, hears, applied, system } = await stage({
    broken: (call) => call.startsWith('ip addr add') && call.includes(':'),
  })
  start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [{ ...NETWORK, ...SECOND }] })
  peers(3, [member(7, 'ana')])
  await applied(3)
  expect(system.devices.get('acme')?.addresses).toEqual(['10.42.0.1/16'])
  expect(hears('fault')).toEqual([])
})

test('what is seen of peers is told, and kept for the next start, which needs no coordinator', async () => {
  const first = await stage()
  const end = first.start()
  await until(() => first.hears('hello').length === 1)
  first.say({ kind: 'networks', networks: [NETWORK] })
  first.peers(3, [member(7, 'ana')])
  await first.applied(3)
  Object.assign(first.system.devices.get('acme')?.peers.get(key('ana')) ?? {}, {
    endpoint: '203.0.113.7:1',
    handshakeAt: 9,
    rx: 5,
  })
  await until(() => first.hears('observed').length > 0)
  expect(first.hears('observed')[0]?.peers).toEqual([
    { key: key('ana'), endpoint: '203.0.113.7:1', handshakeAt: 9, rx: 5, tx: 0 },
  ])
  await end()
  expect(first.system.devices.has('acme')).toBe(true)
  expect((await loadHubStates(first.env))[0]).toMatchObject({
    revision: 3,
    endpoints: { [key('ana')]: '203.0.113.7:1' },
  })

  first.system.devices.clear()
  first.drop()
  first.start()
  await until(() => first.system.devices.get('acme')?.peers.get(key('ana'))?.keepalive === 25)
  expect(first.system.devices.get('acme')?.peers.get(key('ana'))?.endpoint).toBe('203.0.113.7:1')
})

test('a listen port that moved is kept for the next start too', async () => {
  const { env, start, say, peers, hears, applied, system } = await stage()
  const end = start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [NETWORK] })
  peers(3, [member(7, 'ana')])
  await applied(3)
  say({ kind: 'networks', networks: [{ ...NETWORK, listenPort: 51999, listenPortBefore: 51820 }] })
  await until(() => system.devices.get('acme')?.port === 51999)
  await end()
  expect((await loadHubStates(env))[0]?.network).toMatchObject({ listenPort: 51999, listenPortBefore: 51820 })
})

test('a lost coordinator changes nothing; after it is back, nothing is touched that is as it should be', async () => {
  const { start, say, peers, hears, applied, drop, system, heard } = await stage()
  start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [NETWORK] })
  peers(3, [member(7, 'ana')])
  await applied(3)
  system.read()
  heard.length = 0
  drop()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [NETWORK] })
  peers(3, [member(7, 'ana')])
  await applied(3)
  expect(
    system
      .read()
      .split('\n')
      .filter((call) => /set|add|del/.test(call)),
  ).toEqual([])
})

test('a fault is told in a sentence, and so is its end', async () => {
  let taken = true
  const { start, say, peers, hears, applied } = await stage({ broken: (call) => taken && call.includes('listen-port') })
  start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [NETWORK] })
  await until(() => hears('fault').length > 0)
  expect(hears('fault')[0]?.sentence).toMatch(/UDP port 51820 cannot be opened/)
  peers(3, [member(7, 'ana')])
  taken = false
  await applied(3)
  await until(() => hears('fault').at(-1)?.sentence === null)
})

test('nonsense from the coordinator ends the line and touches nothing', async () => {
  const { start, say, hears, system } = await stage()
  start()
  await until(() => hears('hello').length === 1)
  say({ kind: 'networks', networks: [{ ...NETWORK, interface: 'a name far too long for Linux' }] })
  await until(() => hears('hello').length === 2)
  expect(system.devices.size).toBe(0)
})

test('the hub forwards between a device and what it reaches, once for two devices, and never between families', () => {
  const phone = member(7, 'ana', { forwards: ['10.42.1.8', '10.42.2.1', 'fd00::1'] })
  const tablet = member(8, 'bo', { forwards: ['10.42.1.7'] })
  expect(forwardedPairs([phone, tablet, member(9, 'cy')])).toEqual([
    ['10.42.1.7', '10.42.1.8'],
    ['10.42.1.7', '10.42.2.1'],
  ])
  expect(hubProblem(NETWORK, OWN, [member(7, 'ana', { forwards: ['192.0.2.1'] })])).toMatch(/forward between peer:7/)
})
