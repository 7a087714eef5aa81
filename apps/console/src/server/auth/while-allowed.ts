import { Refusal } from '@warren/protocol'
import type { Asker } from '../ctx.ts'
import type { Context } from '../trpc.ts'

/** How long a stream may go on after its reader lost the right to it, though nothing happens on it (milliseconds). */
const LOOK_EVERY_MS = 5_000

/**
 * A stream that ends when its reader goes, and when they are signed out, disabled, or given other rights: it was begun
 * with the old ones, and the browser begins another.
 */
export async function* whileAllowed<T>(
  ctx: Context & { asker: Asker },
  signal: AbortSignal | undefined,
  stream: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const over = new AbortController()
  const end = () => over.abort()
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()
  const timer = setInterval(() => void isSame(ctx).then((same) => same || end()), LOOK_EVERY_MS)
  try {
    yield* stream(over.signal)
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', end)
  }
}

/** Whether who asks is still who began. An absent database ends nobody's stream. */
async function isSame({ asker, whoAsks }: Context & { asker: Asker }): Promise<boolean> {
  try {
    const now = await whoAsks()
    return now !== null && rightsOf(now) === rightsOf(asker)
  } catch (error) {
    return error instanceof Refusal && error.kind === 'unavailable'
  }
}

const rightsOf = ({ role, subtree, onlyNetwork }: Asker): string => JSON.stringify([role, subtree, onlyNetwork])
