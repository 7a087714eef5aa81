import type { SavedRelay } from '@warren/db'
import { type Link, type LinksInput, noRows, type RelayPair, type ToHub } from '@warren/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RelayBook } from '../../src/coordinator/relay-book.ts'
import type { Pair } from '../../src/coordinator/relay-pair.ts'
import { PATIENCE_MS, SETTLED_MS } from '../../src/coordinator/relay-rules.ts'
import { Relays } from '../../src/coordinator/relays.ts'
import { Topology, type Touched } from '../../src/coordinator/topology/topology.ts'
import { keyOf, member, newPlan } from './random-network.ts'

const AT = '203.0.113.9:4000'
const REFUSED = 'The hub relays 1 pairs at most.'

/** A network with agents 2 to 6 in its root, and what the decisions need of it; a hub that opens all that it is told. */
class World {
  readonly topology = new Topology()
  readonly online = new Set([2, 3, 4, 5, 6])
  readonly told: RelayPair[][] = []
  readonly woken = new Set<number>()
  saved: SavedRelay[] = []
  relays: Relays

  constructor() {
    this.topology.load(this.plan())
    this.relays = this.anew()
  }

  plan() {
    const plan = newPlan()
    return { ...plan, peers: [...plan.peers, ...[2, 3, 4, 5, 6].map((id) => member(id, 1))] }
  }

  anew(): Relays {
    return new Relays({
      topology: this.topology,
      isOnline: (id) => this.online.has(id),
      follows: () => true,
      send: (message) => this.hear(message),
      wake: (touched) => this.wake(touched),
      save: async (rows) => {
        this.saved = rows
      },
      nowMs: () => performance.now(),
    })
  }

  wake({ selves }: Touched): void {
    for (const id of selves) this.woken.add(id)
  }

  hear(message: ToHub): void {
    if (message.kind === 'relays') this.told.push(message.pairs)
  }

  /** The hub opens so many of what it was told last, and says so. */
  open(count = Number.POSITIVE_INFINITY): void {
    const pairs = this.told.at(-1) ?? []
    const open = pairs
      .slice(0, count)
      .map(({ a, b }) => ({ a: a.peer, b: b.peer, portA: port(a.peer, b.peer), portB: port(b.peer, a.peer) }))
    this.relays.opened({ open, refused: pairs.length > count ? REFUSED : null })
  }

  /** What a peer's own entry says. */
  shown(id: number) {
    return this.topology.placed(id)?.self.relays
  }

  /** A hub comes, and has nothing open. */
  hub(): void {
    this.relays.hubCame()
    this.relays.opened({ open: [], refused: null })
  }

  step(before: Partial<ReturnType<typeof noRows>>, after: Partial<ReturnType<typeof noRows>>): void {
    const revision = this.topology.revision + 1
    this.topology.apply({ revision, before: { ...noRows(), ...before }, after: { ...noRows(), ...after } })
    this.wake(this.relays.stepped())
  }
}

const port = (id: number, other: number) => 50_000 + id * 10 + other
const entry = (id: number, other: number) => ({ peer: other, at: `203.0.113.1:${port(id, other)}` })
const link = (peer: number, how: 'down' | 'proven' | 'direct' | 'relay'): Link => ({
  peer,
  live: how === 'direct' || how === 'relay',
  via: how === 'relay' ? 'relay' : 'direct',
  at: AT,
  shaken: 0,
  rx: 0,
  tx: 0,
  tried: how === 'proven' ? [AT] : [],
})
const news = (...links: Link[]): LinksInput => ({
  base: 't',
  first: false,
  last: false,
  links,
  gone: [],
  total: { since: 's', rx: 0, tx: 0 },
})
const ids = (pairs: RelayPair[] | undefined) => pairs?.map(({ a, b }) => [a.peer, b.peer])

let world: World
beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
})
afterEach(async () => {
  await world.relays.stop()
  vi.useRealTimers()
})

/** Lets the pair of 2 and 3 come to be relayed. */
async function relayed(): Promise<void> {
  world.hub()
  world.relays.told(2, news(link(3, 'down')))
  world.relays.told(3, news(link(2, 'down')))
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + 1_000)
  world.open()
  world.relays.told(2, news(link(3, 'relay')))
  world.relays.told(3, news(link(2, 'relay')))
}

test('a pair that has tried everything in vain is relayed within ten seconds, and both sides are told at once', async () => {
  world.hub()
  world.relays.told(2, news(link(3, 'down')))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(world.told.flat()).toEqual([])
  world.relays.told(2, news(link(3, 'proven')))
  await vi.advanceTimersByTimeAsync(2_000)
  expect(world.told.at(-1)).toEqual([{ a: { peer: 2, key: keyOf(2) }, b: { peer: 3, key: keyOf(3) } }])
  world.open()
  expect(world.shown(2)).toEqual([entry(2, 3)])
  expect(world.shown(3)).toEqual([entry(3, 2)])
  expect([...world.woken].sort()).toEqual([2, 3])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(world.saved).toMatchObject([
    { a: 2, b: 3, portA: port(2, 3), portB: port(3, 2), triedA: [AT], triedB: [], refused: null },
  ])
})

