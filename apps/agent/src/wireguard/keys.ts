import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { PeerSecret, PrivateKey, PublicKey } from '@warren/protocol'

/** What stands before the 32 bytes of an X25519 private key in PKCS #8, and of a public one in SPKI (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_HEAD_LENGTH = 12

/** A new WireGuard private key: 32 bytes of X25519 (whitepaper, section 5.4). Made here, so that no process sees it. */
export function newPrivateKey(): PrivateKey {
  const der = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'der' })
  const bytes = Buffer.from(der.subarray(PKCS8_HEAD.length))
  // wg(8) genkey stores keys clamped (RFC 7748, section 5), and shows them so afterwards.
  bytes.writeUInt8(bytes.readUInt8(0) & 248, 0)
  bytes.writeUInt8((bytes.readUInt8(31) & 127) | 64, 31)
  return PrivateKey.parse(bytes.toString('base64'))
}

/** The public half of a private key. */
export function publicKeyOf(key: PrivateKey): PublicKey {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.from(key, 'base64')])
  const half = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  return PublicKey.parse(half.export({ type: 'spki', format: 'der' }).subarray(SPKI_HEAD_LENGTH).toString('base64'))
}

/** A new secret that this node proves itself with: 32 random bytes, base64url. */
export const newSecret = (): PeerSecret => PeerSecret.parse(randomBytes(32).toString('base64url'))
