import { MAX_WAIT_S, type SelfEntry } from '@warren/protocol'

/**
 * How a node asks for news: how long a question is held, how long it waits between two that brought none, and whether it
 * keeps its line to the console meanwhile. A node that asks now and then is quiet in between.
 */
export type Rhythm = { readonly waitS: number; readonly pauseMs: number; readonly keepsLine: boolean }

/**
 * As the console wants it. A plain interval is stretched or shortened by up to a tenth, so that nodes that were started
 * together do not ask together.
 * @param random 0 up to but without 1
 */
export function rhythmOf(poll: SelfEntry['poll'], random: number): Rhythm {
  if (!poll) return { waitS: MAX_WAIT_S, pauseMs: 0, keepsLine: true }
  if (poll.everyS === null) return { waitS: poll.holdS, pauseMs: 0, keepsLine: true }
  return { waitS: 0, pauseMs: Math.round(poll.everyS * 1000 * (0.9 + random / 5)), keepsLine: false }
}

/** The same for a person. */
export function rhythmText(poll: SelfEntry['poll']): string {
  if (poll && poll.everyS !== null) return `asks every ${poll.everyS} s`
  return `held for up to ${poll?.holdS ?? MAX_WAIT_S} s`
}
