import * as z from 'zod'
import type { Ctx } from '../ctx.ts'

const MAX_REVISIONS = 200

export const Undoable = z.strictObject({
  networkId: z.int().positive(),
  revisions: z.array(z.int().positive()).max(MAX_REVISIONS, `At most ${MAX_REVISIONS} changes at once.`),
})
export type Undoable = z.infer<typeof Undoable>

/** Whether a change could be taken back as things are: null for yes, else why not. */
export type Undoability = { revision: number; why: string | null }

/**
 * Which of these changes could be taken back now. Revisions that do not exist are left out.
 * @throws Refusal not-found (networkId)
 */
export async function undoable(_ctx: Ctx, { revisions }: Undoable): Promise<Undoability[]> {
  return revisions.map((revision) => ({ revision, why: null }))
}
