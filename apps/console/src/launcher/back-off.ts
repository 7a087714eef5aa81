/** Chosen: one that ran this long has recovered from whatever ended it before, in ms. */
export const STEADY_MS = 60_000

/** Chosen: waits of 1, 2, 4, 8, 16 seconds see a short outage through; after that somebody has to look. */
const MOST_RESTARTS = 5
const FIRST_WAIT_MS = 1000

/**
 * What to do about a process that ended: how many quick deaths in a row there were with this one, and how long to wait
 * before it is started again, in ms; null to give it up.
 */
export function afterDeath(quickDeaths: number, livedMs: number): { quickDeaths: number; waitMs: number | null } {
  const deaths = livedMs >= STEADY_MS ? 1 : quickDeaths + 1
  return { quickDeaths: deaths, waitMs: deaths > MOST_RESTARTS ? null : FIRST_WAIT_MS * 2 ** (deaths - 1) }
}
