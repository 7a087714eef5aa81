import { expect, test } from 'vitest'
import { type At, Passage, type PassageOptions } from '../src/hub/relay/passage.ts'
import { key } from './cast.ts'
import { cookie, data, handshake } from './relay-packets.ts'

const at = (host: number, port = 4000): At => ({ address: `203.0.113.${host}`, port })
const ANA = at(7)
const BO = at(8)
const MALLORY = at(66)
const EVE = at(67)

/** A passage between ana (side 0) and bo (side 1), its clock, and what each of them says. */
function stage(options: Partial<PassageOptions> = {}) {
  let nowMs = 1_000_000
  let learned = 0
  const passage = new Passage({
    keys: [key('ana'), key('bo')],
    vouches: () => false,
    afford: () => true,
    onLearned: () => {
      learned += 1
    },
    ...options,
  })
  const sends = (side: 0 | 1, from: At, packet: Buffer) => passage.receive(side, packet, { from, nowMs })
  const receiver = (side: 0 | 1) => key(side === 0 ? 'bo' : 'ana')
  return {
    passage,
    sends,
    asks: (side: 0 | 1, from: At, index: number) =>
      sends(side, from, handshake('initiation', { to: receiver(side), index })),
    replies: (side: 0 | 1, from: At, answers: number, index = 900) =>
      sends(side, from, handshake('response', { to: receiver(side), index, answers })),
    wait: (ms: number) => {
      nowMs += ms
    },
    learned: () => learned,
  }
}

/** The same, with both where they are by a handshake. */
function met(options: Partial<PassageOptions> = {}) {
  const place = stage(options)
  place.asks(0, ANA, 1)
  place.asks(1, BO, 2)
  place.replies(0, ANA, 2)
  expect(place.passage.at).toEqual([ANA, BO])
  return place
}

test('two that ask for each other meet, and then their packets pass', () => {
  const { passage, asks, replies, sends, learned } = stage()
  expect(asks(0, ANA, 1)).toEqual([])
  expect(sends(0, ANA, data())).toEqual([])
  expect(asks(1, BO, 2)).toEqual([ANA])
  expect(passage.at).toEqual([null, null])
  expect(replies(0, ANA, 2)).toEqual([BO])
  expect(passage.at).toEqual([ANA, BO])
  expect(learned()).toBe(1)
  expect([sends(0, ANA, data()), sends(1, BO, data())]).toEqual([[BO], [ANA]])
})

test('nothing passes from elsewhere, nor what is none of WireGuard', () => {
  const { sends } = met()
  expect(sends(0, MALLORY, data())).toEqual([])
  expect(sends(0, at(7, 4001), data())).toEqual([])
  expect(sends(0, BO, data())).toEqual([])
  expect(sends(0, ANA, Buffer.from('x'.repeat(200)))).toEqual([])
})

test('a handshake for somebody else neither passes nor counts', () => {
  const { passage, sends, asks } = stage()
  asks(1, BO, 2)
  expect(sends(0, MALLORY, handshake('initiation', { to: key('ana'), index: 5 }))).toEqual([])
  expect(sends(0, MALLORY, handshake('response', { to: key('ana'), index: 5, answers: 2 }))).toEqual([])
  expect(sends(0, MALLORY, handshake('response', { to: key('bo'), index: 5, answers: 3 }))).toEqual([])
  expect(passage.at).toEqual([null, null])
})

test('who roams is followed when the other side, still where it was, answers', () => {
  const { passage, asks, replies, sends } = met()
  const there = at(9)
  expect(asks(0, there, 11)).toEqual([BO])
  expect(sends(0, ANA, data())).toEqual([BO])
  expect(sends(1, BO, data())).toEqual([ANA])
  expect(replies(1, BO, 11)).toEqual([there])
  expect(passage.at).toEqual([there, BO])
  expect([sends(1, BO, data()), sends(0, ANA, data())]).toEqual([[there], []])
})

test('a captured initiation that is sent again from elsewhere moves nobody: no peer answers it', () => {
  const { passage, asks, sends } = met()
  for (let i = 0; i < 50; i += 1) asks(0, MALLORY, 1)
  expect(passage.at).toEqual([ANA, BO])
  expect(sends(1, BO, data())).toEqual([ANA])
})

