import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

/** Shorter answers travel as fast as they are (bytes). */
const WORTH = 32_768

/** Chosen: the fastest one takes a third of the time of the usual one, and makes a tenth more. */
const LEVEL = constants.Z_BEST_SPEED

/** The answer to a request, compressed when that pays and the browser takes it. Streams go through as they are. */
export async function compressed(request: Request, response: Response): Promise<Response> {
  const takes = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const whole = response.headers.get('content-type')?.startsWith('application/json') ?? false
  if (!takes || !whole || response.headers.has('content-encoding')) return response
  const body = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  headers.append('vary', 'accept-encoding')
  const { status } = response
  if (body.length < WORTH) return new Response(body, { status, headers })
  headers.set('content-encoding', 'gzip')
  headers.delete('content-length')
  return new Response(new Uint8Array(await promisify(gzip)(body, { level: LEVEL })), { status, headers })
}
