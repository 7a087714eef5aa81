import http from 'node:http'
import { memoryUsage } from 'node:process'
import { now, type ServerFigures, type ToServer } from './messages.ts'

/**
 * The floor: a bare Node server that holds as many requests and, when told, writes as many bytes to each. Requests are
 * answered in the order in which their agents' addresses were given, as many of them as there are sizes.
 */
const held: http.ServerResponse[] = []
const BACKLOG = 8192

const server = http.createServer((request, response) => {
  request.resume()
  request.once('end', () => held.push(response))
})
server.keepAliveTimeout = 65_000
server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, () => process.send?.(server.address()))

process.on('message', (message: ToServer) => {
  if (message.kind === 'figures') tell()
  else answer(message.bytes)
})
process.on('disconnect', () => process.exit(0))

function tell(): void {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = memoryUsage()
  const figures: ServerFigures = {
    kind: 'figures',
    at: now(),
    polls: held.length,
    cpuMs: (user + system) / 1000,
    rssMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
  }
  process.send?.(figures)
}

/** Bodies of one size are one buffer, as good as it gets; what is in them is a valid answer with padding. */
function answer(bytes: readonly number[]): void {
  const bodies = new Map<number, Buffer>()
  for (const size of new Set(bytes)) bodies.set(size, bodyOf(size))
  for (const [at, response] of held.splice(0, bytes.length).entries()) {
    const body = bodies.get(bytes[at] ?? 0)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body?.length ?? 0 })
    response.end(body)
  }
}

function bodyOf(size: number): Buffer {
  const head = '{"result":{"data":{"kind":"delta","cursor":"a:1","revision":1,"digest":"","padding":"'
  const tail = '"}}}'
  return Buffer.from(`${head}${'x'.repeat(Math.max(0, size - head.length - tail.length))}${tail}`)
}
