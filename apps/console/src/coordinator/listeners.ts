import type http from 'node:http'
import { formatEndpoint } from '@warren/protocol'

/** Chosen: how often to look whether the hub has made its interface, and whether a port has become free. */
const RETRY_MS = 250

/** Held polls of all agents that come back at once after a restart wait here to be accepted (STACK, section 4). */
const BACKLOG = 8192

/** An address to serve. `fault` is told one sentence when it cannot be had, and null when it can (again). */
export type Wanted = {
  readonly host: string
  readonly port: number
  make(): http.Server
  fault(sentence: string | null): void
}

type Open = { readonly wanted: Wanted; close(): void }

/** Keeps a server listening on each wanted address, from the moment the address exists. */
export class Listeners {
  readonly #open = new Map<string, Open>()

  /** Opens what is wanted and not open, closes what is open and not wanted. Keys name listeners over time. */
  set(wanted: ReadonlyMap<string, Wanted>): void {
    for (const [key, { wanted: have, close }] of this.#open) {
      const want = wanted.get(key)
      if (want?.host === have.host && want.port === have.port) continue
      close()
      this.#open.delete(key)
    }
    for (const [key, want] of wanted) if (!this.#open.has(key)) this.#open.set(key, keepOpen(want))
  }

  stop(): void {
    this.set(new Map())
  }
}

function keepOpen(wanted: Wanted): Open {
  let timer: NodeJS.Timeout | null = null
  let faulty = false
  let closed = false
  const server = wanted.make()
  const attempt = () => {
    timer = null
    server.listen({ host: wanted.host, port: wanted.port, backlog: BACKLOG })
  }
  server.on('listening', () => {
    if (faulty) wanted.fault(null)
    faulty = false
  })
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (closed) return
    const sentence = faultOf(error, wanted)
    if (sentence !== null && !faulty) wanted.fault(sentence)
    faulty ||= sentence !== null
    timer = setTimeout(attempt, RETRY_MS)
  })
  attempt()
  return {
    wanted,
    close: () => {
      clearTimeout(timer ?? undefined)
      closed = true
      if (faulty) wanted.fault(null)
      server.close()
      server.closeIdleConnections()
    },
  }
}

/** An address that does not exist yet is not a fault: the hub makes it. */
function faultOf({ code, message }: NodeJS.ErrnoException, { host, port }: Wanted): string | null {
  const where = formatEndpoint({ host, port })
  if (code === 'EADDRNOTAVAIL') return null
  if (code === 'EADDRINUSE') return `Another program uses ${where}, where agents should reach the console; stop it.`
  if (code === 'EACCES') return `The coordinator may not listen on ${where}; choose a port above 1023.`
  return `The coordinator cannot listen on ${where}: ${message}.`
}
