import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '../env.ts'

/** AES-256-GCM as NIST SP 800-38D has it: a random nonce of 96 bits, a tag of 128. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/**
 * Seals bytes with a key that only this process knows: derived (HKDF, RFC 5869) from the session secret, so that whoever
 * reads the database has nothing. `about` says what is sealed and whose it is; it opens for nothing and nobody else.
 */
export function seal(bytes: Buffer, about: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key(), nonce).setAAD(Buffer.from(about))
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** What was sealed; null when it was sealed about something else, with another secret, or was tampered with. */
export function unseal(sealed: Uint8Array, about: string): Buffer | null {
  const bytes = Buffer.from(sealed)
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key(), bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(about))
    .setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

const key = (): Buffer => Buffer.from(hkdfSync('sha256', env().NEXTAUTH_SECRET, '', 'warren second factor', KEY_BYTES))
