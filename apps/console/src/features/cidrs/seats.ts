import type { CidrNode, Seated } from '@warren/cidr'
import { addressIn, type Plan } from '~/features/network/plan.ts'

/** The peers that sit directly in a CIDR, as the rules of packages/cidr want them. */
export const seatedIn = (plan: Plan, cidrId: number | null): Seated[] =>
  cidrId === null ? [] : plan.membersIn(cidrId).map((peer) => ({ name: peer.name, address: peer.at }))

/** Those that sit directly in a CIDR's parent; none for the root. */
export const seatedAbove = (plan: Plan, node: CidrNode): Seated[] => seatedIn(plan, node.parentId)

/** The peers that sit directly in a CIDR, at their IPv6 addresses; those that have none are left out. */
export const seated6In = (plan: Plan, cidrId: number): Seated[] =>
  plan
    .membersIn(cidrId)
    .flatMap(({ name, address6 }) => (address6 === null ? [] : [{ name, address: addressIn(address6) }]))
