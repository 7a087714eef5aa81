import { expect, test } from 'vitest'
import { JoinFacts } from '../src/handout.ts'
import { dueHandout, type Handed, handedOf, staleHandout } from '../src/index.ts'

const HUB = 'hubhubhubhubhubhubhubhubhubhubhubhubhubhub0='
const OTHER = 'otherotherotherotherotherotherotherotherot0='
const handed: Handed = {
  address: '10.42.3.1',
  address6: null,
  allowed: ['10.42.0.0/16'],
  endpoint: '203.0.113.7:51820',
  hubKey: HUB,
}
type World = Parameters<typeof staleHandout>[0]
const world: World = {
  peer: { kind: 'device', address: '10.42.3.1', address6: null, handed },
  network: { endpoint: '203.0.113.7:51820', endpointBefore: null },
  root: { prefix: '10.42.0.0/16', prefix6: null },
  hubKey: HUB,
}
const peer = (patch: Partial<World['peer']>) => ({ ...world.peer, ...patch })
const stale = (patch: Partial<World>) => staleHandout({ ...world, ...patch })

test('a configuration that says what it has to say is not stale, nor one of which nothing is known', () => {
  expect(stale({})).toEqual([])
  expect(stale({ peer: peer({ handed: null, address: '10.42.9.9' }) })).toEqual([])
  expect(stale({ hubKey: null })).toEqual([])
  expect(stale({ peer: peer({ kind: 'agent', address: '10.42.9.9' }) })).toEqual([])
})

test.each<[string, Partial<World>, object]>([
  [
    'a device that moved',
    { peer: peer({ address: '10.42.4.7' }) },
    {
      field: 'Address',
      line: 'Address = 10.42.4.7/32',
      reason: 'It moved: its address is 10.42.4.7 now, not 10.42.3.1.',
      cut: true,
    },
  ],
  ['another key of the hub', { hubKey: OTHER }, { field: 'PublicKey', line: `PublicKey = ${OTHER}`, cut: true }],
  [
    'another endpoint of the hub',
    { network: { endpoint: 'vpn.example.org:4500', endpointBefore: null } },
    {
      field: 'Endpoint',
      line: 'Endpoint = vpn.example.org:4500',
      reason: 'The hub is at vpn.example.org:4500 now, not at 203.0.113.7:51820.',
      cut: true,
    },
  ],
  [
    'a hub that moves, and is still where it was',
    { network: { endpoint: 'vpn.example.org:4500', endpointBefore: '203.0.113.7:51820' } },
    {
      field: 'Endpoint',
      reason: 'The hub is at vpn.example.org:4500 now, not at 203.0.113.7:51820, where it still answers for some time.',
      cut: false,
    },
  ],
  [
    'a root that grew',
    { root: { prefix: '10.40.0.0/13', prefix6: null } },
    { field: 'AllowedIPs', line: 'AllowedIPs = 10.40.0.0/13', cut: false },
  ],
])('%s is told with the line as it has to be', (_what, patch, line) => {
  expect(stale(patch)).toEqual([expect.objectContaining(line)])
})

test('a second family concerns a device from the moment that it has an address in it', () => {
  const root = { prefix: '10.42.0.0/16', prefix6: 'fd42::/48' }
  expect(stale({ root })).toEqual([])
  const lines = stale({ root, peer: peer({ address6: 'fd42::7' }) })
  expect(lines.map(({ line, cut }) => [line, cut])).toEqual([
    ['Address = 10.42.3.1/32, fd42::7/128', false],
    ['AllowedIPs = 10.42.0.0/16, fd42::/48', false],
  ])
  const both = { ...handed, address6: 'fd42::7', allowed: ['10.42.0.0/16', 'fd42::/48'] }
  expect(stale({ root, peer: peer({ address6: 'fd42::7', handed: both }) })).toEqual([])
  expect(stale({ peer: peer({ handed: both }) }).map(({ reason }) => reason)).toEqual([
    'It has the IPv6 address fd42::7 no longer.',
    'The network is 10.42.0.0/16 now, not 10.42.0.0/16 and fd42::/48.',
  ])
})

test('what was handed out is what was due', () => {
  const due = dueHandout({ ...world, root: { prefix: '10.42.0.0/16', prefix6: 'fd42::/48' }, hubKey: HUB })
  const join = JoinFacts.parse({
    network: 'acme',
    interface: 'acme',
    prefix: '10.42.0.0/16',
    address: '10.42.3.1',
    peerName: 'phone',
    hubKey: `${'A'.repeat(42)}A=`,
    externalEndpoint: '203.0.113.7:51820',
    internalEndpoint: '10.42.0.1:51820',
    expiresAt: null,
    listenPort: null,
    keepaliveS: 25,
  })
  expect(handedOf(join)).toEqual({ ...due, hubKey: join.hubKey })
})
