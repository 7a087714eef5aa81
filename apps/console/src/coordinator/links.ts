import type { LinksNews, SavedLinks } from '@warren/db'
import type { Link, LinksAnswer, LinksInput } from '@warren/protocol'
import { Saver } from './saver.ts'

/** Chosen: how often news of tunnels go to the database at most; the console shows them to people. */
const SAVE_MS = 500
/**
 * Chosen: so many tunnels are saved at once. An agent's are one row, which is written anew as a whole: measured, a tenth
 * of a second for these.
 */
const LINKS_AT_ONCE = 10_000
/** Chosen: what a row costs that holds nothing yet, counted in tunnels. */
const ROW_COST = 20
/** Chosen: a telling of everything that does not go on for this long was given up. */
const GIVEN_UP_MS = 60_000

/** What this needs of the world around it. */
export type LinksWorld = {
  /** Names this life of the process in tags. */
  readonly instance: string
  /** Whether two peers may have a tunnel as things stand. */
  mayMeet(a: number, b: number): boolean
  save(news: LinksNews[]): Promise<void>
  forget(peerIds: number[]): Promise<void>
  /** Tells readers to look again, though no tunnel was told of. */
  poke(): Promise<void>
  readTag(peerId: number): Promise<string | null>
}

/** What is not saved yet of one peer's tunnels: everything there is, or what is different. */
type Pending = { whole: boolean; set: Map<number, Link>; gone: Set<number>; tag: string | null }

/**
 * What agents tell of their tunnels, on its way to the database. Only what is not saved yet is held here: a thousand
 * agents with a thousand tunnels each are a million of them.
 */
export class Links {
  readonly #world: LinksWorld
  readonly #tags = new Map<number, string>()
  /** About how many tunnels each peer has. */
  readonly #sizes = new Map<number, number>()
  readonly #pending = new Map<number, Pending>()
  /** Tellings of everything that are under way. */
  readonly #begun = new Map<number, { set: Map<number, Link>; atMs: number }>()
  #forgotten = new Set<number>()
  #poked = false
  #made = 0
  readonly #saver = new Saver(() => this.#save(), SAVE_MS)

  constructor(world: LinksWorld) {
    this.#world = world
  }

