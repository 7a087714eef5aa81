import { describe, expect, test } from 'vitest'
import { diagnosis, firstBroken, type Looked } from '../src/commands/diagnosis.ts'
import type { PeerStatus, Status } from '../src/commands/status-facts.ts'

const nowS = 1_700_000_000
const agoS = (seconds: number): string => new Date((nowS - seconds) * 1000).toISOString()

const bob: PeerStatus = {
  id: 3,
  name: 'bob',
  address: '10.42.2.1',
  address6: null,
  publicKey: 'k',
  hub: false,
  path: 'direct',
  reason: null,
  endpoint: '203.0.113.9:4000',
  chosen: null,
  handshakeAt: agoS(20),
  rx: 1,
  tx: 1,
}

const status: Status = {
  network: 'acme',
  state: 'joined',
  interface: 'acme',
  up: true,
  name: 'alice',
  address: '10.42.1.1',
  prefix: '10.42.0.0/16',
  address6: null,
  prefix6: null,
  publicKey: 'k',
  listenPort: 51820,
  hosts: true,
  hub: { endpoint: '203.0.113.7:51820', internal: '10.42.0.1:51820', publicKey: 'h' },
  poll: 'held for up to 50 s',
  revision: 7,
  keys: null,
  daemon: { running: true, pid: 9, phase: 'current', sentence: null, contactAt: agoS(1) },
  peers: [bob],
}

const looked: Looked = {
  hubShakenAgoS: 12,
  console: { answers: true, sentence: 'The console answers.' },
  held: true,
  pings: [{ address: '10.42.2.1', answers: true }],
  nowS,
}

const brokenIn = (own: Partial<Status>, seen: Partial<Looked> = {}, peer: PeerStatus | null = bob): string | null =>
  firstBroken(diagnosis({ ...status, ...own }, { ...looked, ...seen }, { wanted: 'bob', peer }))?.name ?? null

test('a chain without a broken link names none', () => {
  expect(brokenIn({})).toBeNull()
})

describe('the first broken link is named, whatever else is broken behind it', () => {
  test.each<[string, Partial<Status>, Partial<Looked>, PeerStatus | null]>([
    ['joined', { state: 'pending' }, {}, bob],
    ['interface', { up: false }, { console: null, pings: [], held: false }, bob],
    ['daemon', { daemon: { ...status.daemon, running: false } }, {}, bob],
    ['hub', {}, { hubShakenAgoS: 181, console: { answers: false, sentence: 'The console did not answer.' } }, bob],
    ['hub', {}, { hubShakenAgoS: null }, bob],
    ['console', {}, { console: { answers: false, sentence: 'The console did not answer.' } }, bob],
    ['view', { revision: null }, {}, null],
    ['allowed', {}, {}, null],
    ['key', {}, { held: false }, bob],
    ['endpoint', {}, {}, { ...bob, endpoint: null, handshakeAt: null }],
    ['handshake', {}, {}, { ...bob, handshakeAt: agoS(200) }],
    ['ping', {}, { pings: [{ address: '10.42.2.1', answers: false }] }, bob],
  ])('%s', (name, own, seen, peer) => {
    expect(brokenIn(own, seen, peer)).toBe(name)
  })
})

test('what could not be asked is not called broken', () => {
  expect(brokenIn({}, { pings: [] })).toBeNull()
})

test('one of two addresses that answers no ping is named', () => {
  const pings = [
    { address: '10.42.2.1', answers: true },
    { address: 'fd42::2', answers: false },
  ]
  const chain = diagnosis(status, { ...looked, pings }, { wanted: 'bob', peer: bob })
  expect(firstBroken(chain)?.sentence).toBe('It answers no ping at fd42::2: its own firewall may drop it.')
})

test('without a peer the chain ends at the view', () => {
  expect(diagnosis(status, looked, null).map(({ name }) => name)).toEqual([
    'joined',
    'interface',
    'daemon',
    'hub',
    'console',
    'view',
  ])
})
