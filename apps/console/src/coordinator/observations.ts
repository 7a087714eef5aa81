import type { Counter, LinksNews, SavedLinks, TrafficNews } from '@warren/db'
import type { LinksAnswer, LinksInput, Observed } from '@warren/protocol'
import { HubLinks } from './hub-links.ts'
import { hubRow } from './hub-peers.ts'
import { Links } from './links.ts'
import { type ReceiptNews, Receipts } from './receipts.ts'
import type { Topology, Touched } from './topology/topology.ts'
import { Traffic } from './traffic.ts'

/** Where observations of one network go, and what is known of them. Everything here may fail while the database is away. */
export type ObservationStore = {
  saveLinks(news: LinksNews[]): Promise<void>
  forgetLinks(peerIds: number[]): Promise<void>
  pokeLinks(): Promise<void>
  readTag(peerId: number): Promise<string | null>
  saveTraffic(news: TrafficNews[]): Promise<void>
  readCounter(peerId: number): Promise<ReadonlyMap<number, Counter>>
  saveReceipts(news: ReceiptNews): Promise<void>
}

/** What the database knew when this process began. */
export type KnownBefore = {
  readonly links: ReadonlyMap<number, SavedLinks>
  readonly counters: ReadonlyMap<number, Counter>
  readonly hubApplied: number | null
}

type World = { readonly instance: string; readonly store: ObservationStore; now(): Date }

/** What a hub counts for a device names no run of an agent. */
const BY_HUB = 'hub'

/** What is observed of one network beside presence: tunnels, traffic, and how far changes have come. */
export class Observations {
  readonly links: Links
  readonly receipts: Receipts
  readonly #traffic: Traffic
  readonly #hubLinks: HubLinks
  readonly #topology: Topology
  readonly #store: ObservationStore
  readonly #hubTotal: { since: string; rx: number; tx: number }

  constructor(topology: Topology, { instance, store, now }: World) {
    this.#topology = topology
    this.#store = store
    this.#hubTotal = { since: instance, rx: 0, tx: 0 }
    this.links = new Links({
      instance,
      mayMeet: (a, b) => topology.mayMeet(a, b),
      save: (news) => store.saveLinks(news),
      forget: (peerIds) => store.forgetLinks(peerIds),
      poke: () => store.pokeLinks(),
      readTag: (peerId) => store.readTag(peerId),
    })
    this.receipts = new Receipts((news) => store.saveReceipts(news))
    this.#traffic = new Traffic((news) => store.saveTraffic(news))
    this.#hubLinks = new HubLinks({
      now: () => ({ ms: performance.now(), unixS: now().getTime() / 1000 }),
      keepaliveOf: (peerId) => this.#keepaliveOf(peerId),
      tell: (news) => {
        const hub = hubRow(topology.rows)
        if (hub) this.links.observed(hub.id, news)
      },
    })
  }

  load({ links, counters, hubApplied }: KnownBefore): void {
    this.links.load(links)
    this.#traffic.load(counters)
    this.receipts.load(hubApplied)
  }

  /** What an agent tells of its tunnels. One that told another coordinator before has counted on meanwhile. */
  async told(peerId: number, input: LinksInput): Promise<LinksAnswer> {
    if (!this.links.isFamiliar(peerId, input.base)) this.#traffic.load(await this.#store.readCounter(peerId))
    this.#traffic.counted(peerId, input.total, 'count')
    return this.links.told(peerId, input)
  }

  /** What the hub's device shows of members. A device tells nothing itself, so the hub's figures are its own, turned round. */
  observed(peers: readonly { peerId: number; seen: Observed }[]): void {
    const active = peers.filter(({ peerId }) => this.#topology.placed(peerId)?.hub === false)
    const grown = this.#hubLinks.observed(active)
    for (const { peerId, seen } of active) {
      if (!this.#isDevice(peerId)) continue
      this.#traffic.counted(peerId, { since: BY_HUB, rx: seen.tx, tx: seen.rx }, 'skip')
    }
    const hub = hubRow(this.#topology.rows)
    if (!hub || grown.rx + grown.tx === 0) return
    this.#hubTotal.rx += grown.rx
    this.#hubTotal.tx += grown.tx
    this.#traffic.counted(hub.id, this.#hubTotal, 'count')
  }

  /** A change is in force here. `hubToo`: the hub's device has to change for it. */
  changed(touched: Touched, hubToo: boolean): void {
    const hub = hubToo ? hubRow(this.#topology.rows) : undefined
    const peerIds = this.#topology.concerned(touched)
    this.receipts.changed(this.#topology.revision, hub ? [...peerIds, hub.id] : peerIds)
  }

  /** Peers that take part no more: their tunnels have ended. */
  left(peerIds: readonly number[]): void {
    this.#hubLinks.drop(peerIds)
    this.links.forget(peerIds)
  }

  /** A peer that was deleted. One that may come back goes on counting where it was. */
  deleted(peerId: number): void {
    this.#traffic.forget(peerId)
  }

  #isDevice(peerId: number): boolean {
    return this.#topology.rows.peers.get(peerId)?.kind === 'device'
  }

  /** A device sends keepalives if somebody told it to, which nobody knows. */
  #keepaliveOf(peerId: number): number {
    return this.#isDevice(peerId) ? 0 : this.#topology.network.keepaliveS
  }

  /** Saves what is unsaved. */
  async stop(): Promise<void> {
    this.#hubLinks.stop()
    await Promise.all([this.links.stop(), this.receipts.stop(), this.#traffic.stop()])
  }
}
