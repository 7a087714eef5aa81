import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'

/** Chosen: packing one takes a core for about two seconds. */
const AT_ONCE = 2
let under = 0

/**
 * Answers with the Node that runs this console, packed, for nodes whose distribution has none that is new enough; it fits
 * machines of the same processor and C library. Says in one sentence why there is none.
 * @param arch the processor that it is for, as Node names it
 */
export function runtime(arch: string | null, own = { arch: process.arch, file: process.execPath }): Response {
  if (arch !== own.arch) return no(404, `this console runs on ${own.arch}, and has no Node for ${arch ?? 'nobody'}`)
  if (under >= AT_ONCE) return no(503, 'others are fetching it; try again in a moment')
  under += 1
  const file = createReadStream(own.file)
  const packed = file.pipe(createGzip({ level: 1 }))
  file.once('error', (error) => packed.destroy(error))
  packed.once('close', () => {
    under -= 1
    file.destroy()
  })
  const headers = {
    'content-type': 'application/gzip',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return new Response(Readable.toWeb(packed) as ReadableStream<Uint8Array>, { headers })
}

const no = (status: number, sentence: string): Response =>
  new Response(`${sentence}\n`, { status, headers: status === 503 ? { 'retry-after': '5' } : {} })
