import { LINKS_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asking } from './faults.ts'

/**
 * A pair without a direct path, `a` < `b`, as the coordinator last knew it. With ports, those of the hub that each side
 * sends to, the hub passes its packets on; without them `refused` says in a sentence why it does not, or it is about to.
 */
export type SavedRelay = {
  readonly a: number
  readonly b: number
  /** ISO 8601. */
  readonly since: string
  readonly portA: number | null
  readonly portB: number | null
  /** Endpoints that each side had tried. */
  readonly triedA: readonly string[]
  readonly triedB: readonly string[]
  readonly refused: string | null
}

/**
 * Saves all pairs of a network in the place of those before, and tells `LINKS_CHANNEL`. Throws Refusal 'unavailable', as
 * every function here does.
 */
export const saveRelays = (db: Db, networkId: number, relays: readonly SavedRelay[]): Promise<void> =>
  asking(async () => {
    await db.pool.query(
      `WITH given AS (
         SELECT * FROM jsonb_to_recordset($2::jsonb) AS g("a" int, "b" int, "since" timestamptz, "portA" int,
           "portB" int, "triedA" text[], "triedB" text[], "refused" text)
       ), gone AS (
         DELETE FROM relay r WHERE network_id = $1 AND NOT EXISTS (SELECT FROM given g WHERE g.a = r.a AND g.b = r.b)
       ), saved AS (
         INSERT INTO relay (network_id, a, b, since, port_a, port_b, tried_a, tried_b, refused)
         SELECT $1, a, b, since, "portA", "portB", "triedA", "triedB", refused FROM given
         ON CONFLICT (network_id, a, b) DO UPDATE SET (since, port_a, port_b, tried_a, tried_b, refused) =
           (excluded.since, excluded.port_a, excluded.port_b, excluded.tried_a, excluded.tried_b, excluded.refused)
       )
       SELECT pg_notify('${LINKS_CHANNEL}', $1::text)`,
      [networkId, JSON.stringify(relays)],
    )
  })

const COLUMNS = `a, b, since, port_a AS "portA", port_b AS "portB", tried_a AS "triedA", tried_b AS "triedB", refused`

type RelayRecord = Omit<SavedRelay, 'since'> & { since: Date }

const relayOf = ({ since, ...row }: RelayRecord): SavedRelay => ({ ...row, since: since.toISOString() })

/** All pairs of a network, oldest first. */
export const readRelays = (db: Db, networkId: number): Promise<SavedRelay[]> =>
  asking(async () => {
    const { rows } = await db.pool.query<RelayRecord>(
      `SELECT ${COLUMNS} FROM relay WHERE network_id = $1 ORDER BY since, a, b`,
      [networkId],
    )
    return rows.map(relayOf)
  })

/** The pairs of one peer. */
export const readRelaysOf = (db: Db, networkId: number, peerId: number): Promise<SavedRelay[]> =>
  asking(async () => {
    const { rows } = await db.pool.query<RelayRecord>(
      `SELECT ${COLUMNS} FROM relay WHERE network_id = $1 AND $2 IN (a, b) ORDER BY since, a, b`,
      [networkId, peerId],
    )
    return rows.map(relayOf)
  })

/** By agent, the other sides that it last told no packets get through to. */
export const readDown = (db: Db, networkId: number): Promise<Map<number, number[]>> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ id: number; down: number[] }>(
      `SELECT l.peer_id AS id, array_agg(s.key::int) AS down
       FROM peer_links l JOIN peer p ON p.id = l.peer_id CROSS JOIN LATERAL jsonb_each(l.states) AS s(key, value)
       WHERE p.network_id = $1 AND p.deleted_at IS NULL AND p.kind = 'agent' AND s.value = '0' GROUP BY l.peer_id`,
      [networkId],
    )
    return new Map(rows.map(({ id, down }) => [id, down]))
  })
