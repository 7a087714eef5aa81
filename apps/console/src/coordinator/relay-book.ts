import type { SavedRelay } from '@warren/db'
import { type LinksInput, silenceLimitS } from '@warren/protocol'
import { Claims } from './relay-claims.ts'
import { Pair } from './relay-pair.ts'
import { stateOf } from './relay-rules.ts'
import type { Topology } from './topology/topology.ts'

/**
 * Chosen: so many pairs are watched at once. When a thousand agents start in the same minute, each begins with nothing
 * that gets through; those beyond the bound are looked at when that has passed.
 */
const MAX_WATCHED = 20_000

/** What the book needs of the world around it. */
export type BookWorld = {
  readonly topology: Topology
  isOnline(peerId: number): boolean
  /** Whether its agent would send to a relay when told to. */
  follows(peerId: number): boolean
  /** Monotonic. */
  nowMs(): number
}

/** The pairs of which a side told that it does not get through to the other, and what was told of them. */
export class RelayBook {
  readonly #world: BookWorld
  readonly #claims = new Claims()
  readonly #pairs = new Map<string, Pair>()
  /** Whether there were more than can be watched. */
  #hasMore = false

  constructor(world: BookWorld) {
    this.#world = world
  }

  get size(): number {
    return this.#pairs.size
  }

  pairs(): IterableIterator<Pair> {
    return this.#pairs.values()
  }

  /** Whether both are agents that may reach each other, in a network whose hub may relay. */
  mayRelay({ a, b }: { readonly a: number; readonly b: number }): boolean {
    const { topology, follows } = this.#world
    const isAgent = (id: number) => topology.rows.peers.get(id)?.kind === 'agent' && follows(id)
    return topology.network.relay && topology.mayMeet(a, b) && isAgent(a) && isAgent(b)
  }

  /** What was told before this process. */
  remember(down: ReadonlyMap<number, readonly number[]>): void {
    for (const [peerId, others] of down) for (const other of others) this.#claims.add(peerId, other)
    this.#lookAgain()
  }

  /** A pair that goes through the hub already, unless it may not any more. */
  restore(relay: SavedRelay): void {
    if (!this.#pairs.has(nameOf(relay.a, relay.b)) && this.mayRelay(relay)) {
      this.#enter(Pair.restored(relay, this.#world.nowMs()))
    }
  }

  drop(pair: Pair): void {
    this.#pairs.delete(nameOf(pair.a, pair.b))
    if (this.#hasMore && this.#pairs.size < MAX_WATCHED / 2) this.#lookAgain()
  }

  /** An agent tells of its tunnels. */
  told(peerId: number, { first, links, gone }: LinksInput): void {
    const rests = silenceLimitS(this.#world.topology.network.keepaliveS) === null
    const when = { nowMs: this.#world.nowMs(), rests }
    if (first) this.#claims.clear(peerId)
    for (const { peer, ...link } of links) {
      if (!this.mayRelay({ a: peerId, b: peer })) continue
      const isDown = stateOf(link, rests) === 'down'
      if (isDown) this.#claims.add(peerId, peer)
      else this.#claims.delete(peerId, peer)
      const pair = isDown && this.#world.isOnline(peer) ? this.#watched(peerId, peer) : this.#known(peerId, peer)
      pair?.told(peerId, link, when)
    }
    for (const peer of gone) {
      this.#claims.delete(peerId, peer)
      this.#known(peerId, peer)?.told(peerId, null, when)
    }
  }

  /** A peer is online again: what was said of it, and by it, counts. */
  came(peerId: number): void {
    if (!this.#world.isOnline(peerId)) return
    for (const other of this.#claims.about(peerId)) this.#meet(peerId, other)
  }

  /** Peers that take part no more. */
  left(peerIds: readonly number[]): void {
    for (const id of peerIds) this.#claims.clear(id)
  }

  #lookAgain(): void {
    this.#hasMore = false
    for (const [peerId, other] of this.#claims.all()) {
      if (this.#hasMore) return
      if (this.#world.isOnline(peerId)) this.#meet(peerId, other)
    }
  }

  /** Two of whom one is online, and one said something of the other. */
  #meet(peerId: number, other: number): void {
    if (!this.#world.isOnline(other) || !this.mayRelay({ a: peerId, b: other })) return
    const pair = this.#watched(peerId, other)
    const now = this.#world.nowMs()
    if (this.#claims.has(peerId, other)) pair?.isDown(peerId, now)
    if (this.#claims.has(other, peerId)) pair?.isDown(other, now)
  }

  #known(one: number, other: number): Pair | undefined {
    return this.#pairs.get(nameOf(one, other))
  }

  #watched(one: number, other: number): Pair | undefined {
    const known = this.#known(one, other)
    if (known) return known
    if (this.#pairs.size < MAX_WATCHED) return this.#enter(new Pair(one, other))
    this.#hasMore = true
    return undefined
  }

  #enter(pair: Pair): Pair {
    this.#pairs.set(nameOf(pair.a, pair.b), pair)
    return pair
  }
}

const nameOf = (one: number, other: number): string => (one < other ? `${one} ${other}` : `${other} ${one}`)
