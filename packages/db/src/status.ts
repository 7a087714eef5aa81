import { STATUS_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { timeText } from './rows.ts'

/** What was last observed of a peer. Times are ISO 8601; `rx` and `tx` bytes as the hub's device counts them. */
export type PeerStatus = {
  peerId: number
  online: boolean
  seenAt: string | null
  endpoint: string | null
  handshakeAt: string | null
  rx: number
  tx: number
  appliedRevision: number | null
  appliedAt: string | null
  /** Whether the digest it applied equals the coordinator's; null before its first report. */
  current: boolean | null
  version: string | null
  candidates: string[]
  fault: string | null
}

/** How the hub of a network is doing. `at` is when it was last told; null when it never was. */
export type HubStatus = {
  connected: boolean
  appliedRevision: number | null
  fault: string | null
  version: string | null
  at: string | null
}

/**
 * Seconds after which "online" no longer counts when no coordinator has vouched for it: one that was killed cannot
 * take it back. Coordinators touch well within it.
 */
export const ONLINE_FRESH_S = 90

/**
 * A handshake this many seconds after the one before is news: the tunnel was idle (chosen: a tunnel in use shakes hands
 * every 120 s, REKEY_AFTER_TIME).
 */
const IDLE_S = 150

/** The id of the running transaction, as rows keep it. */
export const THIS_WRITE = 'pg_current_xact_id()::text::bigint'

/** Whether a person would not miss the new row for a while: what differs are counters and times that go on. */
const SEEMS_THE_SAME = `(s.online, s.endpoint, s.applied_revision, s.current, s.version, s.candidates, s.fault)
  IS NOT DISTINCT FROM (excluded.online, excluded.endpoint, excluded.applied_revision, excluded.current,
    excluded.version, excluded.candidates, excluded.fault)
  AND (s.seen_at IS NULL) = (excluded.seen_at IS NULL) AND (s.handshake_at IS NULL) = (excluded.handshake_at IS NULL)
  AND coalesce(excluded.handshake_at - s.handshake_at < interval '${IDLE_S} seconds', true)`

/** What is known of a peer that nobody has observed yet. */
export const unobserved = (peerId: number): PeerStatus => ({
  peerId,
  online: false,
  seenAt: null,
  endpoint: null,
  handshakeAt: null,
  rx: 0,
  tx: 0,
  appliedRevision: null,
  appliedAt: null,
  current: null,
  version: null,
  candidates: [],
  fault: null,
})

/**
 * Saves observations, all rows in one statement, and tells `STATUS_CHANNEL` if any looks different: counters and times
 * that merely go on are read by who wants them. Peers that are gone are passed over.
 */
export const saveStatus = (db: Db, networkId: number, rows: readonly PeerStatus[]): Promise<void> =>
  asking(async () => {
    if (rows.length === 0) return
    const columns = rows.map(({ candidates, ...row }) => ({ ...row, candidates: JSON.stringify(candidates) }))
    await db.pool.query(
      `WITH given AS (
         SELECT DISTINCT ON (peer_id) * FROM unnest($2::int[], $3::bool[], $4::timestamptz[], $5::text[],
           $6::timestamptz[], $7::bigint[], $8::bigint[], $9::int[], $10::timestamptz[], $11::bool[], $12::text[],
           $13::jsonb[], $14::text[]) WITH ORDINALITY AS g(peer_id, online, seen_at, endpoint, handshake_at, rx, tx,
           applied_revision, applied_at, current, version, candidates, fault, nth)
         ORDER BY peer_id, nth DESC
       ), saved AS (
         INSERT INTO peer_status AS s (peer_id, online, seen_at, endpoint, handshake_at, rx, tx, applied_revision,
           applied_at, current, version, candidates, fault, vouched_at, written, turned)
         SELECT g.peer_id, g.online, g.seen_at, g.endpoint, g.handshake_at, g.rx, g.tx, g.applied_revision,
           g.applied_at, g.current, g.version, ARRAY(SELECT jsonb_array_elements_text(g.candidates)), g.fault, now(),
           ${THIS_WRITE}, ${THIS_WRITE}
         FROM given g JOIN peer p ON p.id = g.peer_id AND p.network_id = $1
         ORDER BY g.peer_id
         ON CONFLICT (peer_id) DO UPDATE SET (online, seen_at, endpoint, handshake_at, rx, tx, applied_revision,
           applied_at, current, version, candidates, fault, vouched_at, written, turned) = (excluded.online,
           excluded.seen_at, excluded.endpoint, excluded.handshake_at, excluded.rx, excluded.tx,
           excluded.applied_revision, excluded.applied_at, excluded.current, excluded.version, excluded.candidates,
           excluded.fault, excluded.vouched_at, excluded.written,
           CASE WHEN ${SEEMS_THE_SAME} THEN s.turned ELSE excluded.turned END)
         RETURNING turned = ${THIS_WRITE} AS seen
       )
       SELECT pg_notify('${STATUS_CHANNEL}', $1::text) FROM (SELECT bool_or(seen) AS news FROM saved) AS done WHERE news`,
      [
        networkId,
        columns.map((r) => r.peerId),
        columns.map((r) => r.online),
        columns.map((r) => r.seenAt),
        columns.map((r) => r.endpoint),
        columns.map((r) => r.handshakeAt),
        columns.map((r) => r.rx),
        columns.map((r) => r.tx),
        columns.map((r) => r.appliedRevision),
        columns.map((r) => r.appliedAt),
        columns.map((r) => r.current),
        columns.map((r) => r.version),
        columns.map((r) => r.candidates),
        columns.map((r) => r.fault),
      ],
    )
  })

/** Vouches that these peers are online right now (they hold a poll). Says nothing to anyone: nothing looks different. */
export const touchOnline = (db: Db, peerIds: readonly number[]): Promise<void> =>
  asking(async () => {
    if (peerIds.length === 0) return
    await db.pool.query(
      `INSERT INTO peer_status AS s (peer_id, online, seen_at, vouched_at, written, turned)
       SELECT id, true, now(), now(), ${THIS_WRITE}, ${THIS_WRITE} FROM peer WHERE id = ANY($1::int[]) ORDER BY id
       ON CONFLICT (peer_id) DO UPDATE SET online = true, seen_at = now(), vouched_at = now(),
         written = CASE WHEN s.online THEN s.written ELSE excluded.written END,
         turned = CASE WHEN s.online THEN s.turned ELSE excluded.turned END`,
      [[...peerIds]],
    )
  })

/** A row as the driver reads it. */
export type StatusRecord = Omit<PeerStatus, 'seenAt' | 'handshakeAt' | 'appliedAt' | 'rx' | 'tx'> & {
  seenAt: Date | null
  handshakeAt: Date | null
  appliedAt: Date | null
  rx: string
  tx: string
}

/** What is known of a network's live peers; a peer never observed is left out. */
export const readStatus = (db: Db, networkId: number): Promise<PeerStatus[]> =>
  asking(async () => {
    const { rows } = await db.pool.query<StatusRecord>(
      `SELECT s.peer_id AS "peerId", s.online AND s.vouched_at > now() - $2 * interval '1 second' AS online,
         s.seen_at AS "seenAt", s.endpoint, s.handshake_at AS "handshakeAt", s.rx, s.tx,
         s.applied_revision AS "appliedRevision", s.applied_at AS "appliedAt", s.current, s.version, s.candidates, s.fault
       FROM peer_status s JOIN peer p ON p.id = s.peer_id
       WHERE p.network_id = $1 AND p.deleted_at IS NULL ORDER BY s.peer_id`,
      [networkId, ONLINE_FRESH_S],
    )
    return rows.map(statusOf)
  })

/** The row without what only the driver knows: dates, and numbers as text. */
export const statusOf = <R extends StatusRecord>(row: R) => ({
  ...row,
  seenAt: timeText(row.seenAt),
  handshakeAt: timeText(row.handshakeAt),
  appliedAt: timeText(row.appliedAt),
  rx: Number(row.rx),
  tx: Number(row.tx),
})

/** Saves how the hub is doing and tells `STATUS_CHANNEL`. */
export const saveHubStatus = (db: Db, networkId: number, status: Omit<HubStatus, 'at'>): Promise<void> =>
  asking(async () => {
    const data = { ...status, at: new Date() }
    await db.prisma.hubStatus.upsert({ where: { networkId }, create: { networkId, ...data }, update: data })
    await db.prisma.$executeRaw`SELECT pg_notify(${STATUS_CHANNEL}, ${String(networkId)})`
  })

/** How the hub of a network is doing; not connected when nobody ever told. */
export const readHubStatus = (db: Db, networkId: number): Promise<HubStatus> =>
  asking(async () => {
    const found = await db.prisma.hubStatus.findUnique({ where: { networkId }, omit: { networkId: true } })
    if (!found) return { connected: false, appliedRevision: null, fault: null, version: null, at: null }
    return { ...found, at: found.at.toISOString() }
  })
