import type { SavedRelay } from '@warren/db'
import type { Link } from '@warren/protocol'
import { type PairFacts, type SideState, stateOf } from './relay-rules.ts'

/** Chosen: fewer bytes between two tellings are keepalives and handshakes. */
const IDLE_BYTES = 1_000

/** One side of a pair, as it last told; `tried`: what it tried before the hub helped. Times are monotonic milliseconds. */
type Side = {
  state: SideState
  downSinceMs: number | null
  /** Since when all places have been tried in vain. */
  provenSinceMs: number | null
  tried: readonly string[]
  bytes: number
}

/** When a pair came to be wanted, and because of whose word; null where nobody knows any more. */
type Wanted = { readonly ms: number; readonly claimant: number | null }

const silent = (): Side => ({ state: 'unknown', downSinceMs: null, provenSinceMs: null, tried: [], bytes: 0 })

/** Two peers of which at least one told that it cannot get through to the other; `a` < `b`. */
export class Pair {
  readonly a: number
  readonly b: number
  wanted: Wanted | null = null
  /** Since when it needs the hub, whether or not it got it, ISO 8601; null while that is not settled. */
  since: string | null = null
  /** The hub's ports for the two sides while it passes packets on. */
  ports: { readonly a: number; readonly b: number } | null = null
  /** Why it does not, in one sentence. */
  refused: string | null = null
  /** When data last passed through, as far as the two told. */
  busyAtMs = Number.NEGATIVE_INFINITY
  readonly #sides: { readonly a: Side; readonly b: Side } = { a: silent(), b: silent() }
  #togetherSinceMs: number | null = null
  #apartSinceMs: number | null = null
  #needlessSinceMs: number | null = null

  constructor(one: number, other: number) {
    this.a = Math.min(one, other)
    this.b = Math.max(one, other)
  }

  /** A pair as it was before this process; that both were there is not known yet. */
  static restored(saved: SavedRelay, nowMs: number): Pair {
    const pair = new Pair(saved.a, saved.b)
    pair.wanted = { ms: nowMs, claimant: null }
    pair.since = saved.since
    pair.ports = saved.portA === null || saved.portB === null ? null : { a: saved.portA, b: saved.portB }
    pair.refused = saved.refused
    pair.#sides.a.tried = saved.triedA
    pair.#sides.b.tried = saved.triedB
    return pair
  }

  /** One side tells; null when it has no tunnel to the other any more. `rests` as in `stateOf`. */
  told(peerId: number, link: Omit<Link, 'peer'> | null, { nowMs, rests }: { nowMs: number; rests: boolean }): void {
    const side = this.#side(peerId)
    side.state = link ? stateOf(link, rests) : 'unknown'
    const isDown = side.state === 'down'
    side.downSinceMs = isDown ? (side.downSinceMs ?? nowMs) : null
    side.provenSinceMs = isDown && link && link.tried.length > 0 ? (side.provenSinceMs ?? nowMs) : null
    if (link && link.tried.length > 0) side.tried = link.tried
    const bytes = link ? link.rx + link.tx : 0
    if (side.state === 'relay' && bytes - side.bytes > IDLE_BYTES) this.busyAtMs = nowMs
    side.bytes = bytes
  }

  /** A side is known to have said so earlier. */
  isDown(peerId: number, nowMs: number): void {
    const side = this.#side(peerId)
    if (side.state === 'unknown') Object.assign(side, { state: 'down', downSinceMs: nowMs })
  }

  /** The sides that say that no packet gets through. */
  get claimants(): number[] {
    const { a, b } = this.#sides
    return [...(a.state === 'down' ? [this.a] : []), ...(b.state === 'down' ? [this.b] : [])]
  }

  get sinceMs(): number {
    const { a, b } = this.#sides
    return this.wanted?.ms ?? earliest(a.downSinceMs, b.downSinceMs) ?? Number.POSITIVE_INFINITY
  }

  /** Looks at the pair: what is so now, and since when. */
  facts({ allowed, together }: { allowed: boolean; together: boolean }, nowMs: number): PairFacts {
    const states = [this.#sides.a.state, this.#sides.b.state]
    const needless = !states.includes('down') && !states.includes('relay')
    this.#togetherSinceMs = together ? (this.#togetherSinceMs ?? nowMs) : null
    this.#apartSinceMs = together ? null : (this.#apartSinceMs ?? nowMs)
    this.#needlessSinceMs = needless ? (this.#needlessSinceMs ?? nowMs) : null
    const ago = (ms: number | null) => (ms === null ? null : nowMs - ms)
    return {
      allowed,
      wanted: this.wanted !== null,
      togetherMs: ago(this.#togetherSinceMs),
      apartMs: ago(this.#apartSinceMs),
      downMs: ago(earliest(this.#sides.a.downSinceMs, this.#sides.b.downSinceMs)),
      provenMs: ago(earliest(this.#sides.a.provenSinceMs, this.#sides.b.provenSinceMs)),
      needlessMs: ago(this.#needlessSinceMs),
      bothDirect: states.every((state) => state === 'direct'),
    }
  }

  /** As it is saved; null while it does not need the hub. */
  get saved(): SavedRelay | null {
    const { a, b, since, ports, refused } = this
    if (since === null) return null
    const tried = { triedA: this.#sides.a.tried, triedB: this.#sides.b.tried }
    return { a, b, since, portA: ports?.a ?? null, portB: ports?.b ?? null, ...tried, refused: ports ? null : refused }
  }

  #side(peerId: number): Side {
    return peerId === this.a ? this.#sides.a : this.#sides.b
  }
}

const earliest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other)
