import { type Db, openDb } from '@warren/db'
import { env } from './env.ts'

declare global {
  /** Next bundles route handlers apart from each other; only the global object is the same for all of them. */
  var warrenWebDb: Db | undefined
}

/** The database of the web process, opened at the first request. */
export function webDb(): Db {
  globalThis.warrenWebDb ??= openDb(env().DATABASE_URL)
  return globalThis.warrenWebDb
}
