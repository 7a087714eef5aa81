import { formatAddress, formatPrefix, parseAddress, prefixOf } from '@warren/cidr'

/**
 * The header in which the process itself writes where a request came from (`stampSources`), over whatever a client put
 * there: Next shows its handlers no socket.
 */
export const SOURCE_HEADER = 'x-warren-source'

/** What a request says of where it came from. `hops`: how many proxies of ours stand in front, each adding one entry. */
export type Arrival = { remoteAddress: string | undefined; forwardedFor: string | undefined; hops: number }

/** What one customer gets (RFC 6177): whoever has one address of a /64 has them all. */
const V6_WIDTH = 64

/**
 * Where a request came from, for counting attempts and for the list of sessions. Without a proxy it is the socket's other
 * end. Each trusted proxy appended to X-Forwarded-For whom it saw; all earlier entries are whatever the client said.
 */
export function sourceOf({ remoteAddress, forwardedFor, hops }: Arrival): string {
  const written = (forwardedFor ?? '').split(',').map((entry) => entry.trim())
  // Fewer entries than proxies: it came past them, so that none of the entries can be believed.
  const entry = (hops > 0 ? written.filter(Boolean).at(-hops) : undefined) ?? remoteAddress ?? ''
  // Node spells an IPv4 client of a dual-stack socket like this.
  const address = parseAddress(entry.replace(/^::ffff:(?=\d+\.)/i, ''))
  if (!address.ok) return 'unknown'
  return address.value.family === 4 ? formatAddress(address.value) : formatPrefix(prefixOf(address.value, V6_WIDTH))
}
