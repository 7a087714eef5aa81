import type { PollAnswer } from '@warren/protocol'
import { expect, test } from 'vitest'
import { meaningOf } from '../src/plan/answer.ts'
import { peer, viewOf } from './cast.ts'

const before = viewOf([peer(8, 'bo')])
const after = viewOf([peer(8, 'bo'), peer(9, 'cy')], { revision: 6 })
const delta = (digest: string): PollAnswer => ({
  kind: 'delta',
  cursor: 'c6',
  revision: 6,
  digest,
  peers: { upsert: [peer(9, 'cy')], remove: [] },
  cidrs: { upsert: [], remove: [] },
})

test('a delta leads to the view that the console described', () => {
  expect(meaningOf(before, delta(after.digest))).toEqual({ kind: 'view', view: after })
  expect(before.state.peers.has(9)).toBe(false)
})

test('a delta may bring what the node has to know about itself, and leaves it as it was where it does not', () => {
  const self = { ...before.self, relays: [{ peer: 8, at: '203.0.113.7:50001' }] }
  const told = meaningOf(before, { ...delta(after.digest), self } as PollAnswer)
  expect(told).toEqual({ kind: 'view', view: { ...after, self } })
  expect(meaningOf({ ...before, self }, delta(after.digest))).toEqual(told)
})

test('a delta that leads elsewhere is not followed', () => {
  expect(meaningOf(before, delta(before.digest)).kind).toBe('lost')
})

test('a delta without anything to apply it to asks for everything', () => {
  expect(meaningOf(null, delta(after.digest)).kind).toBe('lost')
})

test('nothing new moves the place to ask on from, and nothing else', () => {
  const same = meaningOf(before, { kind: 'same', cursor: 'c9', revision: 9 })
  expect(same).toEqual({ kind: 'same', view: { ...before, cursor: 'c9', revision: 9 } })
})

test('a whole view must have the digest that came with it', () => {
  const { self, cursor, revision, digest, state } = after
  const view = { peers: [...state.peers.values()], cidrs: [...state.cidrs.values()] }
  expect(meaningOf(before, { kind: 'full', self, cursor, revision, digest, view })).toEqual({
    kind: 'view',
    view: after,
  })
  expect(meaningOf(before, { kind: 'full', self, cursor, revision, digest: before.digest, view }).kind).toBe('lost')
})
