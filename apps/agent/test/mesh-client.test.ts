import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { meshClient } from '../src/mesh/client.ts'
import { CONFIG, key } from './cast.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A console on loopback that answers as told. */
async function consoleThat(answer: Answer) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => answer(request, response, body))
  })
  // The console never ends an idle line by itself here: who does is what is looked at.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, mesh: clientOf(port), close: () => new Promise((resolve) => server.close(resolve)) }
}

const clientOf = (port: number, hosts: readonly [string, ...string[]] = ['127.0.0.1']) =>
  meshClient({ hosts, port, hubKey: key('hub'), secret: CONFIG.peer.secret })
const says = (response: ServerResponse, status: number, value: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
const SAME = { kind: 'same', cursor: 'c1', revision: 1 }
const POLL = { cursor: 'c0', applied: null, waitS: 0 }
/** Far more than it takes: the machine may be busy. */
const WAIT = { timeout: 10_000 }
const never = new AbortController().signal

test('a question is a POST in the mesh API’s words, with both headers', async () => {
  const seen: unknown[] = []
  const { mesh } = await consoleThat((request, response, body) => {
    seen.push(
      request.method,
      request.url,
      request.headers['x-warren-hub-key'],
      request.headers['x-warren-secret'],
      JSON.parse(body),
    )
    says(response, 200, { result: { data: SAME } })
  })
  expect(await mesh.poll(POLL, never)).toEqual({ ok: true, value: SAME })
  expect(seen).toEqual(['POST', '/trpc/mesh.poll', key('hub'), CONFIG.peer.secret, POLL])
})

test('the console’s refusal keeps its words', async () => {
  const { mesh } = await consoleThat((_request, response) =>
    says(response, 403, {
      error: {
        message: 'An admin has disabled this peer.',
        code: -32003,
        data: { code: 'FORBIDDEN', httpStatus: 403, refusal: { kind: 'forbidden', field: null } },
      },
    }),
  )
  expect(await mesh.poll(POLL, never)).toMatchObject({
    ok: false,
    problem: { kind: 'refused', refusal: { kind: 'forbidden', message: 'An admin has disabled this peer.' } },
  })
})

test.each<[string, Answer, object]>([
  [
    'a fault of the console',
    (_q, response) =>
      says(response, 500, {
        error: { message: 'x', code: -32603, data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 } },
      }),
    { kind: 'outage', outage: 'silent' },
  ],
  [
    'an answer that the protocol does not know',
    (_q, response) => says(response, 200, { result: { data: { kind: 'full', everything: true } } }),
    { kind: 'nonsense' },
  ],
  ['a page instead of an answer', (_q, response) => response.end('<html>'), { kind: 'nonsense' }],
  ['a line that breaks', (request) => request.socket.destroy(), { kind: 'outage', outage: 'refused' }],
])('%s is told apart', async (_title, answer, problem) => {
  const { mesh } = await consoleThat(answer)
  expect(await mesh.poll(POLL, never)).toMatchObject({ ok: false, problem })
})

test('nobody listening is an outage that is noticed at once', async () => {
  const { port, close } = await consoleThat(() => {})
  await close()
  expect(await clientOf(port).poll(POLL, never)).toMatchObject({
    ok: false,
    problem: { kind: 'outage', outage: 'refused' },
  })
})

test('the line is kept between questions until it is not to be: then it ends with each answer', async () => {
  const lines = new Set<unknown>()
  const gone = new Set<unknown>()
  const { mesh } = await consoleThat(({ socket }, response) => {
    if (!lines.has(socket)) socket.once('close', () => gone.add(socket))
    lines.add(socket)
    says(response, 200, { result: { data: SAME } })
  })
  const ask = async () => expect(await mesh.poll(POLL, never)).toMatchObject({ ok: true })
  await ask()
  await ask()
  expect([lines.size, gone.size]).toEqual([1, 0])
  mesh.keepLine(false)
  await vi.waitFor(() => expect(gone.size).toBe(1), WAIT)
  await ask()
  await vi.waitFor(() => expect(gone.size).toBe(2), WAIT)
  mesh.reset()
  await ask()
  await vi.waitFor(() => expect(gone.size).toBe(3), WAIT)
  mesh.keepLine(true)
  await ask()
  await ask()
  expect(lines.size).toBe(4)
})

test('a held question ends when it is given up', async () => {
  const { mesh } = await consoleThat(() => {})
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 20)
  expect(await mesh.poll({ ...POLL, waitS: 50 }, stop.signal)).toEqual({ ok: false, problem: { kind: 'aborted' } })
})

test('an answer without an end does not fill the memory', async () => {
  const { mesh } = await consoleThat((_q, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(1 << 20)));
    }
    response.on('drain', more)
    more()
  })
  expect(await mesh.poll(POLL, never)).toMatchObject({ ok: false, problem: { kind: 'nonsense' } })
})

test('an address that cannot be reached is passed over for the next', async () => {
  const { port } = await consoleThat((_q, response) => says(response, 200, { result: { data: SAME } }))
  // RFC 6666: packets to 100::/64 are discarded, where a machine has IPv6 at all.
  expect(await clientOf(port, ['100::1', '127.0.0.1']).poll(POLL, never)).toMatchObject({ ok: true })
})
