import { expect, test } from 'vitest'
import { AddressBook } from '../../src/coordinator/address-book.ts'
import { Topology } from '../../src/coordinator/topology/topology.ts'
import { changed, member, newPlan } from './random-network.ts'

test('a peer is known by either of its addresses, for as long as it has them', () => {
  const topology = new Topology()
  topology.load(newPlan())
  const book = new AddressBook(topology.rows)
  const peer = { ...member(9, 2), address6: 'fd42::9' }
  book.follow(changed({}, { peers: [peer] }))
  expect([peer.address, 'fd42::9'].map((address) => book.peerAt(address))).toEqual([9, 9])
  book.follow(changed({ peers: [peer] }, { peers: [{ ...peer, address6: 'fd42::10' }] }))
  expect(['fd42::9', 'fd42::10'].map((address) => book.peerAt(address))).toEqual([undefined, 9])
  // Another peer may have an address of before by the time that its former holder loses it.
  const next = { ...member(10, 2), address6: 'fd42::10' }
  book.follow(changed({}, { peers: [next] }))
  book.follow(changed({ peers: [{ ...peer, address6: 'fd42::10' }] }, { peers: [{ ...peer, address6: null }] }))
  expect(book.peerAt('fd42::10')).toBe(10)
})
