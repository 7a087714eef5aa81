import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// A daemon that does a little every second is idle for V8 never, and its heap is let grow to several times what it
// needs. Measured with a view of 1,000 peers: 66 MB resident instead of 108. To be imported before anything else.
setFlagsFromString('--optimize-for-size')
setFlagsFromString('--semi-space-growth-factor=1')

/** How often the heap is looked at, in ms. */
const LOOK_MS = 3_000
/** Chosen: what may lie in the heap beside what it held after the last collection, in bytes. A collection takes 30 ms. */
const LOOSE_BYTES = 2 * 1024 * 1024

/**
 * Keeps the heap near what it holds for as long as this process lives; for those that wait most of the time. Code is
 * interpreted, because compilers and what they make weigh more than what a daemon does in a minute is worth, and the
 * heap is collected when it has grown. Measured with a view of 1,000 peers: 57 MB resident instead of 68.
 */
export function stayLight(): void {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--no-sparkplug')
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  let held = 0
  setInterval(() => {
    if (getHeapStatistics().total_heap_size < held + LOOSE_BYTES) return
    // The second one gives back the pages that the first one has emptied.
    collect()
    collect()
    held = getHeapStatistics().total_heap_size
  }, LOOK_MS).unref()
}
