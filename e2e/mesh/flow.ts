import type { Host } from '../lab/host.ts'
import { built } from '../lab/places.ts'

/** Takes one connection, checks that each byte is the one that has to be there, and tells how many came, and what the longest silence was. */
const TAKE = `
const [host] = process.argv.slice(1)
let bytes = 0, last = 0, gap = 0, wrong = 0
const server = require('node:net').createServer((socket) => {
  server.close()
  socket.on('data', (part) => {
    const now = performance.now()
    if (last > 0) gap = Math.max(gap, now - last)
    last = now
    for (const byte of part) if (byte !== bytes++ % 251) wrong += 1
  })
  socket.on('error', (error) => console.log('broken: ' + error.message))
  socket.on('end', () => { socket.end(); console.log('end ' + JSON.stringify({ bytes, wrong, gapMs: Math.round(gap) })) })
  setInterval(() => console.log('so far ' + bytes + ' gap ' + Math.round(gap)), 200).unref()
})
server.listen({ host, port: 7200 }, () => console.log('listening'))
`

/** Sends some 400 kB a second until it is asked to end. */
const GIVE = `
const [host] = process.argv.slice(1)
let bytes = 0, open = true
const socket = require('node:net').connect({ host, port: 7200, noDelay: true }, () => console.log('connected'))
socket.on('error', (error) => { console.log('broken: ' + error.message); process.exit(1) })
socket.on('close', () => process.exit(0))
socket.resume()
const timer = setInterval(() => {
  if (socket.writableLength > 65536) return
  const part = Buffer.allocUnsafe(8192)
  for (let i = 0; i < part.length; i += 1) part[i] = bytes++ % 251
  socket.write(part)
}, 20)
process.on('SIGTERM', () => { clearInterval(timer); console.log('gave ' + bytes); socket.end() })
`

/** A TCP connection that data runs through all the time. */
export type Flow = {
  /** Bytes that have arrived. */
  arrived(): number
  /** Ends it: what was sent and what arrived, how many bytes were not what they had to be, and the longest silence. */
  end(): Promise<{ sent: number; bytes: number; wrong: number; gapMs: number }>
}

/** Opens one connection from a host to another one's address inside the network. */
export async function flow(from: Host, to: Host, address: string): Promise<Flow> {
  const taker = await to.start('a taker', [built.node, '-e', TAKE, address])
  await taker.says(/listening/)
  const giver = await from.start('a giver', [built.node, '-e', GIVE, address])
  await giver.says(/connected/)
  const arrived = () => Number([...taker.output.matchAll(/so far (\d+)/g)].at(-1)?.[1] ?? 0)
  return {
    arrived,
    async end() {
      giver.signal('SIGTERM')
      await taker.says(/end |broken/, 60_000)
      await giver.says(/gave \d+/)
      const told = /end (\{.*\})/.exec(taker.output)?.[1]
      if (told === undefined) throw new Error(`the connection did not last: ${taker.output.slice(-200)}`)
      await taker.stop()
      return { sent: Number(/gave (\d+)/.exec(giver.output)?.[1]), ...JSON.parse(told) }
    },
  }
}
