import * as z from 'zod'

/** 32 bytes in base64: 43 characters of which the last carries only 4 bits, then one `=` (wg(8) "KEY"). */
const keyText = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

const keyOf = (what: string) => z.string().regex(keyText, `${what} is 44 characters of base64 ending in "="`)

/** A WireGuard public key. Branded, so that a private key never stands where a public one is stored or sent. */
export const PublicKey = keyOf('A WireGuard public key').brand<'PublicKey'>()
export type PublicKey = z.infer<typeof PublicKey>

/** A WireGuard private key. Only the codec of an invitation and the agent's own files know this type. */
export const PrivateKey = keyOf('A WireGuard private key').brand<'PrivateKey'>()
export type PrivateKey = z.infer<typeof PrivateKey>

/**
 * What an agent proves itself with beside its tunnel (DESIGN "The hub and the console"): 32 random bytes, base64url. The
 * agent makes it and sends it once, at redemption; the server keeps only its SHA-256.
 */
export const PeerSecret = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'A peer secret is 43 characters of base64url')
export type PeerSecret = z.infer<typeof PeerSecret>

/** 64 bytes in base64: an XEdDSA signature, made with a WireGuard private key (rotation.ts). */
export const Signature = z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, 'A signature is 88 characters of base64')
export type Signature = z.infer<typeof Signature>
