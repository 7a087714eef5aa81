import type { Link } from '@warren/protocol'

/**
 * Chosen: how long a pair looks for a direct path before it goes through the hub, though not all places may have had their
 * time. A first initiation that is lost, as it is when only one side knows where the other is, is repeated after 5 s
 * (Rekey-Timeout), and the next place has a moment, too.
 */
export const PATIENCE_MS = 8_000
/** Chosen: once a side has tried all places in vain, the other one's news of a handshake may still be on its way. */
export const PROOF_MS = 1_000
/** Chosen: a direct path that lasts this long on both sides has made the relay needless. */
export const SETTLED_MS = 60_000
/** Chosen: a relay outlives an absence of this long, such as a laptop's sleep; and as long a silence about it. */
export const AWAY_MS = 600_000
/**
 * Chosen: a member can say of everybody it may reach that no packet gets through. So many pairs are relayed because of one
 * side's word; the other side's own word counts for itself.
 */
export const MAX_EACH = 32
/** Chosen: data that passed within this time makes a pair busy; figures are told each minute or so. */
export const BUSY_MS = 180_000
/** Chosen: more pairs no hub is told of; how many it has ports for it says itself. */
export const MAX_PAIRS = 4_096

/** How one side last told of a tunnel; `unknown` also where nobody wants to send anything. */
export type SideState = 'down' | 'relay' | 'direct' | 'unknown'

/**
 * What a link says of a tunnel's state. `rests`: without keepalives, a tunnel that nobody uses is as silent as one that is
 * cut, so only places that were tried say something, or that there are none.
 */
export function stateOf(
  { live, via, tried, at }: Pick<Link, 'live' | 'via' | 'tried' | 'at'>,
  rests: boolean,
): SideState {
  if (live) return via
  return !rests || tried.length > 0 || at === null ? 'down' : 'unknown'
}

/** What is known of a pair, in milliseconds since each began to be so; null when it is not so. */
export type PairFacts = {
  /** Both are agents that take part and may reach each other, and the network lets its hub relay. */
  readonly allowed: boolean
  /** It goes through the hub, or would if the hub could. */
  readonly wanted: boolean
  /** Both are online; not both are. */
  readonly togetherMs: number | null
  readonly apartMs: number | null
  /** A side says that no packet gets through; and that it has tried all places in vain. */
  readonly downMs: number | null
  readonly provenMs: number | null
  /** No side says that it needs the hub; and both say that they do not. */
  readonly needlessMs: number | null
  readonly bothDirect: boolean
}

/** `relay`: through the hub; `watch`: not yet; `drop`: not, or not any more. */
export type Verdict = 'relay' | 'watch' | 'drop'

/** Whether a pair is to go through the hub. */
export function verdictOf(facts: PairFacts): Verdict {
  if (!facts.allowed) return 'drop'
  if (facts.wanted) {
    const needless = (facts.needlessMs ?? 0) >= (facts.bothDirect ? SETTLED_MS : AWAY_MS)
    return needless || (facts.apartMs ?? 0) >= AWAY_MS ? 'drop' : 'relay'
  }
  const { togetherMs, downMs, provenMs } = facts
  if (togetherMs === null || downMs === null) return 'drop'
  // What was tried while the other one was away proves nothing.
  const isProven = provenMs !== null && provenMs < togetherMs && provenMs >= PROOF_MS
  return isProven || Math.min(togetherMs, downMs) >= PATIENCE_MS ? 'relay' : 'watch'
}

/** A pair that needs the hub. `claimants`: the sides that say so. */
export type Due = { readonly sinceMs: number; readonly claimants: readonly number[] }

/**
 * Which of those that need the hub get it, beside those that have it already: both sides' word before one side's, then
 * first come, first served; each charged to the side that has fewer.
 * @param charged by peer, how many pairs are relayed because of its word; counted on here
 */
export function granted<T extends Due>(due: readonly T[], charged: Map<number, number>, room: number): Map<T, number> {
  const found = new Map<T, number>()
  const count = (id: number): number => charged.get(id) ?? 0
  const order = [...due].sort((p, q) => q.claimants.length - p.claimants.length || p.sinceMs - q.sinceMs)
  for (const pair of order) {
    if (found.size >= room) break
    const [claimant] = [...pair.claimants].sort((a, b) => count(a) - count(b))
    if (claimant === undefined || count(claimant) >= MAX_EACH) continue
    charged.set(claimant, count(claimant) + 1)
    found.set(pair, claimant)
  }
  return found
}
