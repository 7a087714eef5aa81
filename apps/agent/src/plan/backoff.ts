/** How a question to the console failed: at once (nobody listens, or the line was cut), or by silence. */
export type Outage = 'refused' | 'silent'

/** Chosen: a restarting console is noticed within half a second by everyone. */
const FIRST_MS = 100
const LONGEST_MS = { refused: 500, silent: 5_000 } as const satisfies Record<Outage, number>

/**
 * How long to wait before asking again, in milliseconds, after `failures` failures in a row (1 or more). Full jitter:
 * anywhere from 0 to a limit that doubles, so that a thousand agents do not come back in step.
 * @param random 0 up to but without 1
 */
export function backoffMs(failures: number, outage: Outage, random: number): number {
  const limit = Math.min(LONGEST_MS[outage], FIRST_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(random * limit)
}
