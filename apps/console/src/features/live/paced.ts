/** Least time between two questions, in milliseconds: short enough for "at once", long enough for a busy network. */
const LEAST_GAP_MS = 300

/** How many times the duration of an answer is waited before the next question, so that a large network is not asked all the time. */
const REST = 2

/**
 * Paces `ask`: the first call goes out at once; while one runs, and for a while after it, further calls become a single
 * one at the end. No call is lost.
 */
export function paced(ask: () => Promise<unknown>): { soon: () => void; stop: () => void } {
  let running = false
  let again = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const run = async () => {
    running = true
    again = false
    const begun = Date.now()
    // A failed question shows in the query itself; here only the pace matters.
    await ask().catch(() => undefined)
    timer = setTimeout(
      () => {
        running = false
        if (again) void run()
      },
      Math.max(LEAST_GAP_MS, (Date.now() - begun) * REST),
    )
  }
  return {
    soon: () => {
      again = true
      if (!running) void run()
    },
    stop: () => {
      again = false
      clearTimeout(timer)
      running = true
    },
  }
}
