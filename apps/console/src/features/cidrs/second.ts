import {
  type CidrNode,
  explainSecond,
  formatPrefix,
  type Prefix,
  parsePrefix,
  secondChangeProblem,
  secondPlacementProblem,
  suggestSecond,
  ULA_BYTES,
  uniqueLocalPrefix,
} from '@warren/cidr'
import type { Plan } from '~/features/network/plan.ts'
import { seated6In } from './seats.ts'

/** The IPv6 prefix that a new CIDR with this IPv4 one gets when nobody chooses; empty when there is none to have. */
export function suggestedSecond(plan: Plan, parent: CidrNode, text: string): string {
  const prefix = parsePrefix(text.trim())
  const found = prefix.ok && suggestSecond(plan.plans, { parent, prefix: prefix.value }, seated6In(plan, parent.id))
  return found ? formatPrefix(found) : ''
}

/** What is wrong with the IPv6 prefix of a new CIDR; an empty one means none. Null when it is fine, or no prefix (yet). */
export function secondFault(
  plan: Plan,
  place: { name: string; parent: CidrNode; prefix: Prefix },
  text: string | null,
): string | null {
  const parsed = text ? parsePrefix(text.trim()) : null
  if (parsed && !parsed.ok) return null
  const prefix6 = parsed?.value ?? null
  const where = { ...place, name: place.name || 'The new CIDR', prefix6 }
  const problem = secondPlacementProblem(plan.plans, where, seated6In(plan, place.parent.id))
  return problem && explainSecond(problem)
}

/** What is wrong with another IPv6 prefix for a CIDR; null when it is fine, or no prefix (yet). */
export function secondChangeFault(plan: Plan, node: CidrNode, text: string): string | null {
  const parsed = parsePrefix(text.trim())
  if (!parsed.ok) return null
  const seated = {
    peersIn: seated6In(plan, node.id),
    peersInParent: node.parentId === null ? [] : seated6In(plan, node.parentId),
  }
  const problem = secondChangeProblem(plan.plans, { id: node.id, prefix6: parsed.value }, seated)
  return problem && explainSecond(problem)
}

/** A /48 of one's own, different each time (RFC 4193). */
export const freshUla = (): string => formatPrefix(uniqueLocalPrefix(crypto.getRandomValues(new Uint8Array(ULA_BYTES))))
