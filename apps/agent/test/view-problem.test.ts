import type { PeerEntry, SelfEntry } from '@warren/protocol'
import { expect, test } from 'vitest'
import { pinnedOf } from '../src/daemon/pinned.ts'
import { viewProblem } from '../src/plan/view-problem.ts'
import { CONFIG, HUB, key, peer, viewOf } from './cast.ts'

const PINNED = pinnedOf(CONFIG, () => [])
const problem = (peers: PeerEntry[], self: Partial<SelfEntry> = {}) => {
  const view = viewOf(peers, { self })
  return viewProblem(view.self, view.state, PINNED)
}
const network = (change: Partial<SelfEntry['network']>) => ({
  network: { name: 'acme', interface: 'acme', prefix: '10.42.0.0/16', keepaliveS: 25, ...change },
})

test('a view like any other may be put in force', () => {
  expect(problem([peer(8, 'bo'), peer(9, 'cy')])).toBe(null)
})

test('a group view may hold its reader', () => {
  expect(problem([peer(7, 'ana'), peer(8, 'bo')])).toBe(null)
})

test('this node may have moved, and the root CIDR may have grown', () => {
  expect(problem([], { ip: '10.43.0.9', ...network({ prefix: '10.42.0.0/15' }) })).toBe(null)
})

test.each<[string, PeerEntry[], Partial<SelfEntry>, RegExp]>([
  ['an address outside the root', [peer(8, 'bo', { ip: '8.8.8.8' })], {}, /^bo's address 8\.8\.8\.8 is outside/],
  ['an IPv6 address in an IPv4 network', [peer(8, 'bo', { ip: 'fd00::1' })], {}, /outside/],
  [
    'two peers with one address',
    [peer(8, 'bo'), peer(9, 'cy', { ip: '10.42.1.8' })],
    {},
    /^cy has the key or the address .* of bo/,
  ],
  ['two peers with one key', [peer(8, 'bo'), peer(9, 'cy', { key: key('bo') })], {}, /^cy has the key/],
  ['a peer with our address', [peer(8, 'bo', { ip: '10.42.1.7' })], {}, /of this node/],
  ['a peer with our key', [peer(8, 'bo', { key: key('ana') })], {}, /of this node/],
  ["a peer with the hub's address", [peer(8, 'bo', { ip: HUB.ip })], {}, /claims the hub's address/],
  ['an address of ours outside the root', [], { ip: '10.99.0.1' }, /This node's address 10\.99\.0\.1 is outside/],
  ["our address being the hub's", [], { ip: '10.42.0.1' }, /is the hub's/],
  ['another key for us', [], { key: key('eve') }, /another public key/],
  ['another peer’s view', [], { id: 8 }, /made for peer 8, and this is peer 7/],
  ['another network’s view', [], network({ name: 'evil' }), /of the network evil, not acme/],
  ['another interface', [], network({ interface: 'eth0' }), /cannot change from acme to eth0/],
  ['the whole Internet as root', [], network({ prefix: '0.0.0.0/0' }), /wider than \/8/],
  ['half the Internet as root', [], network({ prefix: '0.0.0.0/1' }), /wider than \/8/],
  [
    'a root without the hub',
    [],
    { ip: '10.43.0.2', ...network({ prefix: '10.43.0.0/16' }) },
    /hub's address 10\.42\.0\.1 is outside/,
  ],
])('refuses %s', (_title, peers, self, sentence) => {
  expect(problem(peers, self)).toMatch(sentence)
})

const SECOND = { ip6: 'fd42::7', ...network({ prefix6: 'fd42::/48' }) }

test('a view of two families may be put in force, also where not every peer has the second', () => {
  expect(problem([peer(8, 'bo', { ip6: 'fd42::8' }), peer(9, 'cy')], SECOND)).toBe(null)
  expect(problem([peer(8, 'bo', { ip6: 'fd42::8' })], network({ prefix6: 'fd42::/48' }))).toBe(null)
})

test.each<[string, PeerEntry[], Partial<SelfEntry>, RegExp]>([
  ['a second address outside its root', [peer(8, 'bo', { ip6: 'fd43::8' })], SECOND, /bo's address fd43::8 is outside/],
  ['a second address without a root', [peer(8, 'bo', { ip6: 'fd42::8' })], {}, /bo's address fd42::8 is outside/],
  ['a second address of ours without a root', [], { ip6: 'fd42::7' }, /This node's address fd42::7 is outside/],
  ['an IPv4 address as the second', [peer(8, 'bo', { ip6: '10.42.1.99' })], SECOND, /10\.42\.1\.99 is outside/],
  [
    'two peers with one second address',
    [peer(8, 'bo', { ip6: 'fd42::8' }), peer(9, 'cy', { ip6: 'fd42::8' })],
    SECOND,
    /^cy has the key or the address .* of bo/,
  ],
  ['our second address at a peer', [peer(8, 'bo', { ip6: 'fd42::7' })], SECOND, /of this node/],
  ['an IPv4 root as the second', [], network({ prefix6: '10.43.0.0/16' }), /Only an IPv6 root CIDR/],
  ['all of IPv6 as the second root', [], network({ prefix6: '::/0' }), /wider than \/16/],
  ['all of 2000::/3 as the second root', [], network({ prefix6: '2000::/3' }), /wider than \/16/],
  ['link-local addresses as the second root', [], network({ prefix6: 'fe80::/16' }), /link-local/],
])('refuses %s', (_title, peers, self, sentence) => {
  expect(problem(peers, self)).toMatch(sentence)
})

test('refuses a second root that would swallow the way to the hub', () => {
  const config = { ...CONFIG, hub: { ...CONFIG.hub, endpoint: '[2001:db8::1]:51820' } }
  const { self, state } = viewOf([], { self: network({ prefix6: '2001:db8::/32' }) })
  expect(
    viewProblem(
      self,
      state,
      pinnedOf(config, () => []),
    ),
  ).toMatch(/holds 2001:db8::1/)
})

test('refuses a root that would swallow the way to the hub', () => {
  const config = { ...CONFIG, hub: { ...CONFIG.hub, endpoint: '10.42.200.1:51820' } }
  const { self, state } = viewOf([])
  expect(
    viewProblem(
      self,
      state,
      pinnedOf(config, () => []),
    ),
  ).toMatch(/holds 10\.42\.200\.1/)
})

test('refuses the same when the hub has a name that leads into the root', () => {
  const config = { ...CONFIG, hub: { ...CONFIG.hub, endpoint: 'hub.example.org:51820' } }
  const { self, state } = viewOf([])
  expect(
    viewProblem(
      self,
      state,
      pinnedOf(config, () => ['10.42.3.4']),
    ),
  ).toMatch(/holds 10\.42\.3\.4/)
})

test('refuses a view without the hub, or with the hub elsewhere', () => {
  const without = viewOf([])
  without.state.peers.delete(HUB.id)
  expect(viewProblem(without.self, without.state, PINNED)).toMatch(/hub is missing/)
  const elsewhere = viewOf([])
  elsewhere.state.peers.set(HUB.id, { ...HUB, ip: '10.42.0.2' })
  expect(viewProblem(elsewhere.self, elsewhere.state, PINNED)).toMatch(/would change from 10\.42\.0\.1 to 10\.42\.0\.2/)
  const replaced = viewOf([])
  replaced.state.peers.set(HUB.id, { ...HUB, key: key('eve') })
  expect(viewProblem(replaced.self, replaced.state, PINNED)).toMatch(/claims the hub's address/)
})
