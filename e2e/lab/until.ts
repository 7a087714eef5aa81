import { setTimeout as sleep } from 'node:timers/promises'

/** Chosen: quick enough not to matter beside a process start, slow enough for two cores. */
const POLL_MS = 50

/**
 * Asks `condition` again and again until it answers something other than null, undefined or false, and returns that.
 * @throws an error that names `what` and the last thing that `condition` threw, after `limitMs` milliseconds
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const end = performance.now() + limitMs
  for (let last: unknown = null; ; await sleep(POLL_MS)) {
    try {
      const answer = await condition()
      if (answer !== null && answer !== undefined && answer !== false) return answer
      last = null
    } catch (error) {
      last = error
    }
    if (performance.now() > end) throw new Error(`After ${limitMs} ms still not: ${what}`, { cause: last })
  }
}
