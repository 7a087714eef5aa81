import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Refusal } from '@warren/protocol'
import pg from 'pg'
import { asking } from './faults.ts'

/** The lock, the table and the checksums are those of `prisma migrate deploy`, so that either can go on after the other. */
const PRISMA_LOCK = 72_707_369

const BOOK = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`

/** Looked up when asked for: in a bundle there is no `import.meta.dirname`, and nobody there migrates. */
const ownMigrations = (): string => path.resolve(import.meta.dirname, '../../../prisma/migrations')

type Migration = { name: string; sql: string; checksum: string }

/**
 * Brings the database at `url` to the newest migration in `dir` (left out: this repository's) and returns the names of
 * those it applied. Any number of processes may call it at once: they take turns. Each migration is one transaction.
 * Throws Refusal 'unavailable' with what to do: when one fails (nothing of it stays), when the database is newer than
 * this program, or when it cannot be reached.
 */
export async function migrate(url: string, dir = ownMigrations()): Promise<string[]> {
  const wanted = await migrationsIn(dir)
  return asking(async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
      await client.query(BOOK)
      const applied: string[] = []
      for (const migration of pending(wanted, await finished(client))) {
        await apply(client, migration)
        applied.push(migration.name)
      }
      return applied
    } finally {
      await client.end().catch(() => {})
    }
  })
}

async function migrationsIn(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(dir, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Checksums of what was applied, by name. */
async function finished(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  )
  const halfDone = rows.find((row) => !row.finished)
  if (halfDone) {
    throw new Refusal(
      'unavailable',
      `Migration ${halfDone.name} was begun by the Prisma command line and did not finish; settle it with prisma migrate resolve.`,
    )
  }
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

function pending(wanted: readonly Migration[], done: ReadonlyMap<string, string>): Migration[] {
  const known = new Set(wanted.map((migration) => migration.name))
  const foreign = [...done.keys()].find((name) => !known.has(name))
  if (foreign !== undefined) {
    throw new Refusal(
      'unavailable',
      `The database was made by a newer Warren (migration ${foreign}); start that version.`,
    )
  }
  const edited = wanted.find(({ name, checksum }) => (done.get(name) ?? checksum) !== checksum)
  if (edited) {
    throw new Refusal(
      'unavailable',
      `Migration ${edited.name} is not the one this database was made with; restore its file.`,
    )
  }
  return wanted.filter(({ name }) => !done.has(name))
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration) {
  const id = randomUUID()
  const note = `INSERT INTO "_prisma_migrations" (id, checksum, migration_name`
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query(`${note}, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)`, [id, checksum, name])
    await client.query('COMMIT')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await client.query('ROLLBACK')
    await client.query(`${note}, logs, rolled_back_at) VALUES ($1, $2, $3, $4, now())`, [id, checksum, name, reason])
    throw new Refusal('unavailable', `Migration ${name} failed and was taken back whole: ${reason}`)
  }
}
