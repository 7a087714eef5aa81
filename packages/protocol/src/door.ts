import { createHash } from 'node:crypto'
import { formatAddress, parseAddress } from '@warren/cidr'
import type { PublicKey } from './keys.ts'

/**
 * The door: addresses inside the tunnel that hang on keys alone. Each invitation has its own one, so a key that is used
 * up, expired or revoked can still be told which of these it is, and the peer's address belongs to its lasting key from
 * the first moment. A member's lasting key has one too, through which it asks the console: an admin may move it, disable
 * or delete it at any time, also while it is off, and it can still be told. Both sides derive the addresses; nobody hands
 * them out.
 *
 * They are unique local addresses (RFC 4193): fd + "war", 32 bits of the hub's key, and 64 bits of the own one.
 */
const DOOR_START = 'fd77:6172'

const words = (key: string, count: number): string[] => {
  const hex = createHash('sha256').update(key).digest('hex')
  return Array.from({ length: count }, (_, i) => hex.slice(i * 4, i * 4 + 4))
}

/** The four leading groups of a hub's door, `fd77:6172:xxxx:xxxx`. */
const doorNet = (hubKey: PublicKey): string => [DOOR_START, ...words(hubKey, 2)].join(':')

// Addresses are compared as text, here and with what a socket reports: one spelling only (RFC 5952).
function canonical(text: string): string {
  const address = parseAddress(text)
  if (!address.ok) throw new Error(`the door made ${text}, which is not an address`)
  return formatAddress(address.value)
}

/** The /64 of a hub's door, in canonical spelling. */
export const doorPrefix = (hubKey: PublicKey): string => `${canonical(`${doorNet(hubKey)}::`)}/64`

/** Where the hub answers in its door. */
export const doorHub = (hubKey: PublicKey): string => canonical(`${doorNet(hubKey)}::1`)

/** The address that a key, an invitation's temporary one or a member's lasting one, has in the hub's door. */
export const doorAddress = (hubKey: PublicKey, key: PublicKey): string =>
  canonical([doorNet(hubKey), ...words(key, 4)].join(':'))
