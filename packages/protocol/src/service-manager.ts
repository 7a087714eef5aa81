/**
 * What a process says to the service manager that started it (sd_notify(3)): that it serves, what it is at, and that it
 * is alive. Node has no Unix datagrams, so the words go through the program systemd-notify(1); the caller runs it.
 */
export type ServiceManager = {
  /** The process serves. Said once, however often it is called. */
  ready(): void
  /** One line for `systemctl status`, said when it changed. */
  status(line: string): void
  /**
   * Promises that the part `name` is heard of again within `withinMs`. The manager is told that the process is alive only
   * while every promise is kept, so that it ends one that is stuck.
   */
  promise(name: string, withinMs: number): void
  /** Says nothing any more. */
  close(): void
}

/** The variables that a service manager sets: sd_notify(3), sd_watchdog_enabled(3). */
export type ManagerVariables = {
  readonly NOTIFY_SOCKET?: string | undefined
  readonly WATCHDOG_USEC?: string | undefined
}

export type ManagerParts = {
  readonly variables: ManagerVariables
  /** Runs systemd-notify with these words; what it throws is nobody's concern: without it there is no one to tell. */
  readonly say: (words: readonly string[]) => Promise<unknown>
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/** sd_watchdog_enabled(3) recommends half of the limit; one word that gets lost is borne besides. */
const WORDS_WITHIN_LIMIT = 3

/** A process that nobody manages has a manager that hears nothing. */
export const unmanaged: ServiceManager = { ready() {}, status() {}, promise() {}, close() {} }

/** The service manager of this process. */
export function serviceManager({ variables, say, now }: ManagerParts): ServiceManager {
  if (!variables.NOTIFY_SOCKET) return unmanaged
  const due = new Map<string, number>()
  let isReady = false
  let line = ''
  let last: Promise<unknown> = Promise.resolve()
  // One after the other: a line that was said later must not be overtaken.
  const tell = (...words: string[]): void => {
    last = last.then(() => say(words)).catch(() => {})
  }
  const limitMs = Number(variables.WATCHDOG_USEC ?? 0) / 1000
  const timer = limitMs > 0 ? setInterval(alive, limitMs / WORDS_WITHIN_LIMIT) : null
  timer?.unref()

  function alive(): void {
    const at = now()
    if ([...due.values()].every((by) => by >= at)) tell('WATCHDOG=1')
  }

  return {
    ready() {
      if (isReady) return
      isReady = true
      tell('--ready')
    },
    status(said) {
      if (said === line) return
      line = said
      tell(`--status=${said}`)
    },
    promise: (name, withinMs) => void due.set(name, now() + withinMs),
    close: () => clearInterval(timer ?? undefined),
  }
}
