import type { View } from '../plan/answer.ts'
import type { Config } from '../state/config.ts'
import type { Place } from '../wireguard/mesh-addresses.ts'

/** Where a view puts this node. */
export const placeOf = ({ self }: View): Place => ({
  address: self.ip,
  prefix: self.network.prefix,
  address6: self.ip6,
  prefix6: self.network.prefix6,
})

/** Where this node's invitation put it: of the second family it says nothing, the first view does. */
export const ownPlace = ({ network, peer }: Config): Place => ({ address: peer.address, prefix: network.prefix })

/** Whether two views put this node at the same place, so that its interface's addresses can stay. */
export const samePlace = (one: View, other: View): boolean =>
  JSON.stringify(placeOf(one)) === JSON.stringify(placeOf(other))

/** The network's own prefixes: no tunnel may lead through them. */
export function rootsOf(view: View | null, config: Config): string[] {
  const { prefix, prefix6 } = view ? placeOf(view) : ownPlace(config)
  return prefix6 ? [prefix, prefix6] : [prefix]
}
