import type { Counter, TrafficNews } from '@warren/db'
import { Saver } from './saver.ts'

/** Chosen: how often bytes go to the database at most. Spans are minutes long. */
const SAVE_MS = 10_000
/** Chosen: a rate is an average over at least this long, in milliseconds: figures come every minute. */
const RATE_MS = 20_000
/** Chosen: nobody moves more bytes than this between two tellings; whoever says so does not count. */
const MAX_GROWTH = 2 ** 44

type Book = Counter & { windowAtMs: number; windowRx: number; windowTx: number; rxPerS: number; txPerS: number }
type Grown = { rx: number; tx: number }

/** What peers' counters grew by, on its way to the database. */
export class Traffic {
  readonly #save: (news: TrafficNews[]) => Promise<void>
  readonly #books = new Map<number, Book>()
  #grown = new Map<number, Grown>()
  readonly #saver: Saver

  constructor(save: (news: TrafficNews[]) => Promise<void>) {
    this.#save = save
    this.#saver = new Saver(() => this.#flush(), SAVE_MS)
  }

  /** Takes over what the database knows, where that is more than what is known here. */
  load(counters: ReadonlyMap<number, Counter>): void {
    for (const [peerId, counter] of counters) {
      const book = this.#books.get(peerId)
      const isBehind = book?.since !== counter.since || book.rx + book.tx < counter.rx + counter.tx
      if (isBehind) this.#books.set(peerId, opened(counter, performance.now()))
    }
  }

  /**
   * A peer's counters. Another `since` counts from nothing; without one that is known, `first` says what the bytes so far
   * mean: new ones, or those of a time that nobody here knows. Counters that go back were made anew.
   */
  counted(peerId: number, counter: Counter, first: 'count' | 'skip'): void {
    const now = performance.now()
    const book = this.#books.get(peerId)
    const goesOn = book?.since === counter.since
    const from = goesOn && book.rx <= counter.rx && book.tx <= counter.tx ? book : { rx: 0, tx: 0 }
    const skips = !goesOn && first === 'skip'
    const grown = skips ? { rx: 0, tx: 0 } : { rx: counter.rx - from.rx, tx: counter.tx - from.tx }
    const next = { ...(book ?? opened(counter, now)), ...counter }
    this.#books.set(peerId, next)
    if (grown.rx > MAX_GROWTH || grown.tx > MAX_GROWTH) return
    next.windowRx += grown.rx
    next.windowTx += grown.tx
    this.#close(next, now)
    const sum = this.#grown.get(peerId) ?? { rx: 0, tx: 0 }
    this.#grown.set(peerId, { rx: sum.rx + grown.rx, tx: sum.tx + grown.tx })
    this.#saver.want()
  }

  forget(peerId: number): void {
    this.#books.delete(peerId)
    this.#grown.delete(peerId)
  }

  /** A window that is long enough becomes the rate, and the next one begins. */
  #close(book: Book, now: number): void {
    const ms = now - book.windowAtMs
    if (ms < RATE_MS) return
    book.rxPerS = (book.windowRx / ms) * 1000
    book.txPerS = (book.windowTx / ms) * 1000
    Object.assign(book, { windowAtMs: now, windowRx: 0, windowTx: 0 })
  }

  async #flush(): Promise<boolean> {
    const grown = this.#grown
    this.#grown = new Map()
    try {
      await this.#save([...grown].flatMap(([peerId, sum]) => this.#newsOf(peerId, sum)))
    } catch (error) {
      for (const [peerId, { rx, tx }] of grown) {
        const since = this.#grown.get(peerId) ?? { rx: 0, tx: 0 }
        this.#grown.set(peerId, { rx: rx + since.rx, tx: tx + since.tx })
      }
      throw error
    }
    return false
  }

  #newsOf(peerId: number, grown: Grown): TrafficNews[] {
    const book = this.#books.get(peerId)
    if (!book) return []
    const { since, rx, tx, rxPerS, txPerS } = book
    return [{ peerId, since, rx, tx, rxPerS, txPerS, grewRx: grown.rx, grewTx: grown.tx }]
  }

  stop(): Promise<void> {
    return this.#saver.stop()
  }
}

const opened = (counter: Counter, now: number): Book => ({
  ...counter,
  windowAtMs: now,
  windowRx: 0,
  windowTx: 0,
  rxPerS: 0,
  txPerS: 0,
})
