import type { SavedRelay } from '@warren/db'
import type { FromHub, LinksInput, OpenRelay, ToHub } from '@warren/protocol'
import { type BookWorld, RelayBook } from './relay-book.ts'
import { RelayNotices } from './relay-notices.ts'
import type { Pair } from './relay-pair.ts'
import { BUSY_MS, granted, MAX_EACH, MAX_PAIRS, verdictOf } from './relay-rules.ts'
import { Saver } from './saver.ts'
import type { Touched } from './topology/topology.ts'

/** Chosen: how often all pairs that are looked at are looked at. */
const LOOK_MS = 1_000
/** Chosen: how long a hub that has come is waited for to tell what it has open; it would close what it is not told of. */
const HEAR_MS = 3_000
/** Chosen: how often what is known of relays goes to the database at most; people look at it. */
const SAVE_MS = 500

const OVER_BOUND = `Of each peer at most ${MAX_EACH} tunnels go through the hub because of what it tells.`

/** What the decisions need of the world around them. */
export type RelaysWorld = BookWorld & {
  send(message: ToHub): void
  wake(touched: Touched): void
  save(relays: SavedRelay[]): Promise<void>
}

type OpenRelays = Extract<FromHub, { kind: 'relays' }>

/**
 * Which pairs go through the hub. Agents tell what gets through; the hub opens ports; both sides of a pair are told of
 * theirs in their own entries. Only the coordinator that has the hub decides: the others hear nothing and do nothing.
 */
export class Relays {
  readonly #world: RelaysWorld
  readonly #book: RelayBook
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
    this.#book = new RelayBook(world)
    this.#notices = new RelayNotices(world.topology, (message) => world.send(message))
    this.#saver = new Saver(() => this.#save(), SAVE_MS)
  }

  /** Takes over what the database knows. The topology has to be loaded. */
  load(saved: readonly SavedRelay[], down: ReadonlyMap<number, readonly number[]>): void {
    // What was refused for another pair's sake is looked at anew.
    for (const relay of saved) if (relay.portA !== null || relay.refused !== OVER_BOUND) this.#book.restore(relay)
    this.#saved = JSON.stringify(this.#rows())
    this.#book.remember(down)
    this.#world.wake(this.#tell())
    this.#watch()
  }

  /** An agent tells of its tunnels. */
  told(peerId: number, input: LinksInput): void {
    this.#book.told(peerId, input)
    this.#watch()
    const { topology, wake } = this.#world
    const ownHub = input.links.find(({ peer, live }) => live && topology.placed(peer)?.hub)
    const isNew = ownHub !== undefined && this.#notices.hubAnswers(peerId, ownHub.at)
    if (isNew && topology.network.endpointBefore !== null) wake(this.#tell())
  }

  /** A peer is online again: what was said of it, and by it, counts. */
  came(peerId: number): void {
    this.#book.came(peerId)
    this.#watch()
  }

  /** Peers that take part no more. */
  left(peerIds: readonly number[]): void {
    this.#book.left(peerIds)
    for (const id of peerIds) this.#notices.forget(id)
  }

  /** The network is another one: who may not meet any more is parted at once, the hub first. Gives whose entry is new. */
  stepped(): Touched {
    for (const pair of this.#book.pairs()) if (!this.#book.mayRelay(pair)) this.#book.drop(pair)
    this.#saver.want()
    return this.#tell()
  }

  /** A hub has come, and may have relays open from before; `told`: what it said of them already. */
  hubCame(told?: Pick<OpenRelays, 'open' | 'refused'>): void {
    this.#hub = 'unheard'
    this.#notices.forgetHub()
    clearTimeout(this.#waiting ?? undefined)
    this.#waiting = setTimeout(() => (told ? this.opened(told) : this.#hear()), HEAR_MS)
  }

  hubLeft(): void {
    this.#hub = 'away'
    clearTimeout(this.#waiting ?? undefined)
  }

  /** The hub tells what it passes packets on for. */
  opened({ open, refused }: Pick<OpenRelays, 'open' | 'refused'>): void {
    const isFirst = this.#hub !== 'heard'
    if (this.#isNew) for (const relay of open) this.#takeOver(relay)
    this.#isNew = false
    const ports = new Map(open.map(({ a, b, portA, portB }) => [`${a} ${b}`, { a: portA, b: portB }]))
    for (const pair of this.#book.pairs()) {
      const own = ports.get(`${pair.a} ${pair.b}`)
      // A hub that has just come was not told yet what it is to open.
      if (!pair.wanted || (!own && isFirst)) continue
      pair.ports = own ?? null
      pair.refused = own ? null : refused
    }
    this.#hear()
    this.#saver.want()
  }

  #takeOver({ a, b }: OpenRelay): void {
    const ports = { portA: null, portB: null, refused: null }
    this.#book.restore({ a, b, since: new Date().toISOString(), ...ports, triedA: [], triedB: [] })
  }

  #hear(): void {
    clearTimeout(this.#waiting ?? undefined)
    if (this.#hub === 'away') return
    this.#hub = 'heard'
    this.#world.wake(this.#tell())
    this.#watch()
  }

  /** Looks at all pairs from time to time, while there are any. */
  #watch(): void {
    if (this.#book.size > 0) this.#timer ??= setInterval(() => this.#look(), LOOK_MS)
  }

  #look(): void {
    if (this.#hub === 'heard') this.#decide()
    if (this.#book.size > 0) return
    clearInterval(this.#timer ?? undefined)
    this.#timer = null
  }

  #decide(): void {
    const now = this.#world.nowMs()
    const due: Pair[] = []
    for (const pair of this.#book.pairs()) {
      const together = this.#world.isOnline(pair.a) && this.#world.isOnline(pair.b)
      const verdict = verdictOf(pair.facts({ allowed: this.#book.mayRelay(pair), together }, now))
      if (verdict === 'drop') this.#book.drop(pair)
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
    return [...this.#book.pairs()]
      .filter((pair) => pair.wanted !== null)
      .sort((p, q) => isBusy(q) - isBusy(p) || p.sinceMs - q.sinceMs || p.a - q.a || p.b - q.b)
  }

  /** Tells the hub, when it is there, and then the peers; gives whose entry is new. */
  #tell(): Touched {
    if (this.#hub === 'heard') this.#notices.tellHub(this.#wanted())
    return this.#notices.tellPeers(this.#book.pairs())
  }

  #rows(): SavedRelay[] {
    const rows = [...this.#book.pairs()].flatMap(({ saved }) => saved ?? [])
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
