import type { SavedRelay } from '@warren/db'
import type { FromHub, LinksInput, ToHub } from '@warren/protocol'
import { Claims } from './relay-claims.ts'
import { RelayNotices } from './relay-notices.ts'
import { Pair } from './relay-pair.ts'
import { BUSY_MS, granted, MAX_EACH, MAX_PAIRS, stateOf, verdictOf } from './relay-rules.ts'
import { Saver } from './saver.ts'
import type { Topology, Touched } from './topology/topology.ts'

/** Chosen: how often all pairs that are looked at are looked at. */
const LOOK_MS = 1_000
/** Chosen: how long a hub that has come is waited for to tell what it has open; it would close what it is not told of. */
const HEAR_MS = 3_000
/** Chosen: how often what is known of relays goes to the database at most; people look at it. */
const SAVE_MS = 500

const OVER_BOUND = `Of each peer at most ${MAX_EACH} tunnels go through the hub because of what it tells.`

/** What the decisions need of the world around them. */
export type RelaysWorld = {
  readonly topology: Topology
  isOnline(peerId: number): boolean
  /** Whether its agent would send to a relay when told to. */
  follows(peerId: number): boolean
  send(message: ToHub): void
  wake(touched: Touched): void
  save(relays: SavedRelay[]): Promise<void>
  /** Monotonic. */
  nowMs(): number
}

type OpenRelays = Extract<FromHub, { kind: 'relays' }>

/**
 * Which pairs go through the hub. Agents tell what gets through; the hub opens ports; both sides of a pair are told of
 * theirs in their own entries. Only the coordinator that has the hub decides: the others hear nothing and do nothing.
 */
export class Relays {
  readonly #world: RelaysWorld
  readonly #claims = new Claims()
  readonly #pairs = new Map<string, Pair>()
  readonly #notices: RelayNotices
  readonly #saver: Saver
  #saved = '[]'
  #hub: 'away' | 'unheard' | 'heard' = 'away'
  /** Nothing is known from before: what the hub has open is taken over. */
  #isNew = true
  #timer: NodeJS.Timeout | null = null
  #waiting: NodeJS.Timeout | null = null

  constructor(world: RelaysWorld) {
    this.#world = world
    this.#notices = new RelayNotices(world.topology, (message) => world.send(message))
    this.#saver = new Saver(() => this.#save(), SAVE_MS)
  }

  /** Takes over what the database knows. The topology has to be loaded. */
  load(saved: readonly SavedRelay[], down: ReadonlyMap<number, readonly number[]>): void {
    const now = this.#world.nowMs()
    for (const relay of saved) {
      // What was refused for another pair's sake is looked at anew.
      if (relay.portA !== null || relay.refused !== OVER_BOUND) this.#enter(Pair.restored(relay, now))
    }
    this.#saved = JSON.stringify(this.#rows())
    for (const [peerId, others] of down) for (const other of others) this.#claims.add(peerId, other)
    for (const peerId of down.keys()) this.came(peerId)
    this.#world.wake(this.#tell())
    this.#watch()
  }

