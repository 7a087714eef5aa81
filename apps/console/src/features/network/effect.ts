import { type Reach, type ReachDifference, reachDifference } from '@warren/cidr'
import { type Intent, keyOf, reachAfter } from './intent.ts'
import type { Plan } from './plan.ts'

export { DRAFT_ID, type Intent, NEW_PEER_ID, treeWithDraft } from './intent.ts'

/** What a change would do: who would reach whom after it, and the pairs in which that differs from now. */
export type Outcome = { readonly before: Reach; readonly after: Reach; readonly difference: ReachDifference }

/** The outcome last asked for: a dialog asks the same for its note and for its choice of a trial. */
let last: { readonly plan: Plan; readonly key: string; readonly outcome: Outcome | null } | null = null

/** What the intent would do to a plan; null where that cannot be told (see `reachAfter`). */
export function outcomeOf(plan: Plan, intent: Intent): Outcome | null {
  const key = keyOf(intent)
  if (last?.plan !== plan || last.key !== key) last = { plan, key, outcome: compute(plan, intent) }
  return last.outcome
}

function compute(plan: Plan, intent: Intent): Outcome | null {
  const after = reachAfter(plan, intent)
  return after && { before: plan.reach, after, difference: reachDifference(plan.reach, after) }
}

/** A tunnel as `link.list` tells it: two peers, the lower id first, and how it is. */
export type LinkPair = readonly [a: number, b: number, code: number]

/** What `code` means. */
export const LINK = { noHandshake: 0, direct: 1, relayed: 2 } as const

/** The tunnels that carry packets now and would be cut. */
export const tunnelsCut = ({ before, after }: Outcome, links: readonly LinkPair[]): LinkPair[] =>
  links.filter(([a, b, code]) => code !== LINK.noHandshake && before.canReach(a, b) && !after.canReach(a, b))
