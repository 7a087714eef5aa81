import { Refusal } from '@warren/protocol'
import { broken } from './rules.ts'

const UNAVAILABLE = 'The database cannot be reached; try again in a moment.'

/** Codes that say the connection, not the query, is at fault: Node's, Postgres' classes 08 and 57P, Prisma's. */
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|EACCES|08...|57P0[1-5]|53300|P1001|P1002|P1008|P1017|P2024|P2037)$/

/** What `pg` says, without a code, when a connection ends under a query. */
const ended =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Client was closed/

/** Ours is a wait that took too long (database.ts): a lock, a query, an idle transaction. */
const overdue = /^(55P03|57014|25P03|P2028)$/

const BUSY = 'The database was too busy to answer in time; try again in a moment.'

/** Deadlock and serialization failure, in Postgres' codes and Prisma's. */
const retryable = /^(40001|40P01|P2034)$/

/** Whether the same transaction may succeed when it is run again. */
export const isRetryable = (error: unknown): boolean => facts(error).some((fact) => retryable.test(fact))

/**
 * An error of the database as a sentence: a rule that was held up is a 'conflict', a lost connection 'unavailable'.
 * Refusals pass; anything else is a bug and stays as it is. `removing`: a broken foreign key means that something still
 * refers to the row, not that what it refers to is missing.
 */
export function asRefusal(error: unknown, removing = false): unknown {
  if (error instanceof Refusal) return error
  const known = facts(error)
  const rule = broken(known)
  if (rule) return new Refusal('conflict', (removing && rule.inUse) || rule.sentence, rule.field)
  const said = (pattern: RegExp) => known.some((fact) => pattern.test(fact))
  if (said(unreachable) || said(ended)) return Object.assign(new Refusal('unavailable', UNAVAILABLE), { cause: error })
  if (said(overdue) || said(retryable)) return Object.assign(new Refusal('unavailable', BUSY), { cause: error })
  return error
}

/** Runs a query; its failure becomes a Refusal where it is an expected one. */
export async function asking<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    throw asRefusal(error)
  }
}

/**
 * Every text an error carries, its causes' and Prisma's nested ones included. Prisma renames the errors of Postgres
 * differently for each kind of query, but the original code and the constraint's name are always somewhere in it.
 */
function facts(error: unknown, depth = 0): string[] {
  if (typeof error === 'string') return [error]
  if (typeof error !== 'object' || error === null || depth > 6) return []
  const own = error instanceof Error ? [error.message] : []
  return [...own, ...Object.values(error).flatMap((value) => facts(value, depth + 1)), ...causeOf(error, depth)]
}

/** An Error's cause is not enumerable. */
const causeOf = (error: object, depth: number): string[] =>
  error instanceof Error && error.cause !== undefined ? facts(error.cause, depth + 1) : []
