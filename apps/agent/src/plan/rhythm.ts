import { MAX_WAIT_S, type SelfEntry } from '@warren/protocol'

/** How a node asks for news: how long a question is held, and how long it waits between two that brought none. */
export type Rhythm = { readonly waitS: number; readonly pauseMs: number }

/**
 * As the console wants it. A plain interval is stretched or shortened by up to a tenth, so that nodes that were started
 * together do not ask together.
 * @param random 0 up to but without 1
 */
export function rhythmOf(poll: SelfEntry['poll'], random: number): Rhythm {
  if (!poll) return { waitS: MAX_WAIT_S, pauseMs: 0 }
  if (poll.everyS === null) return { waitS: poll.holdS, pauseMs: 0 }
  return { waitS: 0, pauseMs: Math.round(poll.everyS * 1000 * (0.9 + random / 5)) }
}

/** The same for a person. */
export function rhythmText(poll: SelfEntry['poll']): string {
  if (poll && poll.everyS !== null) return `asks every ${poll.everyS} s`
  return `held for up to ${poll?.holdS ?? MAX_WAIT_S} s`
}
