import http from 'node:http'
import { connect, type Socket } from 'node:net'
import { hasCode } from '../system/files.ts'

/** Chosen: even a view of 10,000 peers is far smaller; a console gone mad must not fill this machine's memory. */
const LARGEST_ANSWER = 32 * 1024 * 1024

/**
 * Chosen: how often the kernel asks whether the console is still there, while a poll is held and nothing else is sent. A
 * hub that does not answer that is soon looked for elsewhere (daemon/surroundings.ts); without another answer the kernel
 * gives the line up 10 s later (measured).
 */
const KEEPALIVE_MS = 1_000

/** Chosen: the tunnel is there or it is not; SYNs are repeated after 1 s and 3 s. */
const CONNECT_MS = 5_000

/** Chosen: as long as one repeated SYN takes, for an address that has another one to fall back on. */
const PASS_ON_MS = 2_000

/** The line was silent for too long; everything else that can go wrong is an error of node:net. */
export class Silence extends Error {}

type Init = { method?: string | undefined; body?: unknown; headers?: unknown; signal?: AbortSignal | null | undefined }
type Answer = { ok: boolean; status: number; json(): Promise<unknown>; text(): Promise<string> }

/**
 * Enough of fetch for the tRPC client, over node:http: the real one costs 12 MB of memory. All questions go to the first
 * of `hosts` that can be reached. `reset` drops connections that belong to an address which this node no longer has.
 * `keepLine` says whether a connection outlives its answer: one that does has the kernel send something every second.
 */
export function httpFetch(hosts: readonly string[]) {
  const line = { kept: true }
  let agent = newAgent(hosts, line)
  const ask = (url: string | URL | Request, init?: Init): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = http.request(
        String(url),
        {
          agent,
          ...(init?.method ? { method: init.method } : {}),
          ...(init?.headers ? { headers: init.headers as Record<string, string> } : {}),
          ...(init?.signal ? { signal: init.signal } : {}),
        },
        (response) => collect(response).then(resolve, reject),
      )
      request.on('error', reject)
      request.end(typeof init?.body === 'string' ? init.body : undefined)
    })
  const reset = (): void => {
    agent.destroy()
    agent = newAgent(hosts, line)
  }
  const keepLine = (kept: boolean): void => {
    line.kept = kept
    if (kept) return
    for (const idle of Object.values(agent.freeSockets).flat()) idle?.destroy()
  }
  return { ask, reset, keepLine }
}

function newAgent(hosts: readonly string[], line: { readonly kept: boolean }): http.Agent {
  const agent = new http.Agent({ keepAlive: true, keepAliveMsecs: KEEPALIVE_MS, maxSockets: 4 })
  agent.createConnection = (options, onReady) => {
    dial(hosts, Number(options.port)).then(
      (socket) => onReady?.(null, socket),
      // The type wants a socket beside an error; nobody looks at it.
      (error: Error) => onReady?.(error, undefined as never),
    )
    return undefined
  }
  const keepAlive = agent.keepSocketAlive.bind(agent)
  // Node types it as void; what it gives back decides whether the socket is kept (documentation of http.Agent).
  agent.keepSocketAlive = (socket): unknown => (line.kept ? keepAlive(socket) : false)
  return agent
}

/** Connects to the first host that can be reached. One that refuses is reached: the console there is not running. */
async function dial([host = '', ...others]: readonly string[], port: number): Promise<Socket> {
  try {
    return await connected(host, port, others.length > 0 ? PASS_ON_MS : CONNECT_MS)
  } catch (error) {
    if (others.length === 0 || hasCode(error, 'ECONNREFUSED', 'ECONNRESET')) throw error
    return dial(others, port)
  }
}

function connected(host: string, port: number, limitMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS, noDelay: true })
    const timer = setTimeout(() => socket.destroy(new Silence('no connection')), limitMs)
    socket.once('error', reject)
    socket.once('close', () => clearTimeout(timer))
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

function collect(response: http.IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > LARGEST_ANSWER) response.destroy(new Error('the answer is too large'))
    })
    response.on('error', reject)
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const status = response.statusCode ?? 0
      resolve({ ok: status >= 200 && status < 300, status, json: async () => JSON.parse(text), text: async () => text })
    })
  })
}
