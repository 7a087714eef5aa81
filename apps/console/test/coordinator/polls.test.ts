import { type PollInput, Refusal } from '@warren/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Polls } from '../../src/coordinator/polls.ts'
import { Answers, type AnswerText } from '../../src/coordinator/topology/answers.ts'
import { Topology } from '../../src/coordinator/topology/topology.ts'
import { changed, made, member, townPlan } from './random-network.ts'

const NEW: PollInput = { cursor: null, applied: null, waitS: 50 }

type Reply = AnswerText | Refusal

let topology: Topology
let polls: Polls
let heard: Map<number, Reply[]>
const watch = { began: vi.fn(), ended: vi.fn() }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  vi.clearAllMocks()
  topology = new Topology()
  topology.load(townPlan())
  polls = new Polls(topology, new Answers(topology, 'a'), watch)
  heard = new Map()
})
afterEach(() => vi.useRealTimers())

const ask = (peerId: number, input: Partial<PollInput> = {}) =>
  polls.ask({
    peerId,
    input: { ...NEW, ...input },
    reply: (answer) => heard.set(peerId, [...(heard.get(peerId) ?? []), answer]),
  })
const last = (peerId: number) => heard.get(peerId)?.at(-1)
const kindOf = (peerId: number) => last(peerId)?.kind
const cursorOf = (peerId: number): string => {
  const answer = last(peerId)
  if (!answer || answer instanceof Refusal) throw new Error('an answer was expected')
  return JSON.parse(Buffer.concat(answer.parts).toString('utf8')).result.data.cursor
}
/** Asks for everything, then holds. */
const settle = (...peerIds: number[]) => {
  for (const peerId of peerIds) {
    ask(peerId)
    ask(peerId, { cursor: cursorOf(peerId) })
  }
}
const apply = (step: ReturnType<typeof made>) =>
  polls.wake(topology.apply({ ...step, revision: topology.revision + 1 }))

describe('held polls', () => {
  test('all peers of a group are sent the same object', () => {
    settle(3, 9)
    expect(polls.size).toBe(2)
    apply(made({ peers: [member(20, 3)] }))
    expect(kindOf(3)).toBe('delta')
    expect(last(9)).toBe(last(3))
  })

  test('the view inside two full answers of a group is the same object', () => {
    ask(3)
    ask(9)
    const [first, second] = [last(3), last(9)]
    if (!first || !second || first instanceof Refusal || second instanceof Refusal) throw new Error('refused')
    expect(second.parts[1]).toBe(first.parts[1])
    expect(second.parts[0]).not.toEqual(first.parts[0])
  })

  test('a poll that no change concerns sleeps on', () => {
    settle(3, 4)
    apply(made({ peers: [member(20, 4)] }))
    expect(kindOf(4)).toBe('delta')
    expect(heard.get(3)).toHaveLength(1)
    expect(polls.size).toBe(1)
  })

  test('end with "same" when their time is over, and the wheel stands still when none is left', () => {
    settle(3, 4)
    vi.advanceTimersByTime(49_000)
    expect(polls.size).toBe(2)
    vi.advanceTimersByTime(2_000)
    expect([kindOf(3), kindOf(4)]).toEqual(['same', 'same'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('that are let go are forgotten, and no timer is left for them', () => {
    ask(3)
    const letGo = ask(3, { cursor: cursorOf(3) })
    letGo()
    letGo()
    expect(polls.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(watch.ended).toHaveBeenCalledTimes(2)
  })

  test('of the same peer: the second ends the first', () => {
    settle(3)
    ask(3, { cursor: cursorOf(3) })
    expect(kindOf(3)).toBe('same')
    expect(polls.size).toBe(1)
  })

  test('a poll that does not want to wait is answered at once', () => {
    ask(3)
    ask(3, { cursor: cursorOf(3), waitS: 0 })
    expect(kindOf(3)).toBe('same')
    expect(polls.size).toBe(0)
  })

  test('a peer that is disabled while it waits is refused', () => {
    settle(3)
    const row = topology.rows.peers.get(3)
    if (!row) throw new Error('no peer')
    apply(changed({ peers: [row] }, { peers: [{ ...row, enabled: false }] }))
    expect(last(3)).toMatchObject({ kind: 'forbidden', message: 'An admin disabled this peer.' })
    expect(polls.size).toBe(0)
  })

  test('a moved peer gets everything, and is woken by its new group from then on', () => {
    settle(3)
    const row = topology.rows.peers.get(3)
    if (!row) throw new Error('no peer')
    apply(changed({ peers: [row] }, { peers: [{ ...row, cidrId: 4 }] }))
    expect(kindOf(3)).toBe('full')
    ask(3, { cursor: cursorOf(3) })
    apply(made({ peers: [member(20, 3)] }))
    expect(polls.size).toBe(1)
    apply(made({ peers: [member(21, 4)] }))
    expect(kindOf(3)).toBe('delta')
  })

  test('nobody without a place is held', () => {
    ask(99)
    expect(last(99)).toMatchObject({ kind: 'forbidden', message: 'This peer was deleted by an admin.' })
  })
})
