import { formatAddress, formatPrefix, parseAddress, prefixOf } from '@warren/cidr'

/** What one customer gets (RFC 6177): whoever has one address of a /64 has them all. */
const V6_WIDTH = 64

/**
 * Where a request came from, for counting attempts. It is the last entry of X-Forwarded-For: the one that the nearest
 * proxy wrote, or Next itself without a proxy; all earlier ones are whatever the client cared to say.
 */
export function sourceOf(forwardedFor: string | null | undefined): string {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? ''
  // Node spells an IPv4 client of a dual-stack socket like this.
  const address = parseAddress(last.replace(/^::ffff:(?=\d+\.)/i, ''))
  if (!address.ok) return 'unknown'
  return address.value.family === 4 ? formatAddress(address.value) : formatPrefix(prefixOf(address.value, V6_WIDTH))
}
