import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PeerChange, plan, type WantedPeer } from '../src/plan/plan.ts'
import { applyChanges, wgSetCalls } from '../src/wireguard/apply.ts'
import { type LivePeer, parseDump } from '../src/wireguard/dump.ts'
import { key, live } from './cast.ts'
import { fakeSystem } from './fake-system.ts'

const wants = (name: string, extra: Partial<WantedPeer> = {}): WantedPeer => ({
  key: key(name),
  allowedIps: ['10.42.1.2/32'],
  endpoint: null,
  keepalive: null,
  ...extra,
})

test.each<[string, LivePeer[], WantedPeer[], PeerChange[]]>([
  ['nothing to do', [live('bo', { allowedIps: ['10.42.1.2/32'] })], [wants('bo')], []],
  [
    'a peer that came',
    [],
    [wants('bo', { endpoint: '203.0.113.7:1', keepalive: 25 })],
    [{ kind: 'set', key: key('bo'), allowedIps: ['10.42.1.2/32'], endpoint: '203.0.113.7:1', keepalive: 25 }],
  ],
  ['a peer that left', [live('bo')], [], [{ kind: 'remove', key: key('bo') }]],
  [
    'another address',
    [live('bo', { allowedIps: ['10.42.1.9/32'] })],
    [wants('bo')],
    [{ kind: 'set', key: key('bo'), allowedIps: ['10.42.1.2/32'] }],
  ],
  [
    'allowed IPs in another order',
    [live('bo', { allowedIps: ['10.42.1.2/32', 'fd00::2/128'] })],
    [wants('bo', { allowedIps: ['fd00::2/128', '10.42.1.2/32'] })],
    [],
  ],
  [
    'an endpoint it has learnt and nobody asked to change',
    [live('bo', { allowedIps: ['10.42.1.2/32'], endpoint: '198.51.100.1:9', keepalive: 25 })],
    [wants('bo', { keepalive: 25 })],
    [],
  ],
  [
    'a new endpoint: the keepalive is switched so that a packet goes out at once',
    [live('bo', { allowedIps: ['10.42.1.2/32'], endpoint: '198.51.100.1:9', keepalive: 25 })],
    [wants('bo', { endpoint: '203.0.113.7:1', keepalive: 25 })],
    [{ kind: 'set', key: key('bo'), endpoint: '203.0.113.7:1', nudge: 25 }],
  ],
  [
    'a first endpoint: switching the keepalive on is enough',
    [live('bo', { allowedIps: ['10.42.1.2/32'] })],
    [wants('bo', { endpoint: '203.0.113.7:1', keepalive: 25 })],
    [{ kind: 'set', key: key('bo'), endpoint: '203.0.113.7:1', keepalive: 25 }],
  ],
  [
    'a peer with a new key: the old one goes first, so that the address is free',
    [live('bo', { allowedIps: ['10.42.1.2/32'] })],
    [wants('bo2')],
    [
      { kind: 'remove', key: key('bo') },
      { kind: 'set', key: key('bo2'), allowedIps: ['10.42.1.2/32'] },
    ],
  ],
])('%s', (_title, before, wanted, changes) => {
  expect(plan(before, wanted)).toEqual(changes)
})

test('the call is what an administrator would have typed', async () => {
  const system = fakeSystem()
  await system.tools('/tmp').launch('wireguard-go', ['wg0'])
  system.read()
  const before = [live('gone'), live('bo', { allowedIps: ['10.42.1.2/32'], endpoint: '198.51.100.1:9', keepalive: 25 })]
  const wanted = [
    wants('bo', { endpoint: '203.0.113.7:1' }),
    wants('new', { allowedIps: ['10.42.1.3/32', 'fd00::3/128'], endpoint: '203.0.113.8:1', keepalive: 25 }),
  ]
  await applyChanges(system.run, 'wg0', plan(before, wanted))
  expect(system.read()).toBe(
    `wg set wg0 peer ${key('gone')} remove` +
      ` peer ${key('bo')} persistent-keepalive 0 peer ${key('bo')} endpoint 203.0.113.7:1 persistent-keepalive 25` +
      ` peer ${key('new')} allowed-ips 10.42.1.3/32,fd00::3/128 endpoint 203.0.113.8:1 persistent-keepalive 25`,
  )
})

test('many changes are few calls, and each fits an argument list', () => {
  const changes = Array.from(
    { length: 1000 },
    (_, i): PeerChange => ({ kind: 'set', key: key(`p${i}`), allowedIps: ['10.42.1.1/32'] }),
  )
  const calls = wgSetCalls('wg0', changes)
  expect(calls).toHaveLength(3)
  expect(Math.max(...calls.map((call) => call.join(' ').length))).toBeLessThan(128 * 1024)
})

const NAMES = ['bo', 'cy', 'di', 'ed', 'fy']
const ENDPOINTS = ['203.0.113.7:1', '203.0.113.7:2', '[2001:db8::1]:3']
/** Peers with disjoint allowed IPs, as WireGuard keeps them and as a checked view has them. */
const some = <T>(of: (name: string, ips: string[]) => fc.Arbitrary<T>) =>
  fc
    .tuple(
      fc.subarray(NAMES),
      fc.shuffledSubarray(['10.42.1.1/32', '10.42.1.2/32', '10.42.1.3/32', '10.42.1.4/32', '10.42.1.5/32']),
    )
    .chain(([names, ips]) => fc.tuple(...names.map((name, i) => of(name, ips.slice(i, i + 1)))) as fc.Arbitrary<T[]>)
const someLive = some((name, allowedIps) =>
  fc
    .record({ endpoint: fc.option(fc.constantFrom(...ENDPOINTS)), keepalive: fc.constantFrom(0, 25) })
    .map((extra) => live(name, { ...extra, allowedIps })),
)
const someWanted = some((name, allowedIps) =>
  fc
    .record({ endpoint: fc.option(fc.constantFrom(...ENDPOINTS)), keepalive: fc.option(fc.constantFrom(0, 25)) })
    .map((extra) => wants(name, { ...extra, allowedIps })),
)

test('the plan makes the device what was wanted, touches nobody else, and has nothing to add', async () => {
  await fc.assert(
    fc.asyncProperty(someLive, someWanted, async (before, wanted) => {
      const system = fakeSystem()
      await system.tools('/tmp').launch('wireguard-go', ['wg0'])
      const peers = system.devices.get('wg0')?.peers
      for (const { key: name, allowedIps, ...rest } of before) {
        peers?.set(name, { ...rest, endpoint: rest.endpoint ?? '', allowedIps: [...allowedIps] })
      }
      const changes = plan(before, wanted)
      await applyChanges(system.run, 'wg0', changes)
      const after = parseDump(await system.run('wg', ['show', 'wg0', 'dump']))
      const found = after.ok ? after.value.peers : []

      expect(found.map((p) => p.key).sort()).toEqual(wanted.map((p) => p.key).sort())
      for (const peer of wanted) {
        const now = found.find((p) => p.key === peer.key)
        const was = before.find((p) => p.key === peer.key)
        expect(now?.allowedIps).toEqual(peer.allowedIps)
        expect(now?.endpoint).toBe(peer.endpoint ?? was?.endpoint ?? null)
        expect(now?.keepalive).toBe(peer.keepalive ?? was?.keepalive ?? 0)
      }
      expect(plan(found, wanted)).toEqual([])
      const same = wanted.filter((p) => before.some((b) => b.key === p.key && plan([b], [p]).length === 0))
      expect(changes.filter((change) => same.some((p) => p.key === change.key))).toEqual([])
    }),
  )
})
