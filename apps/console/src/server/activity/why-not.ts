import type { History } from '@warren/db'
import { explainUndo, type UndoProblem } from '@warren/protocol'

/** A change that cannot be taken back, and the problem with it. */
export type Hindered = { readonly revision: number; readonly problem: UndoProblem }

/** Why changes cannot be taken back, a sentence each: with the revision that is to blame, where one is. */
export async function whyNot(history: History, hindered: readonly Hindered[]): Promise<string[]> {
  const done = hindered.filter(({ problem }) => problem.kind === 'done').map(({ revision }) => revision)
  const undos = done.length > 0 ? await history.undosOf(done) : new Map<number, number>()
  const questions = hindered.flatMap(({ revision, problem: { culprit } }) =>
    culprit && !undos.has(revision) ? [{ ...culprit, since: revision }] : [],
  )
  const answers = await history.blame(questions)
  return hindered.map(({ revision, problem }) => {
    const undo = undos.get(revision)
    if (undo !== undefined) return `It was undone already (revision ${undo}).`
    const asked = problem.culprit === null ? null : answers.shift()
    return explainUndo(problem, asked ?? null)
  })
}
