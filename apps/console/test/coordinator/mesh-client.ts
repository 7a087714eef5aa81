import http from 'node:http'
import {
  applyDelta,
  HUB_KEY_HEADER,
  PollAnswer,
  type PollInput,
  SECRET_HEADER,
  type SelfEntry,
  type ViewState,
  viewState,
} from '@warren/protocol'
import { digestText, selfDigest, viewDigest } from '@warren/protocol/digest'

/** Where the mesh API is and who asks it. */
export type Seat = { host: string; port: number; from: string; headers: Record<string, string> }

export type Answer = {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  body: any
  text: string
}

/** One request to the mesh API, sent from the address `seat.from`. Rejects when the connection breaks. */
export function call(seat: Seat, path: string, options: { body?: string; signal?: AbortSignal } = {}): Promise<Answer> {
  const { host, port, from, headers } = seat
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, localAddress: from, path, method: 'POST', agent: false, ...pick(options) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: response.statusCode ?? 0, body: text === '' ? null : JSON.parse(text), text })
        })
      },
    )
    for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
    request.setHeader('content-type', 'application/json')
    request.on('error', reject)
    request.end(options.body)
  })
}

/** Sends a request's headers and half its body; `end` sends the rest. */
export function beginCall({ host, port, from, headers }: Seat, path: string, body: string) {
  const half = Math.floor(body.length / 2)
  const request = http.request({ host, port, localAddress: from, path, method: 'POST', agent: false })
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
  request.setHeader('content-type', 'application/json')
  request.setHeader('content-length', Buffer.byteLength(body))
  const sent = new Promise<void>((resolve) => request.write(body.slice(0, half), () => resolve()))
  const answered = new Promise<{ status: number }>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    })
  })
  const end = () => {
    request.end(body.slice(half))
    return answered
  }
  return { sent, end }
}

const pick = ({ signal }: { signal?: AbortSignal }) => (signal ? { signal } : {})

export const procedure = (seat: Seat, name: string, input: unknown): Promise<Answer> =>
  call(seat, `/trpc/${name}`, { body: JSON.stringify(input) })

/** An agent that polls and keeps its view, without a device. */
export class FakeAgent {
  readonly seat: Seat
  cursor: string | null = null
  self: SelfEntry | null = null
  view: ViewState = { peers: new Map(), cidrs: new Map() }
  revision = 0

  constructor(place: Omit<Seat, 'headers'>, known: { hubKey: string; secret: string }) {
    this.seat = { ...place, headers: { [HUB_KEY_HEADER]: known.hubKey, [SECRET_HEADER]: known.secret } }
  }

  /** Sends one poll; the answer is as it came. */
  ask(waitS: number, signal?: AbortSignal): Promise<Answer> {
    const applied = this.self && {
      revision: this.revision,
      digest: digestText(viewDigest(this.view)),
      self: digestText(selfDigest(this.self)),
    }
    const input: PollInput = { cursor: this.cursor, applied, waitS }
    return call(this.seat, '/trpc/mesh.poll', { body: JSON.stringify(input), ...(signal ? { signal } : {}) })
  }

  /** Polls once and takes the answer in. Throws what it was refused with. */
  async poll(waitS = 0): Promise<PollAnswer> {
    const { status, body } = await this.ask(waitS)
    if (status !== 200) throw new Error(body.error.message)
    const answer = PollAnswer.parse(body.result.data)
    this.take(answer)
    return answer
  }

  take(answer: PollAnswer): void {
    this.cursor = answer.cursor
    this.revision = answer.revision
    if (answer.kind === 'full') {
      this.self = answer.self
      this.view = viewState(answer.view)
    }
    if (answer.kind === 'delta') {
      this.self = answer.self ?? this.self
      this.view = applyDelta(this.view, answer)
    }
    if (answer.kind !== 'same' && digestText(viewDigest(this.view)) !== answer.digest) throw new Error('wrong digest')
  }

  /** Names of the peers it knows, without its own. */
  names(): string[] {
    return [...this.view.peers.values()]
      .filter(({ id }) => id !== this.self?.id)
      .map(({ name }) => name)
      .sort()
  }
}
