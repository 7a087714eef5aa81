import { performance } from 'node:perf_hooks'
import { type Figure, median, ms } from '../table.ts'

/** Asks the console as a browser does: with its cookie, and compressed. */
export type Console = { readonly url: string; readonly cookie: string }

const RUNS = 9

/** Asks one procedure; answers milliseconds until the last byte was read and parsed, what it said, and its length. */
export async function ask<T = unknown>(
  { url, cookie }: Console,
  procedure: string,
  input: object,
): Promise<{ tookMs: number; data: T; bytes: number }> {
  const begun = performance.now()
  const answer = await fetch(`${url}/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {
    headers: { cookie, 'accept-encoding': 'gzip' },
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${procedure} answered ${answer.status}: ${text.slice(0, 200)}`)
  const { result } = JSON.parse(text) as { result: { data: T } }
  return { tookMs: performance.now() - begun, data: result.data, bytes: text.length }
}

type Question = readonly [procedure: string, input: object, what?: string]

/** What the pages ask, each several times; the middle one counts. */
export async function apiFigures(
  console: Console,
  about: { networkId: number; peerId: number; revision: number },
): Promise<Figure[]> {
  const { networkId, peerId, revision } = about
  const whole = { networkId, since: null, figures: true }
  const { data } = await ask<{ mark: object }>(console, 'network.follow', whole)
  const questions: Question[] = [
    ['network.list', {}],
    ['network.follow', whole, 'everything'],
    ['network.follow', { networkId, since: data.mark, figures: true }, 'what is new'],
    ['network.state', { networkId }, 'as rows, for programs'],
    ['link.list', { networkId }],
    ['link.of', { networkId, peerId }],
    ['traffic.now', { networkId }],
    ['traffic.of', { networkId, peerId, range: 'day' }],
    ['activity.list', { networkId, limit: 50 }],
    ['activity.undoable', { networkId, revisions: [revision] }],
    ['receipt.recent', { networkId, limit: 10 }],
    ['trial.list', { networkId }],
  ]
  const figures: Figure[] = []
  for (const [procedure, input, what] of questions) {
    const times: number[] = []
    let bytes = 0
    for (let run = 0; run < RUNS; run += 1) {
      const answer = await ask(console, procedure, input)
      times.push(answer.tookMs)
      bytes = answer.bytes
    }
    const size = bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`
    figures.push({
      what: `${procedure}${what ? `, ${what}` : ''} (${size})`,
      measured: ms(median(times)),
      aim: 'aim < 150 ms',
    })
  }
  return figures
}
