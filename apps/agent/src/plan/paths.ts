import { type PublicKey, parseEndpoint } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'
import { isLater, pairOffsetMs } from './direct-tries.ts'
import type { Move } from './path-begin.ts'
import { NEW, type Now, type Path, type Reachable } from './path-state.ts'
import { stepPath } from './path-step.ts'

/**
 * Chosen: how many peers are made to send something in one look. Measured: wireguard-go stops altogether for seconds when some
 * 300 packets wait for neighbours that do not answer ARP, such as the desktops of an office at night.
 */
export const SENDS_PER_LOOK = 64

/** `held`: how many peers would have been sent elsewhere, had they not been too many for one look. */
export type Step = {
  readonly paths: ReadonlyMap<PublicKey, Path>
  readonly moves: ReadonlyMap<PublicKey, Move>
  readonly held: number
  /** When some path wants the next look, by the monotonic clock. */
  readonly dueAt: number
}

/**
 * One look at all peers: which of them to send elsewhere, and what to remember. A working path beats a newer guess, so
 * a peer with a live session stays where it is; the others go through their candidates and the relay, all at the same time.
 */
export function stepPaths(input: {
  readonly ownKey: PublicKey
  readonly peers: readonly Reachable[]
  readonly live: ReadonlyMap<PublicKey, LivePeer>
  readonly paths: ReadonlyMap<PublicKey, Path>
  readonly now: Now
  /** Seconds between keepalives, the same on both ends; 0 = none. */
  readonly keepaliveS: number
  readonly urged?: boolean
  readonly hushed?: boolean
}): Step {
  const { ownKey, now, keepaliveS, urged = false, hushed = false } = input
  const paths = new Map<PublicKey, Path>()
  const moves = new Map<PublicKey, Move>()
  let sent = 0
  let held = 0
  let dueAt = Number.POSITIVE_INFINITY
  for (const peer of longestWaitFirst(input.peers, input.paths)) {
    const live = input.live.get(peer.key)
    const before = input.paths.get(peer.key)
    const pair = { offsetMs: pairOffsetMs(ownKey, peer.key), later: isLater(ownKey, peer.key) }
    const { path, move, waitMs } = stepPath({ peer, live, before, now, keepaliveS, urged, hushed, ...pair })
    // A first endpoint costs nothing: nothing is sent there before there is data, or a keepalive.
    const sends = move !== null && (live?.endpoint ?? null) !== null
    if (sends && before && sent >= SENDS_PER_LOOK) {
      paths.set(peer.key, before)
      held += 1
      continue
    }
    if (sends) sent += 1
    dueAt = Math.min(dueAt, now.monotonicMs + waitMs)
    paths.set(peer.key, path)
    if (move !== null) moves.set(peer.key, move)
  }
  return { paths, moves, held, dueAt }
}

const longestWaitFirst = (peers: readonly Reachable[], paths: ReadonlyMap<PublicKey, Path>): Reachable[] => {
  const since = (peer: Reachable): number => paths.get(peer.key)?.since ?? Number.NEGATIVE_INFINITY
  return [...peers].sort((a, b) => (since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : 0))
}

/** A path that is only known from an earlier run: where the peer answered then. */
export const rememberedPath = (last: string): Path => ({ ...NEW, last })

/** Where peers last answered, to be tried first after a restart. An endpoint with a zone means nothing then. */
export const lastPlaces = (paths: ReadonlyMap<PublicKey, Path>): Map<PublicKey, string> =>
  new Map([...paths].flatMap(([key, { last }]) => (last !== null && parseEndpoint(last) ? [[key, last] as const] : [])))
