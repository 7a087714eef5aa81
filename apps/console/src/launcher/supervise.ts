import { setTimeout as sleep } from 'node:timers/promises'
import { afterDeath } from './back-off.ts'

/** How a process stands, with what a person wants to know about it. */
export type State = {
  kind: 'idle' | 'starting' | 'running' | 'waiting' | 'failed' | 'stopped' | 'off'
  note: string
}

/** Something that runs. */
export type Running = {
  /** Settles when it is gone, with the reason in a few words; it never rejects. */
  readonly ended: Promise<string>
  /** Asks it to end, insists after a while, and waits until it is gone. */
  stop(): Promise<void>
}

/** Something that can be started, any number of times. */
export type Service = {
  readonly name: string
  /** What to say while it runs. */
  readonly note: string
  /** Resolves once it serves. Rejects with a sentence when it does not, and leaves nothing behind then. */
  start(signal: AbortSignal): Promise<Running>
}

export type Supervisor = {
  /** Settles when it runs for the first time or is given up; true when it runs. */
  readonly settled: Promise<boolean>
  stop(): Promise<void>
}

/** Waits for so many ms, or until the signal. */
type Pause = (ms: number, signal: AbortSignal) => Promise<void>

const wait: Pause = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {})

/** Keeps a service running: starts it again with growing pauses when it ends, and gives up when that does not help. */
export function supervise(service: Service, tell: (state: State) => void, pause: Pause = wait): Supervisor {
  const abort = new AbortController()
  const { promise: settled, resolve: settle } = withResolvers<boolean>()
  let running: Running | null = null

  /** One life: from start to end. The reason for its end. */
  async function live(): Promise<string> {
    tell({ kind: 'starting', note: '' })
    try {
      running = await service.start(abort.signal)
      // Asked to stop while it started.
      if (abort.signal.aborted) await running.stop()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    if (!abort.signal.aborted) {
      tell({ kind: 'running', note: service.note })
      settle(true)
    }
    const reason = await running.ended
    running = null
    return reason
  }

  async function keep(): Promise<void> {
    for (let quickDeaths = 0; ; ) {
      const since = performance.now()
      const reason = await live()
      if (abort.signal.aborted) return
      const next = afterDeath(quickDeaths, performance.now() - since)
      quickDeaths = next.quickDeaths
      if (next.waitMs === null) {
        tell({ kind: 'failed', note: `${reason} Given up after ${quickDeaths} attempts.` })
        settle(false)
        return
      }
      tell({ kind: 'waiting', note: `${reason} Starting it again in ${next.waitMs / 1000} s.` })
      await pause(next.waitMs, abort.signal)
      if (abort.signal.aborted) return
    }
  }

  const kept = keep()
  return {
    settled,
    async stop() {
      abort.abort()
      await running?.stop()
      await kept
      settle(false)
      tell({ kind: 'stopped', note: '' })
    },
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
