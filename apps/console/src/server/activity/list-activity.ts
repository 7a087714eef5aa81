import { recentChanges } from '@warren/db'
import { type Change, Refusal } from '@warren/protocol'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'

/** What one page of the activity holds at most. */
const MAX_PAGE = 200

export const ListActivity = z.strictObject({
  networkId: z.int().positive(),
  /** Only changes before this revision: the last one of the page before. */
  before: z.int().positive().optional(),
  limit: z.int().min(1).max(MAX_PAGE, `At most ${MAX_PAGE} changes at once.`).default(50),
})
export type ListActivity = z.infer<typeof ListActivity>

/**
 * What was done in a network, newest first.
 * @throws Refusal not-found (networkId)
 */
export async function listActivity({ db }: Ctx, input: ListActivity): Promise<Change[]> {
  const { networkId, before, limit } = input
  const changes = await recentChanges(db, networkId, { before, limit })
  // Every network's log begins with its making, so an empty first page means that there is no such network.
  if (changes.length > 0 || before !== undefined) return changes
  throw new Refusal('not-found', 'There is no such network.', 'networkId')
}
