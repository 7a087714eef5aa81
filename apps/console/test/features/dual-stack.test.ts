import { describe, expect, test } from 'vitest'
import { secondChangeFault, secondFault, suggestedSecond } from '~/features/cidrs/second.ts'
import { suggestPartOf } from '~/features/cidrs/second-part.ts'
import { secondNotes } from '~/features/cidrs/second-split.ts'
import { whyNotIpv6, whyNotSplit } from '~/features/cidrs/why-not.ts'
import { goalsOf, search } from '~/features/frame/goals.ts'
import { addressesOf, prefixesOf } from '~/features/network/families.ts'
import { type Plan, planOf, prefixIn } from '~/features/network/plan.ts'
import { presenceOf } from '~/features/network/presence.ts'
import { addressFaults, nextFreeAddress6 } from '~/features/peers/address.ts'
import { columnsOf } from '~/features/peers/peers-columns.ts'
import { unfiltered } from '~/features/peers/peers-filter.ts'
import { peersShown } from '~/features/peers/peers-rows.ts'
import { findable, findIn } from '~/features/tree/find.ts'
import { acme, NOW, snapshot } from './acme.ts'

const hub = { connected: true, appliedRevision: 7, fault: null, version: '1', at: null }

const prefixes = new Map([
  ['acme', 'fd00::/48'],
  ['infra', 'fd00::/64'],
  ['people', 'fd00:0:0:100::/56'],
  ['eng', 'fd00:0:0:100::/64'],
])
const addresses = new Map([
  ['hub', 'fd00::1'],
  ['ana', 'fd00:0:0:100::a'],
  ['build-7', 'fd00:0:0:100::1'],
])

/** The network of the README, half of it with IPv6. */
function dual(): Plan {
  const { cidrs, peers, ...rest } = snapshot()
  return planOf({
    ...rest,
    cidrs: cidrs.map((row) => ({ ...row, prefix6: prefixes.get(row.name) ?? null })),
    peers: peers.map((row) => ({ ...row, address6: addresses.get(row.name) ?? null })),
  })
}
const node = (plan: Plan, name: string) => plan.tree.byName(name) ?? plan.tree.root

describe('what is shown and found', () => {
  test('both families where there are two, one where there is one', () => {
    const plan = dual()
    expect(prefixesOf(plan, 4)).toEqual(['10.42.16.0/24', 'fd00:0:0:100::/64'])
    expect(prefixesOf(plan, 6)).toEqual(['10.42.32.0/20'])
    expect(plan.members.map(addressesOf).slice(0, 2)).toEqual([
      ['10.42.0.1', 'fd00::1'],
      ['10.42.16.1', 'fd00:0:0:100::a'],
    ])
    expect(acme().plans.second).toBeNull()
  })

  test('a peer by its IPv6 address, in the list, in the tree and from everywhere', () => {
    const plan = dual()
    const presence = presenceOf(plan, { status: [], hub }, NOW)
    const listed = peersShown(plan, presence, { ...unfiltered, q: '100::a' })
    expect(listed.map((peer) => peer.name)).toEqual(['ana'])
    expect(findIn(findable(plan), plan, 'fd00:0:0:100::a')).toMatchObject([{ cidrId: 4, peerId: 2 }])
    expect(search(goalsOf(plan), '100::a').map((goal) => goal.name)).toEqual(['ana'])
  })

  test('the CIDR that holds an IPv6 address which nobody has', () => {
    const plan = dual()
    expect(findIn(findable(plan), plan, 'fd00:0:0:100::77')).toEqual([{ cidrId: 4, peerId: null }])
    expect(findIn(findable(plan), plan, 'fd01::1')).toEqual([])
  })

  test('a column of IPv6 addresses only where there are some, sorted as numbers', () => {
    expect(columnsOf(dual()).map(({ key }) => key)).toContain('address6')
    expect(columnsOf(acme()).map(({ key }) => key)).not.toContain('address6')
    const plan = dual()
    const sorted = peersShown(plan, presenceOf(plan, { status: [], hub }, NOW), { ...unfiltered, sort: 'address6' })
    expect(sorted.slice(0, 3).map((peer) => peer.name)).toEqual(['hub', 'build-7', 'ana'])
  })
})

describe('what is suggested and refused', () => {
  test('the next free address of a peer, and none where there is no IPv6', () => {
    expect(nextFreeAddress6(dual(), 4)).toBe('fd00:0:0:100::2')
    expect(nextFreeAddress6(dual(), 6)).toBeNull()
    expect(nextFreeAddress6(acme(), 4)).toBeNull()
    expect(addressFaults(dual(), 4, { address6: 'fd00:0:0:100::a' })).toEqual({
      address6: 'fd00:0:0:100::a is taken by ana.',
    })
    expect(addressFaults(dual(), 6, { address6: 'fd00::9' }).address6).toContain('prod has no IPv6 prefix')
  })

  test('the IPv6 prefix of a new CIDR', () => {
    const plan = dual()
    const people = node(plan, 'people')
    expect(suggestedSecond(plan, people, '10.42.18.0/24')).toBe('fd00:0:0:101::/64')
    expect(suggestedSecond(plan, node(plan, 'prod'), '10.42.33.0/24')).toBe('')
    const place = { name: '', parent: people, prefix: prefixIn('10.42.18.0/24') }
    expect(secondFault(plan, place, 'fd00:0:0:100::/64')).toBe('fd00:0:0:100::/64 is already the prefix of eng.')
    expect(secondFault(plan, place, null)).toBeNull()
    expect(secondFault(plan, { ...place, parent: plan.tree.root, prefix: prefixIn('10.42.0.0/19') }, null)).toBe(
      'The new CIDR needs an IPv6 prefix as long as what is inside has one: infra and people.',
    )
  })

  test('IPv6 for a CIDR whose parent has some, and for no other', () => {
    const plan = dual()
    expect(whyNotIpv6(plan, node(plan, 'prod'))).toBeNull()
    expect(whyNotIpv6(plan, node(plan, 'db'))).toBe('prod has no IPv6 that it could have a part of')
    expect(whyNotIpv6(acme(), acme().tree.root)).toBeNull()
    expect(suggestPartOf(plan, 1)).toBe('fd00:0:0:200::/56')
    expect(secondChangeFault(plan, node(plan, 'eng'), 'fd00:0:0:101::/64')).toContain('leaves out peers')
    expect(secondChangeFault(plan, node(plan, 'eng'), 'fd00:0:0:100::/96')).toBeNull()
  })

  test('who gets another IPv6 address when a CIDR is split', () => {
    const plan = dual()
    expect(secondNotes(plan, node(plan, 'eng'), 2)).toEqual([
      { prefix: 'fd00:0:0:100::/65', renumbered: 0 },
      { prefix: 'fd00:0:0:100:8000::/65', renumbered: 0 },
    ])
    const { cidrs, peers, ...rest } = snapshot()
    const moved = planOf({
      ...rest,
      cidrs: cidrs.map((row) => ({ ...row, prefix6: prefixes.get(row.name) ?? null })),
      peers: peers.map((row) =>
        row.name === 'ana' ? { ...row, address: '10.42.16.200', address6: addresses.get('ana') ?? null } : row,
      ),
    })
    expect(secondNotes(moved, node(moved, 'eng'), 2)?.map(({ renumbered }) => renumbered)).toEqual([0, 1])
    expect(secondNotes(plan, node(plan, 'db'), 2)).toBeNull()
    expect(whyNotSplit(plan, node(plan, 'eng'))).toBeNull()
  })
})
