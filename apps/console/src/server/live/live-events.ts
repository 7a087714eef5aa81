import { Refusal } from '@warren/protocol'
import type { Asker } from '../ctx.ts'
import { refused } from '../translate.ts'
import type { Context } from '../trpc.ts'
import { feedOf, type LiveEvent } from './feed.ts'

/** Observations come in bursts; a browser that asks four times a second is current enough (milliseconds). */
const STATUS_EVERY_MS = 250

/** How long a stream may go on without looking whether who reads it still may (milliseconds). */
const RECHECK_MS = 5_000

/**
 * Changes at once and observations at most four times a second, until the reader goes or may not read any more. What is
 * not fetched yet is kept once for each network and kind, however slow the reader.
 */
export async function* liveEvents(ctx: Context & { asker: Asker }, signal?: AbortSignal): AsyncGenerator<LiveEvent> {
  const inbox = openInbox(signal)
  const end = await feedOf(ctx.db).subscribe((event) => {
    if (ctx.asker.onlyNetwork === null || ctx.asker.onlyNetwork === event.networkId) inbox.put(event)
  })
  let checkedAt = Date.now()
  try {
    while (!signal?.aborted) {
      for (const event of await inbox.take()) {
        if (Date.now() - checkedAt > RECHECK_MS) {
          if (!(await mayStillRead(ctx))) return
          checkedAt = Date.now()
        }
        yield event
      }
    }
  } finally {
    end()
  }
}

/** Fails with a code that makes browsers come back when the database is away. */
async function mayStillRead(ctx: Context): Promise<boolean> {
  const asker = await ctx.whoAsks().catch((error: unknown) => {
    throw error instanceof Refusal ? refused(error) : error
  })
  return asker !== null
}

type Inbox = { put(event: LiveEvent): void; take(): Promise<LiveEvent[]> }

function openInbox(signal?: AbortSignal): Inbox {
  const pending = new Map<string, LiveEvent>()
  let statusFrom = 0
  let wake = () => {}
  signal?.addEventListener('abort', () => wake())

  const ready = (): LiveEvent[] => {
    const statusToo = Date.now() >= statusFrom
    const events = [...pending.values()].filter((event) => statusToo || event.kind === 'change')
    for (const event of events) pending.delete(keyOf(event))
    if (events.some((event) => event.kind !== 'change')) statusFrom = Date.now() + STATUS_EVERY_MS
    return events
  }
  const change = () =>
    new Promise<void>((resolve) => {
      const timer = pending.size > 0 ? setTimeout(resolve, Math.max(1, statusFrom - Date.now())) : undefined
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  return {
    put(event) {
      pending.set(keyOf(event), event)
      wake()
    },
    async take() {
      for (;;) {
        const events = ready()
        if (events.length > 0 || signal?.aborted) return events
        await change()
      }
    },
  }
}

const keyOf = (event: LiveEvent): string => `${event.kind}:${event.networkId}`
