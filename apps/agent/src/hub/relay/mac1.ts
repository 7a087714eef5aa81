import { timingSafeEqual } from 'node:crypto'
import { blake2s } from '@noble/hashes/blake2.js'
import type { PublicKey } from '@warren/protocol'

/** Whitepaper, section 5.4.4: LABEL-MAC1. */
const LABEL = Buffer.from('mac1----')
const KEY_BYTES = 32
const MAC_BYTES = 16
/** mac1 and mac2 end an initiation and a response. */
const TAIL_BYTES = 2 * MAC_BYTES

/** What mac1 is keyed with in handshake packets to the owner of `key`. Worth keeping: it takes a hash. */
export const mac1Key = (key: PublicKey): Uint8Array =>
  blake2s(Buffer.concat([LABEL, Buffer.from(key, 'base64')]), { dkLen: KEY_BYTES })

/**
 * Whether an initiation or a response (`kindOf`) is meant for the peer whose `mac1Key` is given. Whoever knows that
 * peer's public key can make such a packet.
 */
export function hasMac1(packet: Uint8Array, key: Uint8Array): boolean {
  const at = packet.length - TAIL_BYTES
  const mac = blake2s(packet.subarray(0, at), { key, dkLen: MAC_BYTES })
  return timingSafeEqual(mac, packet.subarray(at, at + MAC_BYTES))
}
