import { decode, encode, type Packet, type Question, RECURSION_DESIRED } from 'dns-packet'
import { expect, test } from 'vitest'
import { answerTo } from '../../src/coordinator/dns/answer.ts'
import { answerBytes } from '../../src/coordinator/dns/server.ts'
import { Names } from '../../src/coordinator/dns/zone.ts'
import { Topology } from '../../src/coordinator/topology/topology.ts'
import { member, peerRow, townPlan } from './random-network.ts'

/** Peers 3 and 9 sit in quarter-3, 4 in quarter-4, 5 in quarter-5, 12 has not joined; 9 has an IPv6 address too. */
function town(): Topology {
  const topology = new Topology()
  const plan = townPlan()
  const peers = plan.peers.map((row) => (row.id === 9 ? { ...row, address6: 'fd00::9' } : row))
  topology.load({ ...plan, peers: [...peers, peerRow(12, 3)] })
  return topology
}
const TOWN = new Names(town())

const ask = (asker: number, question: Partial<Question>): Packet =>
  answerTo(
    { type: 'query', id: 7, flags: RECURSION_DESIRED, questions: [{ type: 'A', class: 'IN', name: '', ...question }] },
    TOWN.asSeenBy(asker),
  )
const codeOf = ({ flags = 0 }: Packet): number => flags & 0xf
const dataOf = ({ answers = [] }: Packet): unknown[] => answers.map((answer) => 'data' in answer && answer.data)

test('a peer is found by its name, in each family that it has', () => {
  expect(dataOf(ask(3, { name: 'peer-9.net.wg' }))).toEqual(['10.42.0.9'])
  expect(dataOf(ask(3, { name: 'peer-9.net.wg', type: 'AAAA' }))).toEqual(['fd00::9'])
  expect(dataOf(ask(3, { name: 'PEER-3.net.wg.' }))).toEqual(['10.42.0.3'])
  expect(dataOf(ask(3, { name: 'hub.net.wg' }))).toEqual(['10.42.0.1'])
})

test('by its address, it is found by its name', () => {
  expect(dataOf(ask(3, { name: '9.0.42.10.in-addr.arpa', type: 'PTR' }))).toEqual(['peer-9.net.wg'])
  const nibbles = `9.${'0.'.repeat(27)}0.0.d.f.ip6.arpa`
  expect(dataOf(ask(3, { name: nibbles, type: 'PTR' }))).toEqual(['peer-9.net.wg'])
})

test('who cannot be reached has no name, and neither has who has not joined', () => {
  for (const name of ['peer-4.net.wg', 'peer-5.net.wg', 'peer-12.net.wg', 'nobody.net.wg', 'a.hub.net.wg']) {
    const answer = ask(3, { name })
    expect([name, codeOf(answer), dataOf(answer)]).toEqual([name, 3, []])
  }
  expect(codeOf(ask(3, { name: '4.0.42.10.in-addr.arpa', type: 'PTR' }))).toBe(5)
})

test('what there is nothing of is answered with how long to remember that', () => {
  const answer = ask(3, { name: 'peer-3.net.wg', type: 'AAAA' })
  expect([codeOf(answer), dataOf(answer), answer.authorities?.[0]]).toMatchObject([
    0,
    [],
    { type: 'SOA', name: 'net.wg', data: { minimum: 5 } },
  ])
})

test('other names are for other servers, and strangers are told nothing', () => {
  expect(codeOf(ask(3, { name: 'example.org' }))).toBe(5)
  expect(codeOf(ask(3, { name: 'xnet.wg' }))).toBe(5)
  expect(codeOf(ask(12, { name: 'hub.net.wg' }))).toBe(5)
  expect(codeOf(ask(999, { name: 'hub.net.wg' }))).toBe(5)
})

test('a name follows its peer', () => {
  const topology = town()
  const names = new Names(topology)
  const before = topology.rows.peers.get(9) ?? member(9, 3)
  const answered = () => dataOf(answerTo({ questions: [{ type: 'A', name: 'moved.net.wg' }] }, names.asSeenBy(3)))
  expect(answered()).toEqual([])
  const rows = { networks: [], cidrs: [], associations: [], invitations: [] }
  const renamed = { ...before, name: 'moved', address: '10.42.0.99' }
  topology.apply({ revision: 2, before: { ...rows, peers: [before] }, after: { ...rows, peers: [renamed] } })
  expect(answered()).toEqual(['10.42.0.99'])
})

test('on the wire the answer has the number and the question of what was asked', () => {
  const query = encode({ type: 'query', id: 4711, questions: [{ type: 'A', class: 'IN', name: 'hub.net.wg' }] })
  const answer = decode(answerBytes(query, () => TOWN.asSeenBy(3)) ?? Buffer.alloc(0))
  expect(answer).toMatchObject({ id: 4711, type: 'response', questions: [{ name: 'hub.net.wg' }] })
  expect(dataOf(answer)).toEqual(['10.42.0.1'])
})

test('what is no question gets no answer', () => {
  const zone = () => TOWN.asSeenBy(3)
  const response = encode({ type: 'response', id: 1, questions: [{ type: 'A', name: 'hub.net.wg' }] })
  for (const bytes of [Buffer.alloc(0), Buffer.from('nonsense'), response]) expect(answerBytes(bytes, zone)).toBeNull()
  const update: Packet = { type: 'query', id: 1, flags: 5 << 11, questions: [{ type: 'A', name: 'hub.net.wg' }] }
  expect(codeOf(answerTo(update, zone()))).toBe(4)
})
