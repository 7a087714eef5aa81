import { expect, test } from 'vitest'
import { likelySize, sizesBelow, suggestPrefix } from '~/features/cidrs/sizes.ts'
import { goalsOf, search } from '~/features/frame/goals.ts'
import { presenceOf } from '~/features/network/presence.ts'
import { addressFaults, nextFreeAddress } from '~/features/peers/address.ts'
import { type PeerFilter, peerRows } from '~/features/peers/peer-rows.ts'
import { acme, ago, NOW, snapshot, status } from './acme.ts'

const hub = { connected: true, appliedRevision: 7, fault: null, version: null, at: null }
const filter: PeerFilter = { q: '', within: '', state: '', sort: 'address', down: false }

function rows(patch: Partial<PeerFilter>): string[] {
  const plan = acme()
  const observed = [status(2, { rx: 5 }), status(3, { online: false, handshakeAt: ago(1) }), status(5, { tx: 9 })]
  const presence = presenceOf(plan, { status: observed, hub }, NOW)
  return peerRows(plan, presence, { ...filter, ...patch }).map((row) => row.peer.name)
}

test.each<[Partial<PeerFilter>, string[]]>([
  [{}, ['hub', 'ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2']],
  [{ down: true }, ['cam-2', 'cam-1', 'db-1', 'zoe', 'build-7', 'ana', 'hub']],
  [{ within: 'people' }, ['ana', 'build-7', 'zoe']],
  [{ within: 'gone' }, ['hub', 'ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2']],
  [{ q: ' CAM ' }, ['cam-1', 'cam-2']],
  [{ q: '10.42.32' }, ['db-1']],
  [{ q: 'guests' }, ['zoe']],
  [{ state: 'online' }, ['ana', 'db-1']],
  [{ state: 'online', within: 'prod' }, ['db-1']],
  [{ sort: 'name' }, ['ana', 'build-7', 'cam-1', 'cam-2', 'db-1', 'hub', 'zoe']],
  [{ sort: 'traffic', q: '-' }, ['db-1', 'build-7', 'cam-1', 'cam-2']],
  [{ sort: 'heard', within: 'people' }, ['build-7', 'ana', 'zoe']],
])('the table with %j shows %j', (patch, names) => {
  expect(rows(patch)).toEqual(names)
})

test.each([
  ['a', ['acme', 'ana', 'Access', 'Activity']],
  ['eng', ['eng']],
  ['10.42.16.1', ['ana']],
  ['cam-2', ['cam-2']],
])('typing %s finds %j first', (text, first) => {
  const found = search(goalsOf(acme()), text).map((goal) => goal.name)
  expect(found.slice(0, first.length).sort()).toEqual([...first].sort())
})

test('the next free address passes over those of the living and the dead', () => {
  const { peers } = snapshot()
  const plan = acme({ peers: peers.map((peer) => (peer.name === 'ana' ? { ...peer, deletedAt: ago(1) } : peer)) })
  expect(nextFreeAddress(plan, 4)).toBe('10.42.16.3')
  expect(addressFaults(plan, 4, '10.42.16.1').address).toContain('belonged to ana, which was deleted')
  expect(addressFaults(plan, 4, '10.42.16.2').address).toBe('10.42.16.2 is taken by build-7.')
  expect(addressFaults(plan, 4, '10.42.16.3')).toEqual({})
})

test('a new CIDR is suggested clear of its siblings and of the peers beside them', () => {
  const plan = acme()
  expect(suggestPrefix(plan.tree, 3, [], 24)).toBe('10.42.18.0/24')
  expect(suggestPrefix(plan.tree, 4, plan.membersIn(4), 26)).toBe('10.42.16.64/26')
  expect(suggestPrefix(plan.tree, 4, plan.membersIn(4), 24)).toBeNull()
})

test.each([
  ['acme', 24, 17, 30],
  ['eng', 26, 25, 30],
])('below %s a /%i is likely, of sizes from /%i to /%i', (name, likely, widest, narrowest) => {
  const prefix = acme().tree.byName(name)?.prefix
  if (!prefix) throw new Error(name)
  const sizes = sizesBelow(prefix)
  expect([likelySize(prefix, sizes), sizes[0]?.width, sizes.at(-1)?.width]).toEqual([likely, widest, narrowest])
})
