import { findChanges, listNetworks } from '@warren/db'
import { type Change, changeKinds, Refusal } from '@warren/protocol'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'

/** What one page of the activity holds at most. */
const MAX_PAGE = 200

const Id = z.int().positive()

export const ListActivity = z.strictObject({
  networkId: Id,
  /** Only changes before this revision: the last one of the page before. */
  before: Id.optional(),
  kinds: z.array(z.enum(changeKinds)).min(1, 'Choose at least one kind of change.').optional(),
  /** The name of who did it: a person, a peer, or a part of the system. */
  actor: z.string().min(1, 'Whose changes? Leave it out for everybody.').optional(),
  /** What happened to one peer; ids that never were have no history. */
  peerId: Id.optional(),
  /** What happened in one CIDR and everything inside it. */
  cidrId: Id.optional(),
  limit: z.int().min(1).max(MAX_PAGE, `At most ${MAX_PAGE} changes at once.`).default(50),
})
export type ListActivity = z.infer<typeof ListActivity>

/**
 * What was done in a network, newest first.
 * @throws Refusal not-found (networkId)
 */
export async function listActivity({ db }: Ctx, { networkId, ...filter }: ListActivity): Promise<Change[]> {
  const changes = await findChanges(db, networkId, filter)
  if (changes.length > 0 || (await listNetworks(db)).some(({ id }) => id === networkId)) return changes
  throw new Refusal('not-found', 'There is no such network.', 'networkId')
}