test('a pair with many places to try does not wait for the last one', async () => {
  world.hub()
  world.relays.told(2, news(link(3, 'down')))
  await vi.advanceTimersByTimeAsync(9_000)
  expect(ids(world.told.at(-1))).toEqual([[2, 3]])
})

test('a pair that gets through in time is not relayed', async () => {
  world.hub()
  world.relays.told(2, news(link(3, 'down')))
  await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1_000)
  world.relays.told(2, news(link(3, 'direct')))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.told.flat()).toEqual([])
})

test('a peer that comes later is waited for, though nobody has news', async () => {
  world.online.delete(3)
  world.hub()
  world.relays.told(2, news(link(3, 'down')))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.told.flat()).toEqual([])
  world.online.add(3)
  world.relays.came(3)
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + 2_000)
  expect(ids(world.told.at(-1))).toEqual([[2, 3]])
})

test('a relay stays for a while when direct works, and goes when it goes on to work', async () => {
  await relayed()
  world.relays.told(2, news(link(3, 'direct')))
  await vi.advanceTimersByTimeAsync(SETTLED_MS * 2)
  expect(ids(world.told.at(-1))).toEqual([[2, 3]])
  world.relays.told(3, news(link(2, 'direct')))
  await vi.advanceTimersByTimeAsync(SETTLED_MS - 2_000)
  expect(world.shown(2)).toEqual([entry(2, 3)])
  await vi.advanceTimersByTimeAsync(4_000)
  expect(world.told.at(-1)).toEqual([])
  expect([world.shown(2), world.shown(3)]).toEqual([undefined, undefined])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(world.saved).toEqual([])
})

test('a relay outlives a sleep, and not a long absence', async () => {
  await relayed()
  world.online.delete(3)
  await vi.advanceTimersByTimeAsync(9 * 60_000)
  world.online.add(3)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.shown(2)).toEqual([entry(2, 3)])
  world.online.delete(2)
  await vi.advanceTimersByTimeAsync(11 * 60_000)
  expect(world.told.at(-1)).toEqual([])
})

test('a pair that may not meet any more is parted at once, by the hub and in both entries', async () => {
  await relayed()
  world.woken.clear()
  const row = member(3, 1)
  world.step({ peers: [row] }, { peers: [{ ...row, enabled: false }] })
  expect(world.told.at(-1)).toEqual([])
  expect(world.shown(2)).toBeUndefined()
  expect(world.woken).toContain(2)
  world.step({ peers: [{ ...row, enabled: false }] }, { peers: [row] })
  expect(world.shown(3)).toBeUndefined()
})

test('a network that relays nothing any more parts all at once', async () => {
  await relayed()
  const { network } = world.plan()
  world.step({ networks: [network] }, { networks: [{ ...network, relay: false }] })
  expect(world.told.at(-1)).toEqual([])
  expect([world.shown(2), world.shown(3)]).toEqual([undefined, undefined])
  world.relays.told(4, news(link(5, 'down')))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(world.told.at(-1)).toEqual([])
})

test('the hub is told of a new key, and the peers of its new address', async () => {
  await relayed()
  const row = member(3, 1)
  world.step({ peers: [row] }, { peers: [{ ...row, publicKey: keyOf(33) }] })
  expect(world.told.at(-1)?.[0]?.b.key).toBe(keyOf(33))
  const { network } = world.plan()
  world.step({ networks: [network] }, { networks: [{ ...network, endpoint: 'vpn.example.org:51820' }] })
  expect(world.shown(2)).toEqual([{ peer: 3, at: `vpn.example.org:${port(2, 3)}` }])
})

test('while the hub moves, each peer sends to where the hub answers it', async () => {
  await relayed()
  const { network } = world.plan()
  const moving = { ...network, endpoint: '198.51.100.2:51820', endpointBefore: network.endpoint }
  world.step({ networks: [network] }, { networks: [moving] })
  expect(world.shown(2)).toEqual([entry(2, 3)])
  world.relays.told(2, news({ ...link(1, 'direct'), at: '198.51.100.2:51820' }))
  expect(world.shown(2)).toEqual([{ peer: 3, at: `198.51.100.2:${port(2, 3)}` }])
  expect(world.shown(3)).toEqual([entry(3, 2)])
})

