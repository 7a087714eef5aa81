import { type Look, NEW, type Path, type Reachable, roundOf, type Seen, told, triedWith } from './path-state.ts'

/**
 * Chosen: how long each place has in the first round, in which the device forgets the peer before each place: measured,
 * that lets it send an initiation at once.
 */
export const FAST_MS = 1_000

/** Where to send a peer. `remake`: as one that the device never knew, so that it shakes hands at once. */
export type Move = { readonly to: string; readonly remake: boolean }

/** What one peer's look led to; `waitMs` until it wants the next one. */
export type Stepped = { readonly path: Path; readonly move: Move | null; readonly waitMs: number }

/** A search begins at `goal`. */
export function begin(
  look: Look,
  seen: Seen,
  { goal, last = look.before?.last ?? null, remake }: { goal: string | null; last?: string | null; remake: boolean },
): Stepped {
  const { peer, before, now } = look
  const state = remake && seen.state === 'works' ? 'tries' : seen.state
  const searches = state === 'tries'
  const path: Path = {
    ...NEW,
    ...seen,
    ...told(peer),
    state,
    last,
    since: now.monotonicMs,
    position: goal === null ? 0 : Math.max(0, roundOf(peer, last).indexOf(goal)),
    tried: searches ? triedWith(before?.tried ?? [], goal) : [],
    // A new relay does not take back that the candidates did not answer; other candidates do.
    exhausted: searches && before?.exhausted === true && before.candidates.join() === peer.candidates.join(),
  }
  const at = look.live?.endpoint ?? null
  return { path, move: goal !== null && (remake || goal !== at) ? { to: goal, remake } : null, waitMs: FAST_MS }
}

/** It answers where it is sent to. */
export function stayDirect({ peer, now }: Look, seen: Seen, at: string): Stepped {
  const path = { ...NEW, ...seen, ...told(peer), last: at, since: now.monotonicMs }
  return { path: { ...path, position: positionOf(peer, at) }, move: null, waitMs: Number.POSITIVE_INFINITY }
}

const positionOf = (peer: Reachable, at: string): number => Math.max(0, roundOf(peer, at).indexOf(at))
