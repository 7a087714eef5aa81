import { type PublicKey, parseEndpoint } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'

/** Spec constant: WireGuard drops a session this long after its handshake (whitepaper, section 6.1, Reject-After-Time). */
export const REJECT_AFTER_S = 180

/** What wg-quick(8) recommends behind NAT; both ends of a tunnel between agents send with it, so rx grows as often. */
export const KEEPALIVE_S = 25

/**
 * Chosen: as long as WireGuard waits before it repeats an initiation (Rekey-Timeout), so each candidate gets one. A
 * round of a few stays within the 30 s that a NAT remembers a packet, so two ends that rotate do meet.
 */
export const TRY_MS = 5_000

/**
 * Chosen: how many peers are made to send something in one look. Measured: wireguard-go stops altogether for seconds when some
 * 300 packets wait for neighbours that do not answer ARP, such as the desktops of an office at night.
 */
export const SENDS_PER_LOOK = 64

/** Chosen: a keepalive that came a little late is no reason to leave a path. */
const SILENT_MS = (KEEPALIVE_S + 15) * 1000

/** What is remembered of a peer's path between two looks at the device. Times in milliseconds of a monotonic clock. */
export type Path = {
  /** The console's candidates at the last look. */
  readonly candidates: readonly string[]
  /** Where the peer last answered; tried before the candidates when the device lost it. */
  readonly last: string | null
  /** Position in the round of `roundOf` that is being tried, and since when. */
  readonly position: number
  readonly since: number
  readonly rx: number
  readonly rxGrewAt: number
}

/** A peer and where to send to it: `ip:port`, likeliest first. */
export type Reachable = { readonly key: PublicKey; readonly candidates: readonly string[] }

type Look = {
  readonly peer: Reachable
  readonly live: LivePeer | undefined
  readonly before: Path | undefined
  readonly now: Now
}

/** `monotonicMs` for intervals, `unixS` to compare with the device's handshake times. */
export type Now = { readonly monotonicMs: number; readonly unixS: number }

/**
 * One look at all peers: which of them to send elsewhere, and what to remember. A working path beats a newer guess, so
 * a peer with a live session stays where it is; the others go through their candidates, all at the same time.
 */
export function stepPaths(input: {
  readonly peers: readonly Reachable[]
  readonly live: ReadonlyMap<PublicKey, LivePeer>
  readonly paths: ReadonlyMap<PublicKey, Path>
  readonly now: Now
}): Step {
  const paths = new Map<PublicKey, Path>()
  const moves = new Map<PublicKey, string>()
  let sent = 0
  let held = 0
  for (const peer of longestWaitFirst(input.peers, input.paths)) {
    const look: Look = { peer, live: input.live.get(peer.key), before: input.paths.get(peer.key), now: input.now }
    const { path, move } = stepPath(look)
    // A first endpoint costs nothing: nothing is sent there before there is data, or a keepalive.
    const sends = move !== null && (look.live?.endpoint ?? null) !== null
    if (sends && look.before && sent >= SENDS_PER_LOOK) {
      paths.set(peer.key, look.before)
      held += 1
      continue
    }
    if (sends) sent += 1
    paths.set(peer.key, path)
    if (move !== null) moves.set(peer.key, move)
  }
  return { paths, moves, held }
}

/** `held`: how many peers would have been sent elsewhere, had they not been too many for one look. */
export type Step = {
  readonly paths: ReadonlyMap<PublicKey, Path>
  readonly moves: ReadonlyMap<PublicKey, string>
  readonly held: number
}

const longestWaitFirst = (peers: readonly Reachable[], paths: ReadonlyMap<PublicKey, Path>): Reachable[] => {
  const since = (peer: Reachable): number => paths.get(peer.key)?.since ?? Number.NEGATIVE_INFINITY
  return [...peers].sort((a, b) => (since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : 0))
}

/** A path that is only known from an earlier run: where the peer answered then. */
export const rememberedPath = (last: string): Path => ({
  candidates: [],
  last,
  position: 0,
  since: 0,
  rx: 0,
  rxGrewAt: 0,
})

/** Where peers last answered, to be tried first after a restart. An endpoint with a zone means nothing then. */
export const lastPlaces = (paths: ReadonlyMap<PublicKey, Path>): Map<PublicKey, string> =>
  new Map([...paths].flatMap(([key, { last }]) => (last !== null && parseEndpoint(last) ? [[key, last] as const] : [])))

/** Whether the peer answers where we send to: a young handshake, and not silent for longer than keepalives are. */
export function pathWorks(live: LivePeer | undefined, rxGrewAt: number, now: Now): boolean {
  if (!live || live.handshakeAt === 0) return false
  const ageS = now.unixS - live.handshakeAt
  const silent = now.monotonicMs - rxGrewAt >= SILENT_MS
  // A handshake from the future: the clock was set back, and only the bytes tell.
  if (ageS < 0) return !silent
  return ageS < REJECT_AFTER_S && (ageS * 1000 < SILENT_MS || !silent)
}

function stepPath({ peer, live, before, now }: Look): { path: Path; move: string | null } {
  const { candidates } = peer
  const rx = live?.rx ?? 0
  const rxGrewAt = before && before.rx === rx ? before.rxGrewAt : now.monotonicMs
  const at = live?.endpoint ?? null
  const settle = (last: string | null, goal: string | null) => ({
    path: { candidates, last, rx, rxGrewAt, since: now.monotonicMs, position: positionOf(last, candidates, goal) },
    move: goal === at ? null : goal,
  })

  if (before && at !== null && isWithdrawn(at, before, candidates)) return settle(null, candidates[0] ?? at)
  if (pathWorks(live, rxGrewAt, now)) return settle(at, at)

  const last = before?.last ?? null
  if (at === null) return settle(last, last ?? candidates[0] ?? null)
  if (!before || before.candidates.join() !== candidates.join()) {
    // Where it already sends to is as good a guess as any: a list that grew does not interrupt an attempt.
    return settle(last, at === last || candidates.includes(at) ? at : (candidates[0] ?? at))
  }
  if (now.monotonicMs - before.since < TRY_MS) return { path: { ...before, rx, rxGrewAt }, move: null }
  const round = roundOf(last, candidates)
  return settle(last, round[(before.position + 1) % round.length] ?? at)
}

/** All places to try, each once. */
const roundOf = (last: string | null, candidates: readonly string[]): string[] => [
  ...new Set([...(last === null ? [] : [last]), ...candidates]),
]

const positionOf = (last: string | null, candidates: readonly string[], goal: string | null): number =>
  goal === null ? 0 : Math.max(0, roundOf(last, candidates).indexOf(goal))

/**
 * Whether the peer is being sent to where the console saw it before and no longer does: its NAT or its line got a new
 * address. Waiting for the session to die would then cost up to three minutes.
 */
const isWithdrawn = (at: string, before: Path, candidates: readonly string[]): boolean =>
  candidates.length > 0 && at === before.candidates[0] && !candidates.includes(at)
