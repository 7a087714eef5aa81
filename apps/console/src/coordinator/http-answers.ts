import type http from 'node:http'
import { getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { Refusal } from '@warren/protocol'
import { refused, refusedAs } from '../server/translate.ts'
import { meshRouter } from './mesh-router.ts'
import type { AnswerText } from './topology/answers.ts'

/**
 * The JSON that a request carries.
 * @throws Refusal bad-input when it is longer than `maxBytes` or no JSON
 */
export async function readJson(request: http.IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Refusal('bad-input', 'The request is not JSON.')
  }
}

/** By events: iterating a request destroys its socket when it is left early, and with it the refusal. */
function readBody(request: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else {
        request.pause()
        reject(new Refusal('bad-input', `The request is longer than ${maxBytes} bytes.`))
      }
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
  })
}

/** Writes an answer; its parts go out together, none of them copied. */
export function writeAnswer(response: http.ServerResponse, answer: AnswerText | Refusal): void {
  if (response.destroyed) return
  if (answer instanceof Refusal) {
    refuse(response, answer, () => {})
    return
  }
  const length = answer.parts.reduce((sum, part) => sum + part.length, 0)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length })
  const last = answer.parts.length - 1
  response.cork()
  for (const part of answer.parts.slice(0, last)) response.write(part)
  response.end(answer.parts[last])
  response.uncork()
}

/** Writes an error as tRPC would have. Refusals are answers; only what was not expected is logged. */
export function refuse(response: http.ServerResponse, problem: unknown, log: (sentence: string) => void): void {
  const plain = getTRPCErrorFromUnknown(problem)
  const error = problem instanceof Refusal ? refused(problem) : (refusedAs(plain) ?? plain)
  if (error.code === 'INTERNAL_SERVER_ERROR') log(`a request over the mesh failed: ${plain.message}`)
  if (response.headersSent || response.destroyed) return
  const config = meshRouter._def._config
  const shape = getTRPCErrorShape({ config, error, type: 'unknown', path: undefined, input: undefined, ctx: undefined })
  const body = Buffer.from(JSON.stringify({ error: shape }))
  // A body that was not read to its end would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  response.writeHead(getHTTPStatusCodeFromError(error), {
    'content-type': 'application/json',
    'content-length': body.length,
  })
  response.end(body)
}
