import {
  type Address,
  addressProblem,
  explainAddressProblem,
  explainSecondAddress,
  formatAddress,
  nextAddress,
  parseAddress,
  secondAddressProblem,
  type Taken,
  type Tree,
} from '@warren/cidr'
import { addressIn, type Plan } from '~/features/network/plan.ts'

/** The address that a new peer of a CIDR gets when nobody chooses one; null when the CIDR is full. */
export const nextFreeAddress = (plan: Plan, cidrId: number): string | null =>
  nextIn(plan.tree, cidrId, () => takenBy(plan))

/** The same for its IPv6 address beside an IPv4 one; null also where the CIDR has no IPv6 prefix. */
export const nextFreeAddress6 = ({ plans, ...plan }: Plan, cidrId: number): string | null =>
  plans.second ? nextIn(plans.second, cidrId, () => taken6By(plan)) : null

function nextIn(tree: Tree, cidrId: number, taken: () => readonly Taken[]): string | null {
  const cidr = tree.get(cidrId)
  if (!cidr) return null
  const children = tree.children(cidrId).map((child) => child.prefix)
  const next = nextAddress(
    cidr.prefix,
    children,
    taken().map((one) => one.address),
  )
  return next && formatAddress(next)
}

type Wanted = { readonly address?: string | undefined; readonly address6?: string | undefined }

/** What is wrong with addresses for a peer of a CIDR, by field; nothing when they are fine. */
export function addressFaults(plan: Plan, cidrId: number, wanted: Wanted): { address?: string; address6?: string } {
  const address = given(wanted.address)
  const address6 = given(wanted.address6)
  const problem = address && addressProblem(plan.tree, cidrId, address, takenBy(plan))
  const problem6 = address6 && secondAddressProblem(plan.plans, { cidrId, address: address6 }, taken6By(plan))
  return {
    ...(problem ? { address: explainAddressProblem(problem) } : {}),
    ...(problem6 ? { address6: explainSecondAddress(problem6) } : {}),
  }
}

function given(text: string | undefined): Address | null {
  const address = parseAddress(text ?? '')
  return address.ok ? address.value : null
}

type Peers = Pick<Plan, 'members' | 'tombstones'>

/** All addresses of the network that nobody else can have, those of deleted peers included. */
function takenBy(plan: Peers): Taken[] {
  const live = plan.members.map((peer) => ({ name: peer.name, address: peer.at }))
  const dead = plan.tombstones.map((peer) => ({ name: peer.name, address: addressIn(peer.address), deleted: true }))
  return [...live, ...dead]
}

/** The same of the IPv6 addresses beside IPv4 ones. */
export const taken6By = ({ members, tombstones }: Peers): Taken[] =>
  [...members, ...tombstones].flatMap(({ name, address6, deletedAt }) =>
    address6 === null ? [] : [{ name, address: addressIn(address6), deleted: deletedAt !== null }],
  )
