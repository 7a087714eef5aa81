import { changeAt } from '@warren/db'
import { Refusal, type UndoChange } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { takeBack } from './take-back.ts'

/**
 * Takes a change back, as a new change, and answers that one's revision. An undo can be undone like any other change.
 * @throws Refusal not-found (revision), conflict (revision) saying why it can no longer be taken back
 */
export async function undoChange(ctx: Ctx, { networkId, revision }: UndoChange): Promise<{ revision: number }> {
  const change = await changeAt(ctx.db, networkId, revision)
  if (!change) throw new Refusal('not-found', 'There is no such change in this network.', 'revision')
  return write(ctx, { networkId, kind: 'change.undone', undoes: revision, large: true }, async (tx) => {
    await takeBack(tx, change)
    return { revision: tx.revision }
  })
}
