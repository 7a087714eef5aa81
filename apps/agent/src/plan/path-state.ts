import { type PublicKey, silenceLimitS, tunnelLives } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'

/** `monotonicMs` for intervals, `unixS` to compare with the device's handshake times. */
export type Now = { readonly monotonicMs: number; readonly unixS: number }

/** A peer and where to send to it: `ip:port`, likeliest first. */
export type Reachable = {
  readonly key: PublicKey
  readonly candidates: readonly string[]
  /** That of the candidates which a person chose: taken at once when they do. */
  readonly chosen?: string | null
  /** Where the hub passes packets on to it; null while it does not. */
  readonly relay?: string | null
  /** Answers whatever it is sent within a moment, so that its silence means something soon: the hub, that is asked over TCP. */
  readonly prompt?: boolean
}

/** What is remembered of a peer's path between two looks at the device. Times in milliseconds of a monotonic clock. */
export type Path = {
  /** The console's candidates and relay at the last look. */
  readonly candidates: readonly string[]
  readonly chosen: string | null
  readonly relay: string | null
  /** Where the peer last answered directly; tried before the candidates when the device lost it. */
  readonly last: string | null
  /** Position in the round that is being tried, since when, and the how manieth place it is since the search began. */
  readonly position: number
  readonly since: number
  readonly step: number
  readonly rx: number
  readonly rxGrewAt: number
  readonly tx: number
  readonly txGrewAt: number
  /** What had been sent when bytes came last; and since when more than keepalives is unanswered, null when nothing is. */
  readonly txAtRx: number
  readonly askedAt: number | null
  /** Packets get through; nobody wants to send any; or another place is being looked for. */
  readonly state: 'works' | 'rests' | 'tries'
  /** Where was sent to since it last worked directly. */
  readonly tried: readonly string[]
  /** Every place that was known had its time, and none answered. */
  readonly exhausted: boolean
  /** Since when it goes through the relay; null when it does not. */
  readonly relayedAt: number | null
  /** The last moment for a try that was seen (direct-tries.ts). */
  readonly tick: number
  /** A try for a direct path that is under way: the places still to go, the one in use first, the relay last. */
  readonly attempt: readonly string[] | null
}

/** One peer's part of a look at the device. */
export type Look = {
  readonly peer: Reachable
  readonly live: LivePeer | undefined
  readonly before: Path | undefined
  readonly now: Now
  readonly keepaliveS: number
  /** Something around changed: whatever does not work directly is tried anew, at once. */
  readonly urged: boolean
  /** Nothing at all came through the tunnels for seconds, though something was sent. */
  readonly hushed: boolean
  /** Where the pair's moments lie, and whether this end does everything a little later (direct-tries.ts). */
  readonly offsetMs: number
  readonly later: boolean
}

/**
 * Chosen: how long after the last bytes went out somebody still wants to get through, where silence means nothing. Data
 * that waits for a handshake has one sent every 5 s (Rekey-Timeout).
 */
const WANTED_MS = 20_000

/** Spec constant: so long WireGuard waits for any answer to data (whitepaper 6.5: Keepalive-Timeout + Rekey-Timeout). */
const UNANSWERED_MS = 15_000
/** Chosen: a prompt peer's TCP answers within a round trip; this leaves it time for a second packet, should one get lost. */
const PROMPT_MS = 1_500
/** Two keepalives, which nobody answers (32 bytes each); data with any content is longer. */
const UNANSWERABLE_BYTES = 64

/** Whether the peer answers where we send to, whether anybody wants it to, and since when the counters stand still. */
export function seenOf({ live, before, now, keepaliveS, peer, hushed }: Look) {
  const at = now.monotonicMs
  const rx = live?.rx ?? 0
  const tx = live?.tx ?? 0
  const silent = before !== undefined && before.rx === rx
  const rxGrewAt = silent ? before.rxGrewAt : at
  const txGrewAt = before && before.tx === tx ? before.txGrewAt : at
  const txAtRx = silent ? Math.min(before.txAtRx, tx) : tx
  const askedAt = tx - txAtRx > UNANSWERABLE_BYTES ? (before?.askedAt ?? at) : null
  const shakenAgoS = live && live.handshakeAt > 0 ? now.unixS - live.handshakeAt : null
  const lives = tunnelLives({ shakenAgoS, silentS: (at - rxGrewAt) / 1000, keepaliveS })
  const patienceMs = !peer.prompt ? UNANSWERED_MS : hushed ? 0 : PROMPT_MS
  /** How much longer an answer is waited for. */
  const leftMs = askedAt === null ? Number.POSITIVE_INFINITY : askedAt + patienceMs - at
  const works = lives && leftMs > 0
  const rests = silenceLimitS(keepaliveS) === null && at - txGrewAt >= WANTED_MS
  const state: Path['state'] = works ? 'works' : rests ? 'rests' : 'tries'
  return { seen: { rx, rxGrewAt, tx, txGrewAt, txAtRx, askedAt, state }, leftMs }
}
export type Seen = ReturnType<typeof seenOf>['seen']

/** A path that nothing is known of. */
export const NEW: Path = {
  candidates: [],
  chosen: null,
  relay: null,
  last: null,
  position: 0,
  since: 0,
  step: 0,
  rx: 0,
  rxGrewAt: 0,
  tx: 0,
  txGrewAt: 0,
  txAtRx: 0,
  askedAt: null,
  state: 'tries',
  tried: [],
  exhausted: false,
  relayedAt: null,
  tick: 0,
  attempt: null,
}

/** What a look leaves of what the console and a person said, for the next one to compare with. */
export const told = ({ candidates, chosen = null, relay = null }: Reachable) => ({ candidates, chosen, relay })

/** More places than these no view names. */
const MAX_TRIED = 16

/** The same list when nothing is new in it: there may be one for each of a thousand peers. */
export const triedWith = (tried: readonly string[], place: string | null): readonly string[] =>
  place === null || tried.includes(place) || tried.length >= MAX_TRIED ? tried : [...tried, place]

/** All places to try: where it answered last, the candidates, each once; and the relay after each of them. */
export function roundOf({ candidates, relay = null }: Reachable, last: string | null): string[] {
  const direct = [...new Set([...(last === null ? [] : [last]), ...candidates])]
  if (relay === null) return direct
  return direct.length === 0 ? [relay] : direct.flatMap((place) => [place, relay])
}
