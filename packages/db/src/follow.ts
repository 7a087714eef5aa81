import { STATUS_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { timeText } from './rows.ts'
import { ONLINE_FRESH_S, type PeerStatus, type StatusRecord, statusOf, THIS_WRITE } from './status.ts'

/** Where a network stands in the database, for who keeps a copy of it. */
export type Standing = {
  /** Its latest revision. */
  revision: number
  /** When the revision asked about was made (ISO 8601); null when the log does not have it. */
  at: string | null
  /** What `readStatusFrom` is asked with the next time. */
  stamp: number
}

/**
 * Where a network stands, and when `revision` was made: a log that was restored from a backup may have another change
 * under the same number. Null without such a network.
 */
export const standing = (db: Db, networkId: number, revision: number): Promise<Standing | null> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ revision: number; at: Date | null; stamp: string }>(
      `SELECT n.revision, (SELECT c.at FROM change c WHERE c.network_id = n.id AND c.revision = $2) AS at,
         pg_snapshot_xmin(pg_current_snapshot())::text AS stamp
       FROM network n WHERE n.id = $1`,
      [networkId, revision],
    )
    const [row] = rows
    return row ? { revision: row.revision, at: timeText(row.at), stamp: Number(row.stamp) } : null
  })

/**
 * Takes "online" back from those for whom no coordinator has vouched in time, and tells `STATUS_CHANNEL` if there are
 * any. Coordinators take it back themselves; this is for one that was killed. Returns when a peer of the network that
 * is online was last vouched for (ISO 8601), null when none is.
 */
export const lapseOnline = (db: Db, networkId: number): Promise<string | null> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ late: boolean; vouched: Date | null }>(
      `SELECT coalesce(bool_or(s.vouched_at <= now() - $2 * interval '1 second'), false) AS late,
         least(max(s.vouched_at), now()) AS vouched
       FROM peer_status s JOIN peer p ON p.id = s.peer_id WHERE p.network_id = $1 AND s.online`,
      [networkId, ONLINE_FRESH_S],
    )
    if (rows[0]?.late) await takeBack(db, networkId)
    return timeText(rows[0]?.vouched ?? null)
  })

async function takeBack(db: Db, networkId: number): Promise<void> {
  await db.pool.query(
    `WITH lapsed AS (
       UPDATE peer_status s SET online = false, written = ${THIS_WRITE}, turned = ${THIS_WRITE} FROM peer p
       WHERE p.id = s.peer_id AND p.network_id = $1 AND s.online AND s.vouched_at <= now() - $2 * interval '1 second'
       RETURNING 1
     )
     SELECT pg_notify('${STATUS_CHANNEL}', $1::text) FROM (SELECT count(*) AS n FROM lapsed) AS done WHERE n > 0`,
    [networkId, ONLINE_FRESH_S],
  )
}

/** An observation and the transactions that last wrote it, and that last turned it into something else to see. */
export type StampedStatus = { row: PeerStatus; written: number; turned: number }

/**
 * What was written about a network's peers by transactions from `from` on, tombstones included; 0 asks for all. `from`
 * is the stamp of `standing` of the last look: everything older than it was finished by then, and so was seen.
 */
export const readStatusFrom = (db: Db, networkId: number, from: number): Promise<StampedStatus[]> =>
  asking(async () => {
    // What is new is found first: it is little, and peers are many. A database that was restored counts its transactions
    // anew: what it holds from "later" ones is old.
    const { rows } = await db.pool.query<StatusRecord & { written: string; turned: string }>(
      `WITH s AS MATERIALIZED (
         SELECT * FROM peer_status WHERE $2 = 0
           OR written >= $2 AND written < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
       )
       SELECT s.peer_id AS "peerId", s.online, s.seen_at AS "seenAt", s.endpoint, s.handshake_at AS "handshakeAt", s.rx,
         s.tx, s.applied_revision AS "appliedRevision", s.applied_at AS "appliedAt", s.current, s.version, s.candidates,
         s.fault, s.written, s.turned
       FROM s JOIN peer p ON p.id = s.peer_id WHERE p.network_id = $1 ORDER BY s.peer_id`,
      [networkId, from],
    )
    return rows.map(({ written, turned, ...row }) => {
      return { row: statusOf(row), written: Number(written), turned: Number(turned) }
    })
  })
