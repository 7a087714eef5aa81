import type { PublicKey } from '@warren/protocol'

/**
 * Chosen: the moments at which the two ends of a relayed pair look for a direct path, in milliseconds. They are multiples
 * of this since 1970, so that both ends try in the same moment without a word: each one's packet opens its own NAT for
 * the other's. Clocks that differ by less than the 30 s that a NAT remembers a packet will do.
 */
export const TICK_MS = 15_000

/** Chosen: how long each place is given in such a try. Whoever is nearer than half the globe answers within it. */
export const PLACE_MS = 600

/** Chosen: so many places in one try, during which nothing gets through. */
const PLACES = 3

/**
 * Chosen: one of the two ends, told by their keys, does everything so much later. When both send an initiation before they
 * hear the other's, each takes the other's for the valid one, and both shake hands in vain (seen in wireguard-go).
 */
export const LATER_MS = 300

/**
 * Chosen: every how many ticks is tried, by how long the pair has been relayed: every 15 s, then 30 s, 60 s, and 5 min. Many
 * a pair is relayed only because its ends were not told of each other in the same moment.
 */
const RANKS = [
  { untilMs: 50_000, nth: 1 },
  { untilMs: 110_000, nth: 2 },
  { untilMs: 350_000, nth: 4 },
  { untilMs: Number.POSITIVE_INFINITY, nth: 20 },
] as const

/** Which end of a pair is the later one. */
export const isLater = (own: PublicKey, other: PublicKey): boolean => own > other

/** Where in the 15 s a pair's moments lie, in milliseconds: for both of its ends, but for LATER_MS; another for each pair. */
export function pairOffsetMs(own: PublicKey, other: PublicKey): number {
  let sum = 0
  for (const text of [own, other]) for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at) * (at + 1)
  return ((sum * 7919) % TICK_MS) + (isLater(own, other) ? LATER_MS : 0)
}

/** The number of the tick that came last. */
export const tickOf = (unixMs: number, offsetMs: number): number => Math.floor((unixMs - offsetMs) / TICK_MS)

/** Each interval is a multiple of the one before it, so ends that count from different moments still meet. */
const nthOf = (relayedMs: number): number => RANKS.find(({ untilMs }) => relayedMs < untilMs)?.nth ?? 1

/** Whether a pair that has been relayed for so long looks for a direct path at this tick. */
export const isTurn = (tick: number, relayedMs: number): boolean => tick % nthOf(relayedMs) === 0

/** Milliseconds until the next tick at which such a pair looks. */
export function untilTurnMs(unixMs: number, offsetMs: number, relayedMs: number): number {
  const nth = nthOf(relayedMs)
  const next = (Math.floor(tickOf(unixMs, offsetMs) / nth) + 1) * nth
  return next * TICK_MS + offsetMs - unixMs
}

/** What one try goes through: the likeliest candidate always, the others in turns from tick to tick. */
export function placesToTry([first, ...others]: readonly string[], tick: number): string[] {
  if (first === undefined) return []
  const turns = Array.from({ length: Math.min(PLACES - 1, others.length) }, (_, i) => {
    return others[(tick * (PLACES - 1) + i) % others.length] ?? first
  })
  return [first, ...turns]
}
