import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { type Db, openDb } from './database.ts'
import { TEST_SERVER, testServerUrl } from './env.ts'
import { migrate } from './migrate.ts'
import { startDatabase } from './server/index.ts'

export { TEST_SERVER }

const TEMPLATE = 'warren_template'

export type TestServer = { url: string; stop(): Promise<void> }
export type TestDatabase = { db: Db; url: string; drop(): Promise<void> }

/** A Postgres of its own in a temporary directory, with a migrated template to copy databases from. */
export async function testServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'warren-test-'))
  const server = await startDatabase({ dataDir, durable: false })
  await query(server.url, `CREATE DATABASE ${TEMPLATE}`)
  await migrate(databaseAt(server.url, TEMPLATE))
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

let own: { server: Promise<TestServer>; users: number } | null = null

/**
 * A migrated, empty database of its own: for one test file, or one test. On the server that `TEST_SERVER` names, else on
 * one that this process starts with its first database and stops with its last.
 */
export async function testDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const server = await lease()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await query(server.url, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`)
  const url = databaseAt(server.url, name)
  const db = openDb(url, options)
  return {
    db,
    url,
    async drop() {
      await db.close()
      await query(server.url, `DROP DATABASE ${name} WITH (FORCE)`)
      await server.release()
    },
  }
}

async function lease(): Promise<{ url: string; release(): Promise<void> }> {
  const url = testServerUrl()
  if (url !== undefined) return { url, release: async () => {} }
  own ??= { server: testServer(), users: 0 }
  const mine = own
  mine.users += 1
  const server = await mine.server
  return {
    url: server.url,
    async release() {
      mine.users -= 1
      if (mine.users > 0) return
      own = null
      await server.stop()
    },
  }
}

function databaseAt(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