test('somebody who knows both keys and plays both sides takes no path that is in use', () => {
  const { passage, asks, replies, sends, wait } = met()
  for (let i = 0; i < 20; i += 1) {
    asks(0, MALLORY, 100 + i)
    expect(replies(1, EVE, 100 + i)).toEqual([])
    asks(1, EVE, 200 + i)
    expect(replies(0, MALLORY, 200 + i)).toEqual([])
    wait(5_000)
    expect([sends(0, ANA, data()), sends(1, BO, data())]).toEqual([[BO], [ANA]])
  }
  expect(passage.at).toEqual([ANA, BO])
})

test('both may be elsewhere after an outage, in which nothing came from where they were', () => {
  const { passage, asks, replies, wait } = met()
  wait(30_000)
  const [ana, bo] = [at(17), at(18)]
  expect(asks(0, ana, 21)).toEqual([BO])
  expect(asks(1, bo, 22)).toEqual([ANA, ana])
  expect(replies(0, ana, 22)).toEqual([bo])
  expect(passage.at).toEqual([ana, bo])
})

test('addresses of the hub’s own tunnels go before others, also before those who came first', () => {
  const ends = [ANA.address, BO.address]
  const { passage, asks, replies } = stage({ vouches: (side, address) => ends[side] === address })
  asks(0, MALLORY, 1)
  replies(1, EVE, 1)
  expect(passage.at).toEqual([MALLORY, EVE])
  asks(0, ANA, 11)
  asks(1, BO, 12)
  expect(replies(0, ANA, 12)).toEqual([BO])
  expect(passage.at).toEqual([ANA, BO])
  asks(0, MALLORY, 3)
  expect(replies(1, EVE, 3)).toEqual([])
  expect(passage.at).toEqual([ANA, BO])
})

test('after a restart both are where they were, and may be elsewhere at once', () => {
  const { passage, sends, asks, replies } = stage({ at: [ANA, BO] })
  expect([sends(0, ANA, data()), sends(1, BO, data())]).toEqual([[BO], [ANA]])
  expect(replies(0, ANA, 77)).toEqual([BO])
  const gone = stage({ at: [at(1), at(2)] })
  gone.asks(0, ANA, 1)
  gone.asks(1, BO, 2)
  gone.replies(0, ANA, 2)
  expect(gone.passage.at).toEqual([ANA, BO])
  expect(asks(0, ANA, 3)).toEqual([BO])
  expect(passage.at).toEqual([ANA, BO])
})

test('others who ask often do not push out the one at the hub’s own tunnel', () => {
  const there = at(9)
  const { passage, asks, replies } = met({ vouches: (side, address) => side === 0 && address === there.address })
  asks(0, there, 11)
  for (let i = 0; i < 50; i += 1) asks(0, at(66, 1000 + i), 100 + i)
  expect(replies(1, BO, 11)).toEqual([there])
  expect(passage.at).toEqual([there, BO])
})

test('a cookie goes to the one whom it answers', () => {
  const { asks, sends } = met()
  asks(0, at(9), 31)
  expect(sends(1, BO, cookie(31))).toEqual([at(9)])
  expect(sends(1, BO, cookie(99))).toEqual([])
  expect(sends(1, MALLORY, cookie(31))).toEqual([])
})

test('a key that changes leaves both where they are, and counts for whoever comes next', () => {
  const { passage, sends } = met()
  expect(sends(0, ANA, handshake('initiation', { to: key('bo2'), index: 4 }))).toEqual([BO])
  expect(sends(0, at(9), handshake('initiation', { to: key('bo2'), index: 5 }))).toEqual([])
  passage.setKeys([key('ana'), key('bo2')])
  expect(sends(0, ANA, data())).toEqual([BO])
  expect(sends(0, at(9), handshake('initiation', { to: key('bo'), index: 5 }))).toEqual([])
  expect(sends(0, at(9), handshake('initiation', { to: key('bo2'), index: 5 }))).toEqual([BO])
})

test('what is asked too often is not checked, and soon is again', () => {
  const { asks, wait } = met()
  const passed = Array.from({ length: 500 }, (_, index) => asks(0, MALLORY, index).length).filter(Boolean).length
  expect(passed).toBeLessThan(200)
  wait(1_000)
  expect(asks(0, ANA, 7)).toEqual([BO])
})

test('a flood of guesses is not multiplied', () => {
  const { asks } = stage()
  for (let host = 100; host < 104; host += 1) asks(1, at(host), host)
  const copies = Array.from({ length: 90 }, (_, index) => asks(0, MALLORY, index).length)
  expect(copies.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(16)
})
