import { addressFromValue } from './address.ts'
import { type Prefix, prefixOf } from './prefix.ts'

/** Bytes that `uniqueLocalPrefix` takes: 40 random bits (RFC 4193, section 3.1). */
export const ULA_BYTES = 5

/**
 * A /48 for one's own use, fd00::/8 and a global id (RFC 4193, section 3). `random` has to be ULA_BYTES bytes from a
 * source that cannot be guessed: only so two networks that are joined one day are most unlikely to have the same.
 */
export function uniqueLocalPrefix(random: Uint8Array): Prefix {
  if (random.length !== ULA_BYTES) throw new RangeError(`a global id has ${ULA_BYTES} bytes`)
  const id = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0xfdn)
  return prefixOf(addressFromValue(6, id << 80n), 48)
}