test('what the hub refuses is told to people, and not asked for again and again', async () => {
  world.hub()
  world.relays.told(2, news(link(3, 'down'), link(4, 'down')))
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + 2_000)
  world.open(1)
  const asked = world.told.length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.told.length).toBe(asked)
  expect(world.shown(2)).toEqual([entry(2, 3)])
  expect(world.shown(4)).toBeUndefined()
  expect(world.saved).toMatchObject([
    { a: 2, b: 3, refused: null },
    { a: 2, b: 4, portA: null, refused: REFUSED },
  ])
})

test('a restarted coordinator goes on from what was saved: no entry changes, and the hub keeps what it has', async () => {
  await relayed()
  await vi.advanceTimersByTimeAsync(1_000)
  const before = JSON.stringify([world.shown(2), world.shown(3)])
  const { saved } = world
  await world.relays.stop()
  world.topology.observe([2, 3].map((peerId) => ({ peerId, relays: [] })))
  world.relays = world.anew()
  world.relays.load(saved, new Map())
  expect(JSON.stringify([world.shown(2), world.shown(3)])).toBe(before)
  world.relays.hubCame()
  const told = world.told.length
  world.relays.opened({ open: [{ a: 2, b: 3, portA: port(2, 3), portB: port(3, 2) }], refused: null })
  expect(ids(world.told[told])).toEqual([[2, 3]])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.told.length).toBe(told + 1)
})

test('a coordinator that lost what was saved takes over what the hub has open, as far as it is allowed', async () => {
  const open = [
    { a: 2, b: 3, portA: port(2, 3), portB: port(3, 2) },
    { a: 2, b: 99, portA: 50_998, portB: 50_999 },
  ]
  world.relays.hubCame()
  expect(world.told).toEqual([])
  world.relays.opened({ open, refused: null })
  expect(world.told.map(ids)).toEqual([[[2, 3]]])
  expect(world.shown(3)).toEqual([entry(3, 2)])
})

test('a hub that says nothing is told after a while, and again when it comes again', async () => {
  world.relays.hubCame()
  world.relays.told(2, news(link(3, 'down')))
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + 4_000)
  expect(ids(world.told.at(-1))).toEqual([[2, 3]])
  world.open()
  world.relays.hubLeft()
  const told = world.told.length
  expect(world.shown(2)).toEqual([entry(2, 3)])
  world.relays.hubCame()
  world.relays.opened({ open: [], refused: null })
  // What is not open yet stays in the entries until the hub says otherwise.
  expect(world.shown(2)).toEqual([entry(2, 3)])
  expect(ids(world.told[told])).toEqual([[2, 3]])
  world.relays.opened({ open: [{ a: 2, b: 3, portA: 60_000, portB: 60_001 }], refused: null })
  expect(world.shown(2)).toEqual([{ peer: 3, at: '203.0.113.1:60000' }])
})

test('what a hub told before the network was read counts', async () => {
  world.relays.hubCame({ open: [{ a: 2, b: 3, portA: port(2, 3), portB: port(3, 2) }], refused: null })
  await vi.advanceTimersByTimeAsync(4_000)
  expect(world.told.map(ids)).toEqual([[[2, 3]]])
  expect(world.shown(2)).toEqual([entry(2, 3)])
})

test('a coordinator without a hub decides and saves nothing', async () => {
  world.relays.told(2, news(link(3, 'down')))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.told).toEqual([])
  expect(world.saved).toEqual([])
})

test('what was told before a restart counts', async () => {
  world.relays.load(
    [],
    new Map([
      [2, [3]],
      [4, [99]],
    ]),
  )
  world.hub()
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + 2_000)
  expect(ids(world.told.at(-1))).toEqual([[2, 3]])
})

test('agents that all begin at once are more than can be watched; those left over are looked at afterwards', () => {
  const ids = Array.from({ length: 240 }, (_, at) => at + 2)
  const plan = newPlan()
  const topology = new Topology()
  topology.load({ ...plan, peers: [...plan.peers, ...ids.map((id) => member(id, 1))] })
  const book = new RelayBook({ topology, isOnline: () => true, follows: () => true, nowMs: () => 0 })
  for (const id of ids) book.told(id, news(...ids.filter((other) => other !== id).map((other) => link(other, 'down'))))
  const all = (ids.length * (ids.length - 1)) / 2
  const watched = book.size
  expect(watched).toBeLessThan(all)
  const seen = new Set<Pair>()
  while (book.size > 0) {
    for (const pair of [...book.pairs()]) {
      seen.add(pair)
      for (const [one, other] of [
        [pair.a, pair.b],
        [pair.b, pair.a],
      ] as const)
        book.told(one, news(link(other, 'direct')))
      book.drop(pair)
    }
  }
  expect(seen.size).toBe(all)
  expect(watched * 2).toBeGreaterThan(all)
})
