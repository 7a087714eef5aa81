import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from './generated/client.ts'

/** One database: Prisma for rows, the pool for batched SQL. Both share the same connections. */
export type Db = {
  readonly prisma: PrismaClient
  readonly pool: pg.Pool
  readonly url: string
  /** Ends all connections once the queries under way are done. */
  close(): Promise<void>
}

/** Chosen: two processes of ten stay far below the embedded server's 60 connections, and 2 cores serve no more. */
const POOL_SIZE = 10

/** How long a query waits for a connection, in milliseconds, before it fails as "unavailable". */
const CONNECT_MS = 10_000

/**
 * The adapter reads and writes timestamps without their offset, so every session speaks UTC. The limits (chosen) end
 * what would otherwise wait for ever: for a lock, for a query, and for a process that vanished inside a transaction.
 */
const SESSION = `SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = '60s';
  SET idle_in_transaction_session_timeout = '30s'`

/**
 * Opens a database lazily: nothing is connected before the first query, so this never fails.
 * `url` is a postgresql:// URL; `poolSize` the most connections to hold.
 */
export function openDb(url: string, options: { poolSize?: number } = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    onConnect: async (client) => {
      await client.query(SESSION)
    },
  })
  // An idle connection that dies is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' })
  return {
    prisma,
    pool,
    url,
    async close() {
      await prisma.$disconnect()
      await pool.end()
    },
  }
}
