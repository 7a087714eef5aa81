import { addressProblem, explainAddressProblem, formatAddress, nextAddress, parseAddress } from '@warren/cidr'
import { addressIn, type Plan } from '~/features/network/plan.ts'

/** The address that a new peer of a CIDR gets when nobody chooses one; null when the CIDR is full. */
export function nextFreeAddress(plan: Plan, cidrId: number): string | null {
  const [cidr] = plan.tree.ancestors(cidrId)
  if (!cidr) return null
  const children = plan.tree.children(cidrId).map((child) => child.prefix)
  const next = nextAddress(
    cidr.prefix,
    children,
    takenBy(plan).map((one) => one.address),
  )
  return next && formatAddress(next)
}

/** What is wrong with an address for a peer of a CIDR, by field; nothing when it is fine. */
export function addressFaults(plan: Plan, cidrId: number, text: string): { address?: string } {
  const address = parseAddress(text)
  if (!address.ok) return {}
  const problem = addressProblem(plan.tree, cidrId, address.value, takenBy(plan))
  return problem ? { address: explainAddressProblem(problem) } : {}
}

/** All addresses of the network that nobody else can have, those of deleted peers included. */
function takenBy(plan: Plan) {
  const live = plan.members.map((peer) => ({ name: peer.name, address: peer.at }))
  const dead = plan.tombstones.map((peer) => ({ name: peer.name, address: addressIn(peer.address), deleted: true }))
  return [...live, ...dead]
}
