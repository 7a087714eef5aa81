import { formatPrefix } from '@warren/cidr'
import type { PeerRow } from '@warren/protocol'
import type { Plan } from './plan.ts'

/** A CIDR's IPv6 prefix beside its IPv4 one, as people read it; null where it has none. */
export function prefix6Of({ plans }: Plan, cidrId: number): string | null {
  const node = plans.second?.get(cidrId)
  return node ? formatPrefix(node.prefix) : null
}

/** A CIDR's prefix, or those of both families. */
export function prefixesOf(plan: Plan, cidrId: number): string[] {
  const node = plan.tree.get(cidrId)
  const prefix6 = prefix6Of(plan, cidrId)
  return [...(node ? [formatPrefix(node.prefix)] : []), ...(prefix6 === null ? [] : [prefix6])]
}

/** A peer's address, or those of both families. */
export const addressesOf = ({ address, address6 }: Pick<PeerRow, 'address' | 'address6'>): string[] =>
  address6 === null ? [address] : [address, address6]
