import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { timeText } from './rows.ts'
import { ONLINE_FRESH_S } from './status.ts'

/** Why a peer has not applied a change yet. */
export type WaitReason = 'offline' | 'catching up' | 'fault' | 'not joined'

/** One peer that a change still has to reach. `since`: ISO 8601, of being offline; `fault`: the agent's own words. */
export type Waiting = { peerId: number; why: WaitReason; since: string | null; fault: string | null }

/**
 * How far a change has come. `affected` peers had to be told of it, the deleted and disabled ones left out; times are
 * milliseconds from the change. `waiting` names 100 at most.
 */
export type Receipt = {
  revision: number
  at: string
  affected: number
  applied: number
  p50Ms: number | null
  slowest: { peerId: number; afterMs: number } | null
  waiting: Waiting[]
}

/** How many waiting peers are named; the counts are of all. */
const MAX_WAITING = 100

type Summary = {
  revision: number
  at: Date
  affected: number
  applied: number
  p50: number | null
  slowestPeer: number | null
  slowestMs: number | null
}

/**
 * Peers of each receipt that still count: those who told when, those who told of a later revision only, and those who
 * take part and have told of neither. A device and the hub itself hang on what the hub has applied; innernet's own client
 * does not tell what it has applied, so nobody waits for it.
 */
const PARTIES = `parties AS (
  SELECT r.revision, a.peer_id, d.after_ms, d.peer_id IS NOT NULL OR coalesce(
      CASE WHEN p.kind = 'agent' THEN s.applied_revision ELSE h.applied_revision END >= r.revision, false) AS applied,
    p.kind, p.redeemed_at, s.seen_at, s.fault,
    s.online AND s.vouched_at > now() - ${ONLINE_FRESH_S} * interval '1 second' AS online,
    h.connected, h.at AS hub_at, h.fault AS hub_fault
  FROM chosen r CROSS JOIN LATERAL unnest(r.affected) AS a(peer_id)
  LEFT JOIN receipt_applied d ON d.network_id = $1 AND d.revision = r.revision AND d.peer_id = a.peer_id
  JOIN peer p ON p.id = a.peer_id AND p.network_id = $1
  LEFT JOIN peer_status s ON s.peer_id = a.peer_id
  LEFT JOIN hub_status h ON h.network_id = $1
  WHERE d.peer_id IS NOT NULL OR (p.deleted_at IS NULL AND p.enabled AND s.version IS DISTINCT FROM 'innernet')
)`

/** The receipts of these revisions, newest first; a revision without one is left out. Throws Refusal 'unavailable'. */
export const readReceipts = (db: Db, networkId: number, revisions: readonly number[]): Promise<Receipt[]> =>
  asking(async () => {
    const chosen = 'chosen AS (SELECT * FROM receipt WHERE network_id = $1 AND revision = ANY($2::int[]))'
    const { rows } = await db.pool.query<Summary>(
      `WITH ${chosen}, ${PARTIES}, slowest AS (
         SELECT DISTINCT ON (revision) revision, peer_id, after_ms FROM parties WHERE after_ms IS NOT NULL
         ORDER BY revision, after_ms DESC, peer_id
       ), counted AS (
         SELECT revision, count(*)::int AS affected, count(*) FILTER (WHERE applied)::int AS applied,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY after_ms) AS p50 FROM parties GROUP BY revision
       )
       SELECT c.revision, c.at, coalesce(n.affected, 0) AS affected, coalesce(n.applied, 0) AS applied, n.p50,
         w.peer_id AS "slowestPeer", w.after_ms AS "slowestMs"
       FROM chosen c LEFT JOIN counted n ON n.revision = c.revision LEFT JOIN slowest w ON w.revision = c.revision
       ORDER BY c.revision DESC`,
      [networkId, [...revisions]],
    )
    const open = rows.filter(({ affected, applied }) => applied < affected).map(({ revision }) => revision)
    const waiting = await readWaiting(db, networkId, open)
    return rows.map((row) => receiptOf(row, waiting.get(row.revision) ?? []))
  })

/** The latest receipts of a network, newest first. Throws Refusal 'unavailable'. */
export const recentReceipts = (db: Db, networkId: number, limit: number): Promise<Receipt[]> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ revision: number }>(
      'SELECT revision FROM receipt WHERE network_id = $1 ORDER BY revision DESC LIMIT $2',
      [networkId, limit],
    )
    return readReceipts(
      db,
      networkId,
      rows.map(({ revision }) => revision),
    )
  })

type WaitingRecord = Omit<Waiting, 'since'> & { revision: number; since: Date | null }

async function readWaiting(db: Db, networkId: number, revisions: readonly number[]): Promise<Map<number, Waiting[]>> {
  const found = new Map<number, Waiting[]>()
  if (revisions.length === 0) return found
  const { rows } = await db.pool.query<WaitingRecord>(
    `WITH chosen AS (SELECT * FROM receipt WHERE network_id = $1 AND revision = ANY($2::int[])), ${PARTIES},
     judged AS (
       SELECT revision, peer_id, CASE
         WHEN redeemed_at IS NULL THEN 'not joined'
         WHEN kind <> 'agent' AND NOT coalesce(connected, false) THEN 'offline'
         WHEN kind = 'agent' AND NOT coalesce(online, false) THEN 'offline'
         WHEN kind <> 'agent' AND hub_fault IS NOT NULL THEN 'fault'
         WHEN kind = 'agent' AND fault IS NOT NULL THEN 'fault'
         ELSE 'catching up' END AS why,
         CASE WHEN kind = 'agent' THEN seen_at ELSE hub_at END AS seen,
         CASE WHEN kind = 'agent' THEN fault ELSE hub_fault END AS fault
       FROM parties WHERE NOT applied
     ), numbered AS (
       SELECT *, row_number() OVER (PARTITION BY revision ORDER BY why = 'offline', why, peer_id) AS nth FROM judged
     )
     SELECT revision, peer_id AS "peerId", why, CASE WHEN why = 'offline' THEN seen END AS since,
       CASE WHEN why = 'fault' THEN fault END AS fault
     FROM numbered WHERE nth <= ${MAX_WAITING} ORDER BY revision, nth`,
    [networkId, [...revisions]],
  )
  for (const { revision, since, ...row } of rows) {
    found.set(revision, [...(found.get(revision) ?? []), { ...row, since: timeText(since) }])
  }
  return found
}

const receiptOf = (row: Summary, waiting: Waiting[]): Receipt => ({
  revision: row.revision,
  at: row.at.toISOString(),
  affected: row.affected,
  applied: row.applied,
  p50Ms: row.p50,
  slowest:
    row.slowestPeer === null || row.slowestMs === null ? null : { peerId: row.slowestPeer, afterMs: row.slowestMs },
  waiting,
})
