import { type Link, type Observed, tunnelLives } from '@warren/protocol'

/** Chosen: how often figures are told, and those tunnels found that died in silence. Milliseconds. */
const SWEEP_MS = 10_000
/** Chosen: fewer bytes are keepalives and no news. */
const IDLE_BYTES = 1_000

/** What a hub's device shows of one peer, and what was told of it. */
type Seen = {
  link: Link
  grewAtMs: number
  toldLive: boolean
  toldAt: string | null
  toldShaken: number
  toldRx: number
}

/** News of a hub's tunnels. */
export type HubNews = { set: Link[]; gone: number[]; whole: boolean }

type Hubs = {
  now(): { ms: number; unixS: number }
  /** Seconds between the keepalives of a peer; 0 where its silence says nothing. */
  keepaliveOf(peerId: number): number
  tell(news: HubNews): void
}

/**
 * The tunnels that end at the hub, as its device shows them: what changes is told at once, figures now and then. Only
 * direct ones, since it is the hub itself that passes on.
 */
export class HubLinks {
  readonly #hubs: Hubs
  readonly #seen = new Map<number, Seen>()
  #timer: NodeJS.Timeout | null = null
  #whole = true

  constructor(hubs: Hubs) {
    this.#hubs = hubs
  }

  /** What the device shows of members, those that changed; gives how many bytes that are more, as the hub counts them. */
  observed(peers: Iterable<{ peerId: number; seen: Observed }>): { rx: number; tx: number } {
    const { ms } = this.#hubs.now()
    const set: Link[] = []
    const grown = { rx: 0, tx: 0 }
    for (const { peerId, seen } of peers) {
      const before = this.#seen.get(peerId)
      if (before) {
        grown.rx += growth(before.link.rx, seen.rx)
        grown.tx += growth(before.link.tx, seen.tx)
      }
      const link: Link = {
        peer: peerId,
        live: false,
        via: 'direct',
        at: seen.endpoint ?? before?.link.at ?? null,
        shaken: seen.handshakeAt,
        rx: seen.rx,
        tx: seen.tx,
        tried: [],
      }
      const grewAtMs = before?.link.rx === seen.rx ? before.grewAtMs : ms
      const told = before ?? { toldLive: false, toldAt: null, toldShaken: -1, toldRx: 0 }
      const next: Seen = { ...told, link, grewAtMs }
      this.#seen.set(peerId, next)
      if (this.#judge(next) || !before) set.push(this.#note(next))
    }
    this.#tell(set, [])
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS)
    return grown
  }

  /** Peers that the hub has no tunnel to any more. */
  drop(peerIds: Iterable<number>): void {
    this.#tell(
      [],
      [...peerIds].filter((id) => this.#seen.delete(id)),
    )
  }

  #tell(set: Link[], gone: number[]): void {
    if (set.length === 0 && gone.length === 0) return
    this.#hubs.tell({ set, gone, whole: this.#whole })
    this.#whole = false
  }

  #sweep(): void {
    const set: Link[] = []
    for (const seen of this.#seen.values()) {
      const { shaken, rx } = seen.link
      if (this.#judge(seen) || shaken !== seen.toldShaken || Math.abs(rx - seen.toldRx) > IDLE_BYTES) {
        set.push(this.#note(seen))
      }
    }
    this.#tell(set, [])
  }

  /** Sees whether the tunnel lives, and gives whether that, or where to, is not as it was told. */
  #judge(seen: Seen): boolean {
    const { ms, unixS } = this.#hubs.now()
    const { shaken, peer, at } = seen.link
    const shakenAgoS = shaken > 0 ? unixS - shaken : null
    const silentS = (ms - seen.grewAtMs) / 1000
    const live = tunnelLives({ shakenAgoS, silentS, keepaliveS: this.#hubs.keepaliveOf(peer) })
    if (live !== seen.link.live) seen.link = { ...seen.link, live }
    return live !== seen.toldLive || (live && at !== seen.toldAt)
  }

  #note(seen: Seen): Link {
    const { live, at, shaken, rx } = seen.link
    Object.assign(seen, { toldLive: live, toldAt: at, toldShaken: shaken, toldRx: rx })
    return seen.link
  }

  stop(): void {
    clearInterval(this.#timer ?? undefined)
  }
}

/** Counters that went back were made anew. */
const growth = (before: number, now: number): number => (now >= before ? now - before : now)
