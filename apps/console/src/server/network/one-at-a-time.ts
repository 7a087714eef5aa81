import { asking, type Db } from '@warren/db'
import { Refusal } from '@warren/protocol'

/** Any number that no other advisory lock of this database uses. */
const LOCK = 7_772_301

/**
 * Runs `work` unless another process or request is in it. No two roots of a console may overlap, and with no row to lock
 * yet nothing else would keep two networks at once from that. It does not wait: whoever waited would hold a connection
 * that the other one may need.
 * @throws Refusal conflict while another network is being made, or the root of one changed
 */
export async function oneAtATime<T>(db: Db, work: () => Promise<T>): Promise<T> {
  const client = await asking(() => db.pool.connect())
  const ask = async (sql: string) => (await asking(() => client.query<{ yes: boolean }>(sql, [LOCK]))).rows[0]?.yes
  let held: boolean | undefined
  try {
    held = await ask('SELECT pg_try_advisory_lock($1) AS yes')
    if (held) return await work()
    throw new Refusal(
      'conflict',
      'The addresses of another network are being chosen at this moment; try again in a moment.',
    )
  } finally {
    const free = !held || (await ask('SELECT pg_advisory_unlock($1) AS yes').catch(() => false))
    // A session that cannot let go is ended, and its lock with it.
    client.release(!free)
  }
}
