import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FromHub, ToHub } from '@warren/protocol'
import { backoffMs } from '../plan/backoff.ts'
import { LineSplitter } from './lines.ts'

export type Listener = {
  /** A new connection stands. */
  readonly onOpen: () => void
  readonly onMessage: (message: ToHub) => void
  readonly log: (line: string) => void
}

/** A line to the coordinator that is made again whenever it breaks. */
export type Connection = {
  /** Says something; false when nobody can hear it now. */
  tell(message: FromHub): boolean
  /** Runs until `stop`. */
  run(stop: AbortSignal): Promise<void>
}

/** Speaks one JSON object a line over the coordinator's Unix socket (packages/protocol, hub). */
export function connection(path: string, listener: Listener): Connection {
  let socket: Socket | null = null
  let failures = 0

  const once = (stop: AbortSignal): Promise<string> =>
    new Promise((resolve) => {
      const line = connect(path)
      const lines = new LineSplitter()
      let why = 'the coordinator closed the line'
      const end = (): void => void line.destroy()
      stop.addEventListener('abort', end, { once: true })
      line.setEncoding('utf8')
      line.on('connect', () => {
        socket = line
        failures = 0
        listener.onOpen()
      })
      line.on('data', (text: string) => {
        try {
          for (const message of lines.push(text)) listener.onMessage(ToHub.parse(JSON.parse(message)))
        } catch {
          why = 'the coordinator says what the protocol does not know'
          line.destroy()
        }
      })
      line.on('error', (error) => {
        why = error.message
      })
      line.on('close', () => {
        stop.removeEventListener('abort', end)
        socket = null
        resolve(why)
      })
    })

  return {
    tell: (message) => socket?.write(`${JSON.stringify(message)}\n`) !== undefined,
    async run(stop) {
      let complaint = ''
      while (!stop.aborted) {
        const why = await once(stop)
        failures += 1
        if (why !== complaint && !stop.aborted)
          listener.log(`no coordinator at ${path}: ${why}; tunnels stay as they are`)
        complaint = why
        await sleep(backoffMs(failures, 'refused', 0.5 + Math.random() / 2), undefined, { signal: stop }).catch(
          () => {},
        )
      }
    },
  }
}