  /** An agent tells of its tunnels. */
  told(peerId: number, { first, links, gone }: LinksInput): void {
    const now = this.#world.nowMs()
    if (first) this.#claims.clear(peerId)
    for (const { peer, ...link } of links) {
      if (this.#isHub(peer) && link.live && this.#notices.hubAnswers(peerId, link.at)) this.#moved()
      if (!this.#mayRelay(peerId, peer)) continue
      const isDown = stateOf(link) === 'down'
      if (isDown) this.#claims.add(peerId, peer)
      else this.#claims.delete(peerId, peer)
      const known = this.#pairs.get(nameOf(peerId, peer))
      const pair = known ?? (isDown && this.#world.isOnline(peer) ? this.#enter(new Pair(peerId, peer)) : undefined)
      pair?.told(peerId, link, now)
    }
    for (const peer of gone) {
      this.#claims.delete(peerId, peer)
      this.#pairs.get(nameOf(peerId, peer))?.told(peerId, null, now)
    }
    this.#watch()
  }

  /** A peer is online again: what was said of it, and by it, counts. */
  came(peerId: number): void {
    if (!this.#world.isOnline(peerId)) return
    for (const other of this.#claims.about(peerId)) {
      if (!this.#world.isOnline(other) || !this.#mayRelay(peerId, other)) continue
      const pair = this.#pairs.get(nameOf(peerId, other)) ?? this.#enter(new Pair(peerId, other))
      const now = this.#world.nowMs()
      if (this.#claims.has(peerId, other)) pair.isDown(peerId, now)
      if (this.#claims.has(other, peerId)) pair.isDown(other, now)
    }
    this.#watch()
  }

  /** Peers that take part no more. */
  left(peerIds: readonly number[]): void {
    for (const id of peerIds) {
      this.#claims.clear(id)
      this.#notices.forget(id)
    }
  }

  /** The network is another one: who may not meet any more is parted at once, the hub first. Gives whose entry is new. */
  stepped(): Touched {
    for (const [name, pair] of this.#pairs) if (!this.#mayRelay(pair.a, pair.b)) this.#pairs.delete(name)
    this.#saver.want()
    return this.#tell()
  }

  /** A hub has come, and may have relays open from before. */
  hubCame(): void {
    this.#hub = 'unheard'
    this.#notices.forgetHub()
    clearTimeout(this.#waiting ?? undefined)
    this.#waiting = setTimeout(() => this.#hear(), HEAR_MS)
  }

  hubLeft(): void {
    this.#hub = 'away'
    clearTimeout(this.#waiting ?? undefined)
  }

  /** The hub tells what it passes packets on for. */
  opened({ open, refused }: Pick<OpenRelays, 'open' | 'refused'>): void {
    const now = this.#world.nowMs()
    const isFirst = this.#hub !== 'heard'
    const ports = new Map(open.map(({ a, b, portA, portB }) => [nameOf(a, b), { a: portA, b: portB }]))
    if (this.#isNew) for (const { a, b } of open) this.#takeOver(a, b, now)
    this.#isNew = false
    for (const [name, pair] of this.#pairs) {
      if (!pair.wanted) continue
      const own = ports.get(name)
      // A hub that has just come was not told yet what it is to open.
      if (!own && isFirst) continue
      pair.ports = own ?? null
      pair.refused = own ? null : refused
    }
    this.#hear()
    this.#saver.want()
  }

  #takeOver(a: number, b: number, now: number): void {
    if (this.#pairs.has(nameOf(a, b)) || !this.#mayRelay(a, b)) return
    const since = new Date().toISOString()
    const pair = { a: Math.min(a, b), b: Math.max(a, b), since, portA: null, portB: null, refused: null }
    this.#enter(Pair.restored({ ...pair, triedA: [], triedB: [] }, now))
  }

  #hear(): void {
    clearTimeout(this.#waiting ?? undefined)
    if (this.#hub === 'away') return
    this.#hub = 'heard'
    this.#world.wake(this.#tell())
    this.#watch()
  }

  #enter(pair: Pair): Pair {
    this.#pairs.set(nameOf(pair.a, pair.b), pair)
    return pair
  }

  /** Looks at all pairs from time to time, while there are any. */
  #watch(): void {
    if (this.#pairs.size > 0) this.#timer ??= setInterval(() => this.#look(), LOOK_MS)
  }

  #look(): void {
    if (this.#hub === 'heard') this.#decide()
    if (this.#pairs.size > 0) return
    clearInterval(this.#timer ?? undefined)
    this.#timer = null
  }

  #decide(): void {
    const now = this.#world.nowMs()
    const due: Pair[] = []
    for (const [name, pair] of this.#pairs) {
      const together = this.#world.isOnline(pair.a) && this.#world.isOnline(pair.b)
      const verdict = verdictOf(pair.facts({ allowed: this.#mayRelay(pair.a, pair.b), together }, now))
      if (verdict === 'drop') this.#pairs.delete(name)
      if (verdict === 'relay' && !pair.wanted) due.push(pair)
    }
    this.#grant(due, now)
    this.#world.wake(this.#tell())
    this.#saver.want()
  }

  #grant(due: readonly Pair[], now: number): void {
    if (due.length === 0) return
    const wanted = this.#wanted()
    const charged = new Map<number, number>()
    for (const { wanted: by } of wanted) {
      if (by?.claimant) charged.set(by.claimant, (charged.get(by.claimant) ?? 0) + 1)
    }
    const found = granted(due, charged, MAX_PAIRS - wanted.length)
    for (const pair of due) {
      const claimant = found.get(pair)
      pair.since ??= new Date().toISOString()
      pair.refused = claimant === undefined ? OVER_BOUND : null
      if (claimant !== undefined) pair.wanted = { ms: now, claimant }
    }
  }

  /** Those with data first, then first come, first served. */
  #wanted(): Pair[] {
    const isBusy = (pair: Pair): number => (this.#world.nowMs() - pair.busyAtMs < BUSY_MS ? 1 : 0)
    return [...this.#pairs.values()]
      .filter((pair) => pair.wanted !== null)
      .sort((p, q) => isBusy(q) - isBusy(p) || p.sinceMs - q.sinceMs || p.a - q.a || p.b - q.b)
  }

  /** Tells the hub, when it is there, and then the peers; gives whose entry is new. */
  #tell(): Touched {
    if (this.#hub === 'heard') this.#notices.tellHub(this.#wanted())
    return this.#notices.tellPeers(this.#pairs.values())
  }

  /** The hub answers a peer elsewhere, which counts while it moves. */
  #moved(): void {
    if (this.#world.topology.network.endpointBefore !== null) this.#world.wake(this.#tell())
  }

  #isHub(peerId: number): boolean {
    return this.#world.topology.placed(peerId)?.hub ?? false
  }

  #mayRelay(a: number, b: number): boolean {
    const { topology } = this.#world
    const isAgent = (id: number) => topology.rows.peers.get(id)?.kind === 'agent' && this.#world.follows(id)
    return topology.network.relay && topology.mayMeet(a, b) && isAgent(a) && isAgent(b)
  }

  #rows(): SavedRelay[] {
    const rows = [...this.#pairs.values()].flatMap(({ saved }) => saved ?? [])
    return rows.sort((p, q) => p.a - q.a || p.b - q.b).slice(0, MAX_PAIRS)
  }

  /** Another coordinator has the hub, and knows better. */
  async #save(): Promise<boolean> {
    if (this.#hub === 'away') return false
    const rows = this.#rows()
    const text = JSON.stringify(rows)
    if (text === this.#saved) return false
    await this.#world.save(rows)
    this.#saved = text
    return false
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer ?? undefined)
    clearTimeout(this.#waiting ?? undefined)
    await this.#saver.stop()
  }
}

const nameOf = (one: number, other: number): string => (one < other ? `${one} ${other}` : `${other} ${one}`)
