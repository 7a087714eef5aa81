import { formatPrefix, suggestPart } from '@warren/cidr'
import type { Plan } from '~/features/network/plan.ts'
import { seated6In } from './seats.ts'

/** The next free part of a CIDR's IPv6 prefix; empty when it has none, or no room. */
export function suggestPartOf(plan: Plan, parentId: number): string {
  const free = suggestPart(plan.plans, parentId, seated6In(plan, parentId))
  return free ? formatPrefix(free) : ''
}
