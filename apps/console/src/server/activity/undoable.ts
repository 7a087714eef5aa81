import { lookBack } from '@warren/db'
import { undoNeeds, undoPlan } from '@warren/protocol'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'
import { type Hindered, whyNot } from './why-not.ts'

const MAX_REVISIONS = 200

export const ListUndoable = z.strictObject({
  networkId: z.int().positive(),
  revisions: z.array(z.int().positive()).max(MAX_REVISIONS, `At most ${MAX_REVISIONS} changes at once.`),
})
export type ListUndoable = z.infer<typeof ListUndoable>

/** Whether a change could be taken back as things are: null for yes, else why not. */
export type Undoability = { revision: number; why: string | null }

/**
 * Which of these changes could be taken back now, by somebody whom no rights bind. In the order asked;
 * revisions that do not exist are left out.
 */
export async function undoable({ db }: Ctx, { networkId, revisions }: ListUndoable): Promise<Undoability[]> {
  const now = new Date()
  return lookBack(db, networkId, async (history) => {
    const changes = await history.changes(revisions)
    if (changes.length === 0) return []
    const present = await history.present(undoNeeds(changes))
    const hindered: Hindered[] = []
    for (const change of changes) {
      const plan = undoPlan(present, change, now)
      if (!plan.ok) hindered.push({ revision: change.revision, problem: plan.problem })
    }
    const sentences = await whyNot(history, hindered)
    const whys = new Map(hindered.map(({ revision }, at) => [revision, sentences[at] ?? null]))
    const known = new Set(changes.map(({ revision }) => revision))
    return revisions
      .filter((revision) => known.has(revision))
      .map((revision) => ({ revision, why: whys.get(revision) ?? null }))
  })
}
