import { createHmac, randomBytes } from 'node:crypto'

/**
 * Time-based one-time passwords (RFC 6238) in the one form that all authenticator apps know: HMAC-SHA-1, 6 digits,
 * steps of 30 seconds from the Unix epoch.
 */
const STEP_S = 30
const DIGITS = 6

/** RFC 4226, section 4: at least 128 bits, 160 recommended. */
const SECRET_BYTES = 20

/** How many steps a clock may be off either way: one, as RFC 6238, section 5.2, recommends. */
const DRIFT = 1

/** RFC 4648, section 6: what people and QR codes carry secrets in. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export const newSecret = (): Buffer => randomBytes(SECRET_BYTES)

/** The time step of a moment. */
export const stepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / STEP_S)

/** The code of a step: HOTP (RFC 4226, section 5.3) with the step as its counter. */
export function codeOf(secret: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', secret).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 0xf
  const number = hash.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step whose code this is, of those that count at a moment; null when it is none's. */
export function stepOfCode(secret: Buffer, code: string, now: Date): number | null {
  const current = stepAt(now)
  for (let step = current - DRIFT; step <= current + DRIFT; step += 1) {
    if (codeOf(secret, step) === code) return step
  }
  return null
}

/** A secret as it is typed: base32 without padding. */
export function base32(bytes: Buffer): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text
}

/** What the QR code says (the key URI format that authenticator apps read). `issuer` names this console. */
export function keyUri({ secret, issuer, name }: { secret: Buffer; issuer: string; name: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
}
