import type { PeerRow } from '@warren/protocol'
import { expect, test } from 'vitest'
import { peerEntry, type Whereabouts } from '../../src/coordinator/topology/entries.ts'
import { member, newPlan, peerRow } from './random-network.ts'

const { network } = newPlan()
const at = (patch: Partial<PeerRow>, sight?: Whereabouts) =>
  peerEntry({ ...member(2, 2), ...patch }, network, sight)?.value.at

const seen: Whereabouts = { observed: '198.51.100.1:1000', candidates: ['192.168.1.5:51820', '198.51.100.1:1000'] }

test.each<[string, Partial<PeerRow>, Whereabouts | undefined, string[] | undefined]>([
  ['nothing known', {}, undefined, undefined],
  ['observation first, then candidates, each once', {}, seen, ['198.51.100.1:1000', '192.168.1.5:51820']],
  [
    'what an admin set by hand last',
    { endpointOverride: 'vpn.example.org:51820' },
    seen,
    ['198.51.100.1:1000', '192.168.1.5:51820', 'vpn.example.org:51820'],
  ],
  [
    'a port set by hand at the observed address',
    { endpointOverride: '0.0.0.0:4000' },
    { observed: '198.51.100.1:1000', candidates: [] },
    ['198.51.100.1:1000', '198.51.100.1:4000'],
  ],
  [
    'the same in IPv6',
    { endpointOverride: '[::]:4000' },
    { observed: '[2001:db8::1]:1000', candidates: [] },
    ['[2001:db8::1]:1000', '[2001:db8::1]:4000'],
  ],
  ['a port alone while nothing was observed', { endpointOverride: '0.0.0.0:4000' }, undefined, undefined],
  ['a hub by its public endpoint', { kind: 'hub' }, seen, ['203.0.113.1:51820']],
  ['another hub by what was set by hand', { kind: 'hub', endpointOverride: '203.0.113.2:1' }, seen, ['203.0.113.2:1']],
  ['a device, which speaks to the hub alone', { kind: 'device' }, seen, undefined],
])('endpoints: %s', (_what, patch, sight, endpoints) => {
  expect(at(patch, sight)).toEqual(endpoints)
})

const second = (patch: Partial<PeerRow>, sight?: Partial<Whereabouts>) =>
  peerEntry({ ...member(2, 2), address6: 'fd42::2', ...patch }, network, { ...seen, ...sight })?.value.ip6
const handed = { address: '10.42.0.2', address6: 'fd42::2', allowed: [], endpoint: '203.0.113.1:51820', hubKey: 'k' }

test('a second address is told of those who have it themselves', () => {
  expect(second({})).toBe('fd42::2')
  expect(second({ address6: null })).toBeUndefined()
  expect(second({}, { innernet: true })).toBeUndefined()
  expect(second({ kind: 'device' })).toBeUndefined()
  expect(second({ kind: 'device', handed: { ...handed, address6: null } })).toBeUndefined()
  expect(second({ kind: 'device', handed })).toBe('fd42::2')
})

test('never more endpoints than an entry may have', () => {
  const candidates = Array.from({ length: 30 }, (_, n) => `192.168.1.${n}:1000`)
  const many = at({ endpointOverride: '203.0.113.9:1' }, { observed: '198.51.100.1:1000', candidates })
  expect(many).toHaveLength(16)
  expect(many?.at(-1)).toBe('203.0.113.9:1')
})

test.each<[string, Partial<PeerRow>]>([
  ['disabled', { enabled: false }],
  ['not redeemed', { redeemedAt: null, publicKey: null }],
  ['deleted', { deletedAt: '2026-01-01T00:00:00.000Z' }],
  ['without a key', { publicKey: null }],
  ['without a CIDR', { cidrId: null }],
])('a peer that is %s has no entry', (_what, patch) => {
  expect(peerEntry({ ...member(2, 2), ...patch }, network, seen)).toBeNull()
  expect(peerEntry(peerRow(2, 2), network, seen)).toBeNull()
})
