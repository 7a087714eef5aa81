import { Link, LinksInput } from '@warren/protocol'
import { beforeEach, expect, test } from 'vitest'
import { FIGURES_MS, LinkNews } from '../src/plan/link-news.ts'

const A = '203.0.113.7:51820'
const B = '198.51.100.9:51820'

let news: LinkNews
/** The device's tunnels by the other side's id, as a test leaves them. */
let device: Map<number, Link>
let told: LinksInput[]
let tags: number

beforeEach(() => {
  news = new LinkNews('run-1', () => 0.5)
  device = new Map()
  told = []
  tags = 0
})

const link = (peer: number, more: Partial<Link> = {}): Link => ({
  peer,
  live: true,
  via: 'direct',
  at: A,
  shaken: 1_000_000,
  rx: 0,
  tx: 0,
  tried: [],
  ...more,
})
const put = (...links: Link[]) => {
  for (const one of links) device.set(one.peer, one)
}
/** One look at the device, and what is told of it to a console that answers. */
function look(seconds: number, answer: { whole?: boolean } = {}): LinksInput | null {
  const links = [...device.values()]
  news.count(links)
  const message = news.message(links, seconds * 1000)
  if (!message) return null
  told.push(LinksInput.parse(message))
  tags += 1
  news.heard(message, { tag: `t${tags}`, whole: answer.whole ?? false }, seconds * 1000)
  return message
}
const peersIn = (message: LinksInput | null) => message?.links.map(({ peer }) => peer)
const many = (count: number, more: Partial<Link> = {}) => Array.from({ length: count }, (_, i) => link(i + 1, more))

test('everything is told first, also when that is nothing', () => {
  expect(look(0)).toMatchObject({ base: null, first: true, last: true, links: [], gone: [] })
  expect(look(1)).toBeNull()
})

test('what changed is told at once and goes on from the last answer, what stayed is not told again', () => {
  put(link(1), link(2))
  look(0)
  put(link(2, { live: false, tried: [A] }), link(3, { at: B }))
  device.delete(1)
  const message = look(1)
  expect(message).toMatchObject({ base: 't1', first: false, last: false, gone: [1] })
  expect(peersIn(message)).toEqual([2, 3])
  expect([look(2), look(3)]).toEqual([null, null])
})

test('a live tunnel that goes elsewhere is news; one that looks for the other side is not, move by move', () => {
  put(link(1), link(2, { live: false, at: A }))
  look(0)
  put(link(1, { at: B }), link(2, { live: false, at: B }))
  expect(peersIn(look(5))).toEqual([1])
  expect(peersIn(look(100)) ?? []).toEqual([])
})

test('that every place was tried in vain is news, and so is a live tunnel that goes through the relay', () => {
  put(link(1, { live: false }), link(2))
  look(0)
  put(link(1, { live: false, tried: [A, B] }), link(2, { via: 'relay', tried: [A] }))
  expect(peersIn(look(1))).toEqual([1, 2])
  expect(look(2)).toBeNull()
})

test('figures wait for their minute, and bytes of keepalives alone are not told as such', () => {
  put(link(1), link(2), link(3))
  look(0)
  put(link(1, { rx: 5_000_000 }), link(2, { rx: 300, tx: 300 }), link(3, { shaken: 1_000_120 }))
  expect(look(FIGURES_MS / 1000 - 20)).toBeNull()
  expect(peersIn(look(FIGURES_MS / 1000 + 20))).toEqual([1, 3])
})

test('of very many figures those come first that were not told for longest', () => {
  put(...many(600))
  for (let second = 0; second < 5; second += 1) look(second)
  put(...many(600, { shaken: 1_000_120 }))
  const first = peersIn(look(100)) ?? []
  const second = peersIn(look(200)) ?? []
  const third = peersIn(look(300)) ?? []
  expect(new Set([...first, ...second, ...third]).size).toBe(600)
})

test('a thousand tunnels are told in messages that the console reads, and what vanished meanwhile is not in doubt', () => {
  put(...many(1000, { at: '[2001:db8:1234:5678:9abc:def0:1234:5678]:51820', tried: [], rx: 2 ** 40, tx: 2 ** 40 }))
  look(0)
  device.delete(1000)
  for (let second = 1; second < 20; second += 1) look(second)
  expect(told.map(({ first }) => first)).toEqual([true, ...told.slice(1).map(() => false)])
  expect(told.map(({ last }) => last)).toEqual([...told.slice(1).map(() => false), true])
  expect(new Set(told.flatMap(peersIn)).size).toBe(999)
  for (const message of told) expect(JSON.stringify(message).length).toBeLessThan(60_000)
})

test('a tunnel that dies while everything is being told is told as dead', () => {
  put(...many(400))
  look(0)
  put(link(1, { live: false }))
  for (let second = 1; second < 5; second += 1) look(second)
  expect(told.flatMap(({ links }) => links).findLast(({ peer }) => peer === 1)?.live).toBe(false)
  expect(told.at(-1)).toMatchObject({ last: true })
})

test('a console that lost track is told everything again, a little later', () => {
  put(link(1), link(2))
  look(0)
  put(link(1, { live: false }))
  expect(look(1, { whole: true })).not.toBeNull()
  expect(look(2)).toBeNull()
  expect(look(10)).toMatchObject({ base: null, first: true, last: true, links: [{ peer: 1 }, { peer: 2 }] })
})

test('what was lost on the way is told again; a telling of everything begins anew', () => {
  put(...many(400))
  const first = news.message([...device.values()], 0)
  expect(first?.first).toBe(true)
  news.lost(0)
  expect(news.message([...device.values()], 1000)).toBeNull()
  expect(news.message([...device.values()], 6000)?.first).toBe(true)
})

test('bytes are counted from the beginning of the run, over tunnels that end and counters that begin anew', () => {
  put(link(1, { rx: 1_000_000, tx: 500 }))
  look(0)
  expect(told.at(-1)?.total).toEqual({ since: 'run-1', rx: 0, tx: 0 })
  put(link(1, { rx: 1_000_100, tx: 520 }), link(2, { rx: 30, tx: 3 }))
  look(1)
  put(link(1, { rx: 40, tx: 4 }))
  device.delete(2)
  look(2)
  expect(told.at(-1)?.total).toEqual({ since: 'run-1', rx: 170, tx: 27 })
})

test('a node whose only news are bytes still tells of them every minute', () => {
  put(link(1))
  look(0)
  put(link(1, { rx: 200 }))
  expect(look(100)).toMatchObject({ links: [], total: { rx: 200 } })
  expect(look(200)).toBeNull()
})

test('what it makes is what the protocol takes', () => {
  expect(Link.parse(link(1, { at: '[2001:DB8::1]:9' })).at).toBe('[2001:db8::1]:9')
  expect(Link.safeParse(link(1, { at: 'hub.example.org:9' })).success).toBe(false)
})
