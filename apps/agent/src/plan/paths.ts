import { type PublicKey, parseEndpoint, silenceLimitS, tunnelLives } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'

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

/**
 * Chosen: how long after the last bytes went out somebody still wants to get through, where silence means nothing. Data
 * that waits for a handshake has one sent every 5 s (Rekey-Timeout).
 */
const WANTED_MS = 20_000

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
  readonly tx: number
  readonly txGrewAt: number
  /** Packets get through; nobody wants to send any; or another place is being looked for. */
  readonly state: 'works' | 'rests' | 'tries'
  /** Where was sent to since it last worked. */
  readonly tried: readonly string[]
}

/** A peer and where to send to it: `ip:port`, likeliest first. */
export type Reachable = { readonly key: PublicKey; readonly candidates: readonly string[] }

type Look = {
  readonly peer: Reachable
  readonly live: LivePeer | undefined
  readonly before: Path | undefined
  readonly now: Now
  readonly keepaliveS: number
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
  /** Seconds between keepalives, the same on both ends; 0 = none. */
  readonly keepaliveS: number
}): Step {
  const paths = new Map<PublicKey, Path>()
  const moves = new Map<PublicKey, string>()
  let sent = 0
  let held = 0
  for (const peer of longestWaitFirst(input.peers, input.paths)) {
    const { now, keepaliveS } = input
    const look: Look = { peer, live: input.live.get(peer.key), before: input.paths.get(peer.key), now, keepaliveS }
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
  tx: 0,
  txGrewAt: 0,
  state: 'tries',
  tried: [],
})

/** Where peers last answered, to be tried first after a restart. An endpoint with a zone means nothing then. */
export const lastPlaces = (paths: ReadonlyMap<PublicKey, Path>): Map<PublicKey, string> =>
  new Map([...paths].flatMap(([key, { last }]) => (last !== null && parseEndpoint(last) ? [[key, last] as const] : [])))

/** Whether the peer answers where we send to, whether anybody wants it to, and since when the counters stand still. */
function stateOf({ live, before, now, keepaliveS }: Look): Pick<Path, 'rx' | 'rxGrewAt' | 'tx' | 'txGrewAt' | 'state'> {
  const rx = live?.rx ?? 0
  const tx = live?.tx ?? 0
  const rxGrewAt = before && before.rx === rx ? before.rxGrewAt : now.monotonicMs
  const txGrewAt = before && before.tx === tx ? before.txGrewAt : now.monotonicMs
  const shakenAgoS = live && live.handshakeAt > 0 ? now.unixS - live.handshakeAt : null
  const works = tunnelLives({ shakenAgoS, silentS: (now.monotonicMs - rxGrewAt) / 1000, keepaliveS })
  const rests = silenceLimitS(keepaliveS) === null && now.monotonicMs - txGrewAt >= WANTED_MS
  return { rx, rxGrewAt, tx, txGrewAt, state: works ? 'works' : rests ? 'rests' : 'tries' }
}

function stepPath(look: Look): { path: Path; move: string | null } {
  const { live, before, now } = look
  const { candidates } = look.peer
  const seen = stateOf(look)
  const at = live?.endpoint ?? null
  const settle = (last: string | null, goal: string | null) => {
    const tried = seen.state === 'tries' ? triedWith(before?.tried ?? [], goal) : []
    const position = positionOf(last, candidates, goal)
    return {
      path: { ...seen, candidates, last, tried, since: now.monotonicMs, position },
      move: goal === at ? null : goal,
    }
  }

  if (before && at !== null && isWithdrawn(at, before, candidates)) return settle(null, candidates[0] ?? at)
  if (seen.state === 'works') return settle(at, at)

  const last = before?.last ?? null
  if (at === null) return settle(last, last ?? candidates[0] ?? null)
  if (seen.state === 'rests') return settle(last, at)
  if (!before || before.candidates.join() !== candidates.join()) {
    // Where it already sends to is as good a guess as any: a list that grew does not interrupt an attempt.
    return settle(last, at === last || candidates.includes(at) ? at : (candidates[0] ?? at))
  }
  if (now.monotonicMs - before.since < TRY_MS) {
    return { path: { ...before, ...seen, tried: triedWith(before.tried, at) }, move: null }
  }
  const round = roundOf(last, candidates)
  return settle(last, round[(before.position + 1) % round.length] ?? at)
}

/** More places than these no view names. */
const MAX_TRIED = 16

/** The same list when nothing is new in it: there may be one for each of a thousand peers. */
const triedWith = (tried: readonly string[], place: string | null): readonly string[] =>
  place === null || tried.includes(place) || tried.length >= MAX_TRIED ? tried : [...tried, place]

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
