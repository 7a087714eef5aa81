import type { Present, UndoProblem, UndoStep } from './undo.ts'

/** The rule that a network would break after a step, with the row that is in the way; null when it breaks none. */
export function brokenRule(_present: Present, _step: UndoStep): UndoProblem | null {
  return null
}
