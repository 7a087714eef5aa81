import { type Link, type LinksAnswer, type LinksInput, MAX_GONE, MAX_LINKS } from '@warren/protocol'

/** Chosen: figures that grow all the time are told this often, in milliseconds; each node at a moment of its own. */
export const FIGURES_MS = 60_000
/** Chosen: news of this many links in one telling of figures; the others follow with the next one. */
const FIGURES_AT_ONCE = MAX_LINKS
/** Chosen: fewer bytes than this in a minute are keepalives and handshakes (WireGuard: 32 and 240 bytes). */
const IDLE_BYTES = 1_000
/** Chosen: one message stays this far below what the mesh API reads (64 KiB). */
const MESSAGE_BYTES = 40_000
/** Chosen: what could not be told is told again after this long; a console that lost track hears from all within it. */
const RETRY_MS = 5_000

/** What was told of one tunnel, and what was counted. */
type Told = {
  live: boolean
  via: Link['via']
  at: string | null
  shaken: number
  rx: number
  tx: number
  tried: number
  /** When it was told, by the monotonic clock; -Infinity when it never was. */
  atMs: number
}
type Counted = { rx: number; tx: number }

/**
 * Decides what to tell of a node's tunnels, and when. It has no clock and sends nothing: `message` says what is due,
 * `heard` and `lost` say what became of it, one message at a time.
 */
export class LinkNews {
  readonly #random: () => number
  readonly #told = new Map<number, Told>()
  readonly #counted = new Map<number, Counted>()
  readonly #total: LinksInput['total']
  /** What the console called the state that it knows; null: it has to be told everything. */
  #base: string | null = null
  /** Whether a telling of everything has begun. */
  #begun = false
  #figuresAt = Number.NEGATIVE_INFINITY
  #toldTotal = 0
  #notBefore = Number.NEGATIVE_INFINITY
  /** How often figures are told; a node that shall stay quiet tells them more rarely. */
  figuresMs = FIGURES_MS
  /** What there was nothing to tell of; looked at again when figures are due. */
  #quiet: readonly Link[] | null = null

  /** @param since names this run of the agent, from whose beginning bytes are counted; `random` gives 0 up to 1 */
  constructor(since: string, random: () => number = Math.random) {
    this.#random = random
    this.#total = { since, rx: 0, tx: 0 }
  }

  /** Counts what the device counted since the last look; has to be called once for each look. */
  count(links: readonly Link[]): void {
    const first = this.#counted.size === 0
    const gone = new Set(this.#counted.keys())
    for (const { peer, rx, tx } of links) {
      gone.delete(peer)
      // What was there before this run is not of this run; a tunnel that comes later begins at nothing.
      const before = this.#counted.get(peer) ?? (first ? { rx, tx } : { rx: 0, tx: 0 })
      // Counters that went back are those of a tunnel made anew.
      this.#total.rx += rx >= before.rx ? rx - before.rx : rx
      this.#total.tx += tx >= before.tx ? tx - before.tx : tx
      this.#counted.set(peer, { rx, tx })
    }
    for (const peer of gone) this.#counted.delete(peer)
  }

  /** What is to be told now; null when nothing is, or when it is too early to try again. */
  message(links: readonly Link[], nowMs: number): LinksInput | null {
    if (nowMs < this.#notBefore || (links === this.#quiet && nowMs < this.#figuresAt)) return null
    const there = new Set(links.map(({ peer }) => peer))
    const gone = [...this.#told.keys()].filter((peer) => !there.has(peer)).slice(0, MAX_GONE)
    const news = links.filter((link) => isNews(this.#told.get(link.peer), link))
    const figures = this.#base !== null && nowMs >= this.#figuresAt ? this.#figures(links, nowMs) : []
    const grown = this.#total.rx + this.#total.tx > this.#toldTotal
    const due = this.#base === null || nowMs < this.#figuresAt ? false : figures.length > 0 || grown
    this.#quiet = null
    if (this.#base !== null && news.length === 0 && gone.length === 0 && !due) {
      this.#quiet = links
      return null
    }

    const chosen = fitting([...news, ...figures.filter((link) => !news.includes(link))])
    const whole = this.#base === null
    return {
      base: this.#base,
      first: whole && !this.#begun,
      last: whole && chosen.length >= news.length,
      links: chosen,
      gone,
      total: { ...this.#total },
    }
  }

  /** The console has heard a message that was sent at `nowMs`. */
  heard(message: LinksInput, { tag, whole }: LinksAnswer, nowMs: number): void {
    if (whole) {
      this.#startOver(nowMs + this.#random() * RETRY_MS)
      return
    }
    for (const link of message.links) this.#told.set(link.peer, { ...factsOf(link), atMs: nowMs })
    for (const peer of message.gone) this.#told.delete(peer)
    this.#toldTotal = message.total.rx + message.total.tx
    this.#begun = message.base === null && !message.last
    if (!this.#begun) this.#base = tag
    if (nowMs >= this.#figuresAt) this.#figuresAt = nowMs + this.figuresMs * (0.75 + this.#random() / 2)
  }

  /** Nobody knows whether the console has heard it. */
  lost(nowMs: number): void {
    if (this.#base === null) this.#startOver(nowMs + RETRY_MS)
    else this.#notBefore = nowMs + RETRY_MS
  }

  #startOver(notBefore: number): void {
    this.#told.clear()
    this.#base = null
    this.#begun = false
    this.#quiet = null
    this.#notBefore = notBefore
  }

  /** Links whose figures are worth telling, those first that were not told of for longest. */
  #figures(links: readonly Link[], nowMs: number): Link[] {
    const age = (link: Link): number => nowMs - (this.#told.get(link.peer)?.atMs ?? 0)
    return links
      .filter((link) => hasFigures(this.#told.get(link.peer), link))
      .sort((a, b) => age(b) - age(a))
      .slice(0, FIGURES_AT_ONCE)
  }
}

const factsOf = ({ live, via, at, shaken, rx, tx, tried }: Link) => ({
  ...{ live, via, at, shaken, rx, tx },
  tried: tried.length,
})

/**
 * Where a tunnel without a handshake is sent to changes every few seconds, and is told as a figure; that all places were
 * tried in vain is news, because then the console opens a relay.
 */
const isNews = (told: Told | undefined, link: Link): boolean =>
  told === undefined ||
  told.live !== link.live ||
  (link.live && (told.at !== link.at || told.via !== link.via)) ||
  (!link.live && told.tried !== link.tried.length)

const hasFigures = (told: Told | undefined, link: Link): boolean =>
  told !== undefined &&
  (told.shaken !== link.shaken ||
    told.tried !== link.tried.length ||
    Math.abs(link.rx - told.rx) + Math.abs(link.tx - told.tx) > IDLE_BYTES)

/** As many as one message holds. */
function fitting(links: readonly Link[]): Link[] {
  const chosen: Link[] = []
  let bytes = 0
  for (const link of links) {
    // Measured: what is not addresses; those of IPv6 are the longest.
    bytes += 130 + link.tried.reduce((sum, place) => sum + place.length + 3, link.at?.length ?? 4)
    if (bytes > MESSAGE_BYTES || chosen.length === MAX_LINKS) break
    chosen.push(link)
  }
  return chosen
}