  /** Takes over what the database knows. */
  load(saved: ReadonlyMap<number, SavedLinks>): void {
    for (const [peerId, { tag, about }] of saved) {
      if (tag !== null && !this.#tags.has(peerId)) this.#tags.set(peerId, tag)
      this.#sizes.set(peerId, about)
    }
  }

  /** Whether the agent goes on from what it told last here. */
  isFamiliar(peerId: number, base: string | null): boolean {
    return base === null || this.#tags.get(peerId) === base
  }

  /** Takes in what an agent tells, unless it goes on from something that nobody here knows. */
  async told(peerId: number, input: LinksInput): Promise<LinksAnswer> {
    if (input.base === null) return this.#everything(peerId, input)
    if (!(await this.#knows(peerId, input.base))) return { tag: this.#nextTag(), whole: true }
    return { tag: this.#enter(peerId, input), whole: false }
  }

  /** What is known of a hub's tunnels: it says so over its socket, and has no tags. */
  observed(hubId: number, news: { set: Iterable<Link>; gone: Iterable<number>; whole: boolean }): void {
    const pending = news.whole ? fresh(true) : this.#pendingOf(hubId)
    for (const link of news.set) enter(pending, link)
    for (const peer of news.gone) leave(pending, peer)
    this.#pending.set(hubId, pending)
    this.#saver.want()
  }

  /** Peers that left the network: nothing is known of them any more. */
  forget(peerIds: readonly number[]): void {
    if (peerIds.length === 0) return
    for (const id of peerIds) {
      this.#tags.delete(id)
      this.#sizes.delete(id)
      this.#pending.delete(id)
      this.#begun.delete(id)
      this.#forgotten.add(id)
    }
    this.#saver.want()
  }

  /** An agent came or went, and with it what it told counts or does not. */
  poke(): void {
    this.#poked = true
    this.#saver.want()
  }

  #everything(peerId: number, input: LinksInput): LinksAnswer {
    const begun = input.first ? { set: new Map<number, Link>(), atMs: 0 } : this.#begun.get(peerId)
    if (!begun || (!input.first && performance.now() - begun.atMs > GIVEN_UP_MS)) {
      return { tag: this.#nextTag(), whole: true }
    }
    begun.atMs = performance.now()
    for (const link of this.#possible(peerId, input.links)) begun.set.set(link.peer, link)
    for (const peer of input.gone) begun.set.delete(peer)
    const tag = this.#nextTag()
    if (!input.last) {
      this.#begun.set(peerId, begun)
      return { tag, whole: false }
    }
    this.#begun.delete(peerId)
    this.#pending.set(peerId, { whole: true, set: begun.set, gone: new Set(), tag })
    this.#tags.set(peerId, tag)
    this.#saver.want()
    return { tag, whole: false }
  }

  #enter(peerId: number, input: LinksInput): string {
    const pending = this.#pendingOf(peerId)
    for (const link of this.#possible(peerId, input.links)) enter(pending, link)
    for (const peer of input.gone) leave(pending, peer)
    pending.tag = this.#nextTag()
    this.#tags.set(peerId, pending.tag)
    this.#pending.set(peerId, pending)
    this.#saver.want()
    return pending.tag
  }

  /** Tunnels that the rules allow: an agent's word does not make others. */
  #possible(peerId: number, links: readonly Link[]): Link[] {
    return links.filter(({ peer }) => peer !== peerId && this.#world.mayMeet(peerId, peer))
  }

  /** Another coordinator may have heard it last. */
  async #knows(peerId: number, base: string): Promise<boolean> {
    if (this.#tags.get(peerId) === base) return true
    return (await this.#world.readTag(peerId)) === base
  }

  #pendingOf(peerId: number): Pending {
    return this.#pending.get(peerId) ?? fresh(false)
  }

  #nextTag(): string {
    this.#made += 1
    return `${this.#world.instance}.${this.#made}`
  }

  async #save(): Promise<boolean> {
    const forgotten = [...this.#forgotten]
    this.#forgotten.clear()
    const batch = this.#nextBatch()
    const poked = this.#poked
    this.#poked = false
    try {
      if (forgotten.length > 0) await this.#world.forget(forgotten)
      await this.#world.save(batch.map(([peerId, pending]) => ({ peerId, ...pending, ...listed(pending) })))
      if (poked) await this.#world.poke()
    } catch (error) {
      this.#poked ||= poked
      for (const id of forgotten) this.#forgotten.add(id)
      for (const [peerId, pending] of batch) {
        if (!this.#forgotten.has(peerId)) this.#pending.set(peerId, onTop(pending, this.#pending.get(peerId)))
      }
      throw error
    }
    return this.#pending.size > 0
  }

  /** Those that wait for longest, as many as are saved at once. */
  #nextBatch(): [number, Pending][] {
    const batch: [number, Pending][] = []
    let cost = 0
    for (const entry of this.#pending) {
      if (cost > LINKS_AT_ONCE) break
      const [peerId, { whole, set }] = entry
      if (whole) this.#sizes.set(peerId, set.size)
      cost += ROW_COST + Math.max(set.size, this.#sizes.get(peerId) ?? 0)
      batch.push(entry)
      this.#pending.delete(peerId)
    }
    return batch
  }

  stop(): Promise<void> {
    return this.#saver.stop()
  }
}

const fresh = (whole: boolean): Pending => ({ whole, set: new Map(), gone: new Set(), tag: null })

const listed = ({ set, gone }: Pending) => ({ set: [...set.values()], gone: [...gone] })

function enter(pending: Pending, link: Link): void {
  pending.set.set(link.peer, link)
  pending.gone.delete(link.peer)
}

function leave(pending: Pending, peer: number): void {
  pending.set.delete(peer)
  if (!pending.whole) pending.gone.add(peer)
}

/** What could not be saved, with what came since on top of it. */
function onTop(older: Pending, newer: Pending | undefined): Pending {
  if (!newer || newer.whole) return newer ?? older
  const merged = { ...older, tag: newer.tag ?? older.tag }
  for (const link of newer.set.values()) enter(merged, link)
  for (const peer of newer.gone) leave(merged, peer)
  return merged
}
