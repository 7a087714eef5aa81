import { isTurn, PLACE_MS, placesToTry, tickOf, untilTurnMs } from './direct-tries.ts'
import { begin, FAST_MS, type Stepped, stayDirect } from './path-begin.ts'
import { type Look, NEW, type Path, roundOf, type Seen, told, triedWith } from './path-state.ts'

/** On a relay that works, until it is time to look for a direct path. */
export function stayRelayed(look: Look, seen: Seen): Stepped {
  const { before, now, peer, offsetMs, urged } = look
  const { candidates } = peer
  const relay = peer.relay ?? null
  const unixMs = now.unixS * 1000
  const tick = tickOf(unixMs, offsetMs)
  const moved = before !== undefined && before.relayedAt !== null && before.candidates.join() !== candidates.join()
  const relayedAt = urged || moved ? now.monotonicMs : (before?.relayedAt ?? now.monotonicMs)
  const relayedMs = now.monotonicMs - relayedAt
  const isTime = before !== undefined && before.relayedAt !== null && before.tick < tick && isTurn(tick, relayedMs)
  const round = roundOf(peer, before?.last ?? null)
  const path: Path = {
    ...NEW,
    ...seen,
    ...told(peer),
    last: before?.last ?? null,
    since: now.monotonicMs,
    position: relay === null ? 0 : round.indexOf(relay),
    tried: before?.tried ?? [],
    exhausted: true,
    relayedAt,
    tick,
  }
  const places = isTime || urged || moved ? placesToTry(candidates, tick) : knockedFrom(look)
  const [first] = places
  if (first === undefined || relay === null) {
    return { path, move: null, waitMs: untilTurnMs(unixMs, offsetMs, relayedMs) }
  }
  const attempt = [...places, relay, relay]
  return { path: { ...path, attempt }, move: { to: first, remake: true }, waitMs: PLACE_MS }
}

/**
 * A device sends to where the last packet came from. When both ends find a direct path while packets of theirs are on their
 * way through the relay, those take it back, and so it may go on for ever; a new session ends it, which the late ones
 * do not fit. When the other end gave the direct path up, this try is in vain, and the only one.
 */
const knockedFrom = ({ before, peer }: Look): string[] =>
  before?.state === 'works' && before.relayedAt === null && before.relay === peer.relay && before.last !== null
    ? [before.last]
    : []

/** A try for a direct path: as soon as a place answers it is taken; the last one is the relay again. */
export function goOn(look: Look, seen: Seen, [place, ...rest]: readonly string[]): Stepped {
  const { live, before, now, peer } = look
  if (!before) return begin(look, seen, { goal: peer.candidates[0] ?? null, remake: true })
  const at = live?.endpoint ?? null
  if (seen.state === 'works' && at !== null) {
    if (at !== peer.relay) return stayDirect(look, seen, at)
    return stayRelayed({ ...look, before: { ...before, attempt: null }, urged: false }, seen)
  }
  const passedMs = now.monotonicMs - before.since
  const timeMs = place === peer.relay ? FAST_MS : PLACE_MS
  // Meanwhile it counts as working: nothing is wrong yet with the relay, which it comes back to.
  const path: Path = { ...before, ...seen, state: 'works' }
  if (passedMs < timeMs) return { path, move: null, waitMs: timeMs - passedMs }
  const [next] = rest
  if (next === undefined) return begin(look, seen, { goal: peer.candidates[0] ?? peer.relay ?? at, remake: true })
  return {
    path: { ...path, attempt: rest, since: now.monotonicMs, tried: triedWith(before.tried, place ?? null) },
    move: { to: next, remake: true },
    waitMs: next === peer.relay ? FAST_MS : PLACE_MS,
  }
}
