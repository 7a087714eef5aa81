import { migrate, openDb } from '@warren/db'
import { openSetUp } from '../server/setup/open-set-up.ts'

/** What a person opens: the set-up page with its one-time token, or the console once somebody owns it. */
export type Door = { url: string; isSetUp: boolean }

/**
 * Brings the database to the newest migration, and opens the set-up page while nobody owns the console. The token
 * stands in the URL's fragment, which browsers send to nobody.
 * @param url the console's own URL, without a slash at the end
 * @param migrations the folder of migrations
 * @throws Refusal unavailable
 */
export async function prepare(databaseUrl: string, url: string, migrations: string): Promise<Door> {
  await migrate(databaseUrl, migrations)
  const db = openDb(databaseUrl, { poolSize: 1 })
  try {
    const token = await openSetUp(db)
    return token === null ? { url, isSetUp: false } : { url: `${url}/setup#token=${token}`, isSetUp: true }
  } finally {
    await db.close()
  }
}

/** Brings the database to the newest migration, and nothing else. */
export async function update(databaseUrl: string, migrations: string): Promise<null> {
  await migrate(databaseUrl, migrations)
  return null
}

/** The door in words. */
export const doorText = ({ url, isSetUp }: Door): string =>
  `${isSetUp ? 'Create the first admin here (the link works once):' : 'The console is at:'}\n\n  ${url}\n`
