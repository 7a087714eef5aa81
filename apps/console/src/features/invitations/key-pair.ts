import { x25519 } from '@noble/curves/ed25519.js'
import { PrivateKey, PublicKey } from '@warren/protocol'

/** A WireGuard key pair. The private half is for the invitation and nothing else: it never leaves the browser. */
export type KeyPair = { readonly privateKey: PrivateKey; readonly publicKey: PublicKey }

/** Makes a key pair, as `wg genkey` does. Works on insecure origins too, where WebCrypto's own X25519 does not exist. */
export function makeKeyPair(): KeyPair {
  const secret = clamped(crypto.getRandomValues(new Uint8Array(32)))
  return {
    privateKey: PrivateKey.parse(base64(secret)),
    publicKey: PublicKey.parse(base64(x25519.getPublicKey(secret))),
  }
}

/** RFC 7748, section 5: decodeScalar25519. */
function clamped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => (at === 0 ? byte & 248 : at === 31 ? (byte & 127) | 64 : byte))
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
