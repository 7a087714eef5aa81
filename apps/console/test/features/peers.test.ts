import { expect, test } from 'vitest'
import { likelySize, sizesBelow, suggestPrefix } from '~/features/cidrs/sizes.ts'
import { goalsOf, search } from '~/features/frame/goals.ts'
import { addressFaults, nextFreeAddress } from '~/features/peers/address.ts'
import { acme, ago, snapshot } from './acme.ts'

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
  expect(addressFaults(plan, 4, { address: '10.42.16.1' }).address).toContain('belonged to ana, which was deleted')
  expect(addressFaults(plan, 4, { address: '10.42.16.2' }).address).toBe('10.42.16.2 is taken by build-7.')
  expect(addressFaults(plan, 4, { address: '10.42.16.3' })).toEqual({})
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
