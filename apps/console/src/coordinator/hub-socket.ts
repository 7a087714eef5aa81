import { chmod, mkdir, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { FromHub, type ToHub } from '@warren/protocol'
import * as z from 'zod'
import { Lines } from './lines.ts'

/** Chosen: what a hub with 50,000 peers says in one line fits in. */
const MAX_LINE_BYTES = 16 * 1024 * 1024

/** What happens on the hub's socket. */
export type HubEvents = {
  /** A hub has come; what is sent from now on reaches it. */
  connected(): void
  said(message: FromHub): void
  gone(): void
  log(sentence: string): void
}

/** `mode` of the socket's file is what decides who may be the hub. */
export type HubSocketOptions = { path: string; mode: number; events: HubEvents }

/** The Unix socket on which the agent in its hub role talks to the coordinator, one JSON object a line. */
export class HubSocket {
  readonly #options: HubSocketOptions
  readonly #server: net.Server
  #hub: net.Socket | null = null

  constructor(options: HubSocketOptions) {
    this.#options = options
    this.#server = net.createServer((socket) => this.#accept(socket))
  }

  /** Listens. A file that a killed coordinator left is replaced. Throws when another one listens there. */
  async start(): Promise<void> {
    const { path: file, mode } = this.#options
    await mkdir(path.dirname(file), { recursive: true })
    if (await answers(file)) throw new Error(`another coordinator listens on ${file}; stop it first`)
    await rm(file, { force: true })
    await listenWithMode(this.#server, file, mode)
    await chmod(file, mode)
  }

  get connected(): boolean {
    return this.#hub !== null
  }

  /** Tells the hub; without one there is nobody to tell, and it gets everything when it comes. */
  send(message: ToHub): void {
    this.#hub?.write(`${JSON.stringify(message)}\n`)
  }

  async stop(): Promise<void> {
    this.#hub?.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** A hub that was restarted may be here before its old connection is noticed to be gone: the newest counts. */
  #accept(socket: net.Socket): void {
    const { events } = this.#options
    if (this.#hub) {
      events.log('another hub connected to the socket; the earlier connection is closed')
      this.#drop(this.#hub)
    }
    this.#hub = socket
    const lines = new Lines(MAX_LINE_BYTES)
    socket.on('data', (chunk) => this.#read(socket, lines, chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.#drop(socket))
    events.connected()
  }

  #drop(socket: net.Socket): void {
    socket.destroy()
    if (this.#hub !== socket) return
    this.#hub = null
    this.#options.events.gone()
  }

  #read(socket: net.Socket, lines: Lines, chunk: Buffer): void {
    const { events } = this.#options
    const messages = understood(lines, chunk)
    if (typeof messages === 'string') {
      events.log(`the hub said something that is not in the protocol (${messages}); its connection is closed`)
      this.#drop(socket)
      return
    }
    for (const message of messages) if (this.#hub === socket) events.said(message)
  }
}

/** The messages that a chunk completes, or the reason why it is nonsense. */
function understood(lines: Lines, chunk: Buffer): FromHub[] | string {
  try {
    return lines.push(chunk).map((line) => FromHub.parse(JSON.parse(line)))
  } catch (error) {
    if (isNonsense(error)) return reasonOf(error)
    throw error
  }
}

const isNonsense = (error: unknown): error is Error =>
  error instanceof SyntaxError || error instanceof RangeError || error instanceof z.ZodError

function reasonOf(error: Error): string {
  if (!(error instanceof z.ZodError)) return error.message.slice(0, 200)
  const issue = error.issues[0]
  return `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'unusable'}`.slice(0, 200)
}

/** The umask decides with which mode the file appears; changed afterwards, it would stand open for a moment. */
function listenWithMode(server: net.Server, file: string, mode: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const umask = process.umask(0o777 & ~mode)
    server.listen(file, resolve)
    process.umask(umask)
  })
}

function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(file)
    const end = (there: boolean) => {
      probe.destroy()
      resolve(there)
    }
    probe.once('connect', () => end(true))
    probe.once('error', () => end(false))
  })
}
