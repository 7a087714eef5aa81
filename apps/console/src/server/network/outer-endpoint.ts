import { formatPrefix, holds, type Prefix, parseAddress } from '@warren/cidr'
import { parseEndpoint, Refusal } from '@warren/protocol'

/** Refuses a public endpoint inside the network itself: packets to it would be sent into the tunnel they are to build. */
export function refuseEndpointInside(root: Prefix, endpoint: string): void {
  const address = parseAddress(parseEndpoint(endpoint)?.host ?? '')
  if (!address.ok || !holds(root, address.value)) return
  throw new Refusal(
    'rule-broken',
    `${endpoint} lies inside ${formatPrefix(root)}, the network itself; give an address that nodes reach without the tunnel.`,
    'endpoint',
  )
}
