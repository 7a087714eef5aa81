import { type CidrNode, explainRemoval, explainSplitPlan, removalProblem, splitPlanProblem } from '@warren/cidr'
import type { Member, Plan } from '~/features/network/plan.ts'
import { nextFreeAddress } from '~/features/peers/address.ts'
import { seatedIn } from './seats.ts'
import { secondParts } from './second-split.ts'

/** Why two CIDRs cannot be associated, in a few words; null when they can. */
export function whyNotAssociate(plan: Plan, a: number, b: number): string | null {
  if (a === b) return 'this CIDR itself'
  const there = plan.associations.some((row) => (row.a === a && row.b === b) || (row.a === b && row.b === a))
  return there ? 'associated already' : null
}

/** Why a peer cannot be moved to a CIDR, in a few words; null when it can. */
export function whyNotMove(plan: Plan, peer: Member, to: number): string | null {
  if (peer.kind === 'hub') return 'a hub stays where it is'
  if (peer.cidrId === to) return 'it is here now'
  return nextFreeAddress(plan, to) === null ? 'no address is free there' : null
}

/** Why a CIDR cannot be split into so many pieces, in one sentence; null when it can. */
export function whyNotSplit(plan: Plan, node: CidrNode, pieces = 2): string | null {
  const problem = splitPlanProblem(node, plan.tree.children(node.id), pieces, seatedIn(plan, node.id))
  if (problem) return explainSplitPlan(problem)
  const parts = secondParts(plan, node, pieces)
  return parts && !parts.ok ? explainSplitPlan(parts.problem) : null
}

/** Why a CIDR may not be deleted, in one sentence; null when it may. */
export function whyNotDelete(plan: Plan, id: number): string | null {
  const problem = removalProblem(
    plan.tree,
    id,
    plan.membersIn(id).map((peer) => peer.name),
  )
  return problem && explainRemoval(problem)
}

/** Why a CIDR cannot have IPv6 beside IPv4, in one sentence; null when it can, or has it. */
export function whyNotIpv6({ tree, plans }: Plan, node: CidrNode): string | null {
  if (tree.root.prefix.family === 6) return `${tree.root.name} is an IPv6 network as it is`
  const parent = node.parentId === null ? null : tree.get(node.parentId)
  return parent && !plans.second?.get(parent.id) ? `${parent.name} has no IPv6 that it could have a part of` : null
}
