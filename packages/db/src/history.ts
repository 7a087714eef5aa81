import type { Change, Present, RowKind, UndoNeeds } from '@warren/protocol'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { readPresent } from './present.ts'
import { changeOf } from './read.ts'
import type { Tx } from './tables.ts'

/** Which change after `since` last changed a row: any of these fields of it, or its being there at all. */
export type Blame = {
  readonly kind: RowKind
  readonly id: number
  readonly fields?: readonly string[] | undefined
  readonly since: number
}

/** A network as undo looks at it, all at one moment. */
export type History = {
  present(needs: UndoNeeds): Promise<Present>
  /** The revisions that answer the questions, in their order; null where no change does. */
  blame(questions: readonly Blame[]): Promise<(number | null)[]>
  /** The latest change that took each of these back; those that nothing did are left out. */
  undosOf(revisions: readonly number[]): Promise<Map<number, number>>
}

export const historyOf = (tx: Tx, networkId: number): History => ({
  present: (needs) => readPresent(tx, networkId, needs),
  blame: (questions) => blame(tx, networkId, questions),
  async undosOf(revisions) {
    const where = { networkId, undoes: { in: [...revisions] } }
    const found = await tx.change.groupBy({ by: ['undoes'], where, _max: { revision: true } })
    return new Map(found.flatMap(({ undoes, _max: { revision } }) => (undoes && revision ? [[undoes, revision]] : [])))
  },
})

/** Looks at a network without changing it: everything that `work` reads is of one moment. */
export const lookBack = <T>(
  db: Db,
  networkId: number,
  work: (history: History & { changes(revisions: readonly number[]): Promise<Change[]> }) => Promise<T>,
): Promise<T> =>
  asking(() =>
    db.prisma.$transaction(
      (tx) => {
        const changes = async (revisions: readonly number[]) => {
          const where = { networkId, revision: { in: [...revisions] } }
          return (await tx.change.findMany({ where, orderBy: { revision: 'asc' } })).map(changeOf)
        }
        return work({ ...historyOf(tx, networkId), changes })
      },
      { isolationLevel: 'RepeatableRead', maxWait: 10_000, timeout: 30_000 },
    ),
  )

/** One change of a network, or null. */
export const changeAt = (db: Db, networkId: number, revision: number): Promise<Change | null> =>
  asking(async () => {
    const found = await db.prisma.change.findUnique({ where: { networkId_revision: { networkId, revision } } })
    return found && changeOf(found)
  })

/** Chosen: how many changes of one row are looked through for the one to blame. */
const LOOKED_THROUGH = 50

type Touched = { n: number; revision: number; was: Record<string, unknown> | null; is: Record<string, unknown> | null }

async function blame(tx: Tx, networkId: number, questions: readonly Blame[]): Promise<(number | null)[]> {
  if (questions.length === 0) return []
  const asked = questions.map(({ kind, id, since }, n) => ({ n, kind, id, since }))
  const touched = await tx.$queryRaw<Touched[]>`
    SELECT q.n, c.revision, c.was, c.is
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS q(n int, kind text, id int, since int)
    CROSS JOIN LATERAL (
      SELECT revision,
        jsonb_path_query_first(before -> q.kind, '$[*] ? (@.id == $id)', jsonb_build_object('id', q.id)) AS was,
        jsonb_path_query_first(after -> q.kind, '$[*] ? (@.id == $id)', jsonb_build_object('id', q.id)) AS is
      -- OFFSET 0 keeps the planner from walking the log backwards instead of asking the index.
      FROM (
        SELECT * FROM change WHERE change_about(before, after) @> ARRAY[q.kind || ':' || q.id] OFFSET 0
      ) AS touching
      WHERE network_id = ${networkId} AND revision > q.since
      ORDER BY revision DESC LIMIT ${LOOKED_THROUGH}
    ) c
    ORDER BY c.revision DESC`
  return questions.map(({ fields }, n) => {
    const differs = ({ was, is }: Touched) =>
      !was || !is || (fields ?? Object.keys(is)).some((field) => was[field] !== is[field])
    return touched.find((one) => one.n === n && differs(one))?.revision ?? null
  })
}
