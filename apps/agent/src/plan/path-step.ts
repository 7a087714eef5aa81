import { LATER_MS } from './direct-tries.ts'
import { begin, FAST_MS, type Stepped, stayDirect } from './path-begin.ts'
import { type Look, type Path, roundOf, type Seen, seenOf, told, triedWith } from './path-state.ts'
import { goOn, stayRelayed } from './relayed-path.ts'

/**
 * Chosen: as long as WireGuard waits before it repeats an initiation (Rekey-Timeout), so each candidate gets one. A
 * round of a few stays within the 30 s that a NAT remembers a packet, so two ends that rotate do meet.
 */
export const TRY_MS = 5_000

/** Chosen: a prompt peer is tried at each of its places this often, for as long as it does not answer. */
const PROMPT_ROUND_MS = 4_000

/** What to do with one peer, and what to remember of it. */
export function stepPath(look: Look): Stepped {
  const { live, before, peer } = look
  const { candidates, chosen, relay } = told(peer)
  const { seen, leftMs } = seenOf(look)
  const at = live?.endpoint ?? null
  const last = before?.last ?? null
  if (at === null) return begin(look, seen, { goal: last ?? candidates[0] ?? relay, remake: false })
  if (before && chosen !== null && before.chosen !== chosen && at !== chosen) {
    return begin(look, seen, { goal: chosen, remake: true })
  }
  if (before?.attempt && relay !== null && relay === before.relay) return goOn(look, seen, before.attempt)
  // Where the hub is may be a name with several addresses; and its silence is noticed soon anyway.
  // Anew also where the path seemed to work: the handshake shows at once whether the peer is there, and takes it along.
  if (before && !peer.prompt && isWithdrawn(at, before, candidates)) {
    return begin(look, seen, { goal: nearest(at, candidates), last: null, remake: true })
  }
  if (before && before.relay !== null && at === before.relay && relay !== at) {
    return begin(look, seen, { goal: relay ?? candidates[0] ?? at, remake: true })
  }
  if (seen.state === 'works') {
    const stayed = at === relay ? stayRelayed(look, seen) : stayDirect(look, seen, at)
    return { ...stayed, waitMs: Math.min(stayed.waitMs, leftMs) }
  }
  if (seen.state === 'rests') return { ...begin(look, seen, { goal: at, remake: false }), waitMs: TRY_MS }
  // Both ends are told of a relay in the same moment.
  if (relay !== null && before && before.relay !== relay) return begin(look, seen, { goal: relay, remake: true })
  if (look.urged) return begin(look, seen, { goal: candidates[0] ?? at, remake: true })
  if (!before || before.candidates.join() !== candidates.join()) {
    // Where it already sends to is as good a guess as any: a list that grew does not interrupt an attempt, unless by what
    // is likeliest now.
    const isLikelier = before !== undefined && candidates[0] !== before.candidates[0]
    const stays = at === last || at === relay || (candidates.includes(at) && !isLikelier)
    return begin(look, seen, { goal: stays ? at : (candidates[0] ?? at), remake: !stays })
  }
  return search(look, seen, before)
}

/** From place to place: fast through the first round, then slowly. */
function search(look: Look, seen: Seen, before: Path): Stepped {
  const at = look.live?.endpoint ?? null
  const round = roundOf(look.peer, before.last)
  const died = before.state === 'works'
  const step = died ? 0 : before.step
  const paceMs = paceOf(look, step, round.length)
  const passedMs = look.now.monotonicMs - before.since
  const tried = triedWith(before.tried, at)
  const path: Path = { ...before, ...seen, ...told(look.peer), tried, attempt: null, relayedAt: null }
  // The time of a place begins when something is sent there, which waits for its turn.
  if (look.keepaliveS > 0 && look.live?.keepalive === 0) {
    return { path: { ...path, since: look.now.monotonicMs }, move: null, waitMs: paceMs }
  }
  if (!died && passedMs < paceMs) return { path, move: null, waitMs: paceMs - passedMs }
  const position = (before.position + 1) % Math.max(1, round.length)
  const goal = round[position] ?? at
  const next = died ? 0 : step + 1
  const remake = goal !== null && (next < round.length || look.peer.prompt === true)
  return {
    path: {
      ...path,
      tried: triedWith(tried, goal),
      position,
      step: next,
      since: look.now.monotonicMs,
      exhausted: before.exhausted || next >= round.length,
    },
    move: goal !== null && (remake || goal !== at) ? { to: goal, remake } : null,
    waitMs: paceOf(look, next, round.length),
  }
}

function paceOf({ peer: { prompt }, later }: Look, step: number, places: number): number {
  if (step < places) return FAST_MS + (step === 0 && later ? LATER_MS : 0)
  return prompt ? Math.max(FAST_MS, PROMPT_ROUND_MS / Math.max(1, places)) : TRY_MS
}

/** The likeliest place of the same family as before: through the other one there may be no way to the peer. */
const nearest = (at: string, candidates: readonly string[]): string =>
  candidates.find((place) => place.startsWith('[') === at.startsWith('[')) ?? candidates[0] ?? at

/**
 * Whether the peer is being sent to a place that the console knew and does not any more: its NAT or its line got a new
 * address, or it listens elsewhere. Waiting for the session to die would then cost up to three minutes.
 */
const isWithdrawn = (at: string, before: Path, candidates: readonly string[]): boolean =>
  candidates.length > 0 && before.candidates.includes(at) && !candidates.includes(at)
