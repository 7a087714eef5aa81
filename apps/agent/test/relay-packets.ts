import { blake2s } from '@noble/hashes/blake2.js'
import type { PublicKey } from '@warren/protocol'

/** An initiation or a response to the owner of a key, as everybody can make it: with a mac1 that fits and noise inside. */
export function handshake(kind: 'initiation' | 'response', about: { to: PublicKey; index: number; answers?: number }) {
  const packet = Buffer.alloc(kind === 'initiation' ? 148 : 92, 0x5a)
  packet.writeUInt32LE(kind === 'initiation' ? 1 : 2, 0)
  packet.writeUInt32LE(about.index, 4)
  if (kind === 'response') packet.writeUInt32LE(about.answers ?? 0, 8)
  const key = blake2s(Buffer.from(`mac1----${Buffer.from(about.to, 'base64').toString('latin1')}`, 'latin1'))
  const at = packet.length - 32
  packet.set(blake2s(packet.subarray(0, at), { key, dkLen: 16 }), at)
  packet.fill(0, at + 16)
  return packet
}

export function data(text = ''): Buffer {
  const packet = Buffer.alloc(32 + text.length)
  packet.writeUInt32LE(4, 0)
  packet.write(text, 32)
  return packet
}

export function cookie(answers: number): Buffer {
  const packet = Buffer.alloc(64)
  packet.writeUInt32LE(3, 0)
  packet.writeUInt32LE(answers, 4)
  return packet
}
