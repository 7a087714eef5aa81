import type { Writer } from '@warren/db'
import { type Change, explainUndo, Refusal, undoNeeds, undoPlan } from '@warren/protocol'

/** Takes a change back within `tx`. Throws Refusal conflict (revision), saying why, when that is no longer possible. */
export async function takeBack(tx: Writer, change: Change): Promise<void> {
  const plan = undoPlan(await tx.present(undoNeeds([change])), change)
  if (!plan.ok) throw new Refusal('conflict', explainUndo(plan.problem, null), 'revision')
}
