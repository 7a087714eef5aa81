import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Bucket } from './bucket.ts'
import type { At, Passage, SideNumber } from './passage.ts'
import type { Slot } from './ports.ts'

/** How much of a rate may come at once, in seconds of it: a TCP connection's window comes in a rush. */
const BURST_S = 0.1
/** At least this many full packets. */
const BURST_BYTES = 64 * 1500
/** Bytes that may wait in this process for one port while the network is slower than the sender; more is lost. */
const QUEUE_BYTES = 128 * 1024
const MAPPED = '::ffff:'

/** A bound on bytes per second, with room for a rush. */
export const rateBucket = (bytesPerSecond: number): Bucket =>
  new Bucket(bytesPerSecond, Math.max(BURST_BYTES, bytesPerSecond * BURST_S))

/** An open slot: what arrives on one of its ports leaves from the other one. */
export type Gate = { close(): void }

export type GateOptions = {
  readonly slot: Slot
  readonly passage: Passage
  readonly pairRate: number
  /** The bound of all pairs together. */
  readonly total: Bucket
}

/**
 * Opens both ports of a slot, on all addresses of both families where the machine has them. Packets that are too many are
 * lost, never kept. @throws when a port is taken
 */
export async function openGate({ slot, passage, pairRate, total }: GateOptions): Promise<Gate> {
  const own = rateBucket(pairRate)
  const sockets: Socket[] = []
  const close = (): void => {
    for (const socket of sockets) socket.close()
  }
  try {
    for (const port of [slot, slot + 1]) sockets.push(await listen(port))
  } catch (error) {
    close()
    throw error
  }
  for (const [number, socket] of sockets.entries()) {
    const side = number as SideNumber
    const out = sockets[1 - side]
    socket.on('message', (packet: Buffer, info: RemoteInfo) => {
      const nowMs = performance.now()
      const targets = passage.receive(side, packet, { from: plain(info), nowMs })
      for (const to of targets) {
        if (!out || out.getSendQueueSize() > QUEUE_BYTES) return
        if (!own.take(packet.length, nowMs) || !total.take(packet.length, nowMs)) return
        // An address that cannot be reached any more is the peers' to notice.
        out.send(packet, to.port, to.address)
      }
    })
  }
  return { close }
}

function ignore(): void {}

async function listen(port: number): Promise<Socket> {
  try {
    return await bound(dualSocket(), port, '::')
  } catch (error) {
    if (hasIpv6Fault(error)) return bound(ipv4Socket(), port, '0.0.0.0')
    throw error
  }
}

async function bound(socket: Socket, port: number, address: string): Promise<Socket> {
  socket.on('error', ignore)
  const listening = once(socket, 'listening')
  socket.bind({ port, address })
  try {
    await listening
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}

/** One socket for both families: IPv4 addresses are `::ffff:` ones to it. Nothing is ever looked up: these are no names. */
const dualSocket = (): Socket =>
  createSocket({
    type: 'udp6',
    lookup: (host, _options, done) => done(null, host.includes(':') ? host : MAPPED + host, 6),
  })

const ipv4Socket = (): Socket => createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })

const hasIpv6Fault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL')

const plain = ({ address, port }: RemoteInfo): At => ({
  address: address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address,
  port,
})
