import dgram from 'node:dgram'
import net from 'node:net'
import { DNS_PORT } from '@warren/protocol'
import * as dns from 'dns-packet'
import { answerTo } from './answer.ts'
import type { Zone } from './zone.ts'

/** Chosen: how often to look whether the hub has made its address. */
const RETRY_MS = 500
/** Chosen: nobody needs longer to ask one question. */
const IDLE_MS = 5_000
/** Chosen: more at once is no resolver of a node. */
const MAX_CONNECTIONS = 256
/** A question longer than this is none of ours (a name has 255 bytes at most, RFC 1035, section 2.3.4). */
const MAX_QUESTION = 1024

/** Answers DNS at `host`, UDP and TCP, from the moment the address exists. `zoneFor`: what the one at an address may know. */
export function serveNames(host: string, zoneFor: (source: string) => Zone | null): { close(): void } {
  const parts = [keepBound(() => overUdp(host, zoneFor)), keepBound(() => overTcp(host, zoneFor))]
  return {
    close() {
      for (const part of parts) part.close()
    },
  }
}

/** The answer as bytes; null for what is no question, which gets none. */
export function answerBytes(bytes: Buffer, zone: () => Zone | null): Buffer | null {
  try {
    const query = dns.decode(bytes)
    return query.type === 'query' ? dns.encode(answerTo(query, zone())) : null
  } catch {
    return null
  }
}

type Part = { readonly socket: dgram.Socket | net.Server; bind(): void; close(): void }

function keepBound(make: () => Part): { close(): void } {
  let timer: NodeJS.Timeout | undefined
  let part = make()
  let closed = false
  const begin = () => {
    part.socket.once('error', () => {
      part.close()
      if (closed) return
      timer = setTimeout(() => {
        part = make()
        begin()
      }, RETRY_MS)
    })
    part.bind()
  }
  begin()
  return {
    close() {
      closed = true
      clearTimeout(timer)
      part.close()
    },
  }
}

function overUdp(host: string, zoneFor: (source: string) => Zone | null): Part {
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (bytes, { address, port }) => {
    const answer = bytes.length <= MAX_QUESTION ? answerBytes(bytes, () => zoneFor(address)) : null
    if (answer) socket.send(answer, port, address, () => undefined)
  })
  return { socket, bind: () => socket.bind(DNS_PORT, host), close: () => quietly(() => socket.close()) }
}

/** Over TCP each message has its length in front, two bytes (RFC 1035, section 4.2.2). */
function overTcp(host: string, zoneFor: (source: string) => Zone | null): Part {
  const server = net.createServer((connection) => {
    let held = Buffer.alloc(0)
    connection.setTimeout(IDLE_MS, () => connection.destroy())
    connection.on('error', () => connection.destroy())
    connection.on('data', (bytes) => {
      held = Buffer.concat([held, bytes])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0)
        const answer = answerBytes(held.subarray(2, end), () => zoneFor(connection.remoteAddress ?? ''))
        held = held.subarray(end)
        if (!answer) return connection.destroy()
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        connection.write(Buffer.concat([length, answer]))
      }
      if (held.length > MAX_QUESTION) connection.destroy()
    })
  })
  server.maxConnections = MAX_CONNECTIONS
  return { socket: server, bind: () => server.listen(DNS_PORT, host), close: () => quietly(() => server.close()) }
}

/** What never came to listen cannot be closed, which is as well. */
function quietly(close: () => void): void {
  try {
    close()
  } catch {}
}
