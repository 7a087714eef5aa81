import { RECEIPT_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asking } from './faults.ts'

/** Chosen: how many receipts of a network are kept, and for how many days. */
const KEPT = { receipts: 1_000, days: 30 } as const

/** Reports whose peers were not further behind than this are matched together; the others would make that costly. */
const NEAR = 32

/** Who had to be told of a change. */
export type Affected = { readonly revision: number; readonly peerIds: readonly number[] }

/**
 * A peer reports that it has applied everything up to `revision`; at `before` it was known to be already. `agoMs`: how
 * long ago that was, in milliseconds of a clock that does not jump.
 */
export type AppliedReport = {
  readonly peerId: number
  readonly before: number
  readonly revision: number
  readonly agoMs: number
}

/** What a hub has applied counts for itself and for the devices, which have no agent to tell anything. */
export type HubReport = Omit<AppliedReport, 'peerId'>

/**
 * Writes receipts, and who has applied what, in this order; tells `RECEIPT_CHANNEL`. A receipt that another coordinator
 * wrote first stays as it is. Throws Refusal 'unavailable'; whatever is written then may be written again.
 */
export const saveReceipts = (
  db: Db,
  networkId: number,
  news: {
    readonly affected: readonly Affected[]
    readonly applied: readonly AppliedReport[]
    readonly hub: readonly HubReport[]
  },
): Promise<void> =>
  asking(async () => {
    await saveAffected(db, networkId, news.affected)
    const head = Math.max(0, ...news.applied.map(({ revision }) => revision))
    const near = news.applied.filter(({ before }) => before >= head - NEAR)
    await saveApplied(db, networkId, near)
    await saveApplied(
      db,
      networkId,
      news.applied.filter((report) => !near.includes(report)),
    )
    for (const report of news.hub) await saveHubApplied(db, networkId, report)
    await db.pool.query('SELECT pg_notify($1, $2)', [RECEIPT_CHANNEL, String(networkId)])
  })

/** The times of the changes are those of the log, so that a receipt that is written late does not look fast. */
async function saveAffected(db: Db, networkId: number, affected: readonly Affected[]): Promise<void> {
  if (affected.length === 0) return
  await db.pool.query(
    `INSERT INTO receipt (network_id, revision, at, affected)
     SELECT c.network_id, c.revision, c.at, g.affected::int[]
     FROM unnest($2::int[], $3::text[]) AS g(revision, affected)
     JOIN change c ON c.network_id = $1 AND c.revision = g.revision
     ORDER BY c.revision ON CONFLICT DO NOTHING`,
    [networkId, affected.map(({ revision }) => revision), affected.map(({ peerIds }) => `{${peerIds.join()}}`)],
  )
}

/** Milliseconds from the change to the report, both by the database's clock. */
const afterMs = (ago: string): string =>
  `least(greatest(extract(epoch FROM clock_timestamp() - r.at) * 1000 - ${ago}, 0), 2147483647)::int`

async function saveApplied(db: Db, networkId: number, reports: readonly AppliedReport[]): Promise<void> {
  if (reports.length === 0) return
  await db.pool.query(
    `WITH given AS (
       SELECT * FROM unnest($2::int[], $3::int[], $4::int[], $5::float8[]) AS g(peer_id, before, revision, ago)
     )
     INSERT INTO receipt_applied (network_id, revision, peer_id, after_ms)
     SELECT DISTINCT ON (r.revision, g.peer_id) r.network_id, r.revision, g.peer_id, ${afterMs('g.ago')}
     FROM receipt r CROSS JOIN LATERAL unnest(r.affected) AS a(peer_id)
     JOIN given g ON g.peer_id = a.peer_id AND r.revision > g.before AND r.revision <= g.revision
     WHERE r.network_id = $1 AND r.revision > (SELECT min(before) FROM given)
       AND r.revision <= (SELECT max(revision) FROM given)
     ORDER BY r.revision, g.peer_id, g.ago DESC ON CONFLICT DO NOTHING`,
    [
      networkId,
      reports.map(({ peerId }) => peerId),
      reports.map(({ before }) => before),
      reports.map(({ revision }) => revision),
      reports.map(({ agoMs }) => agoMs),
    ],
  )
}

async function saveHubApplied(db: Db, networkId: number, { before, revision, agoMs }: HubReport): Promise<void> {
  await db.pool.query(
    `INSERT INTO receipt_applied (network_id, revision, peer_id, after_ms)
     SELECT r.network_id, r.revision, p.id, ${afterMs('$4::float8')}
     FROM receipt r CROSS JOIN LATERAL unnest(r.affected) AS a(peer_id)
     JOIN peer p ON p.id = a.peer_id AND p.kind <> 'agent'
     WHERE r.network_id = $1 AND r.revision > $2 AND r.revision <= $3
     ORDER BY r.revision, p.id ON CONFLICT DO NOTHING`,
    [networkId, before, revision, agoMs],
  )
}

/** The last revision of a network that has a receipt; null without any. Throws Refusal 'unavailable'. */
export const lastReceipt = (db: Db, networkId: number): Promise<number | null> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ last: number | null }>(
      'SELECT max(revision) AS last FROM receipt WHERE network_id = $1',
      [networkId],
    )
    return rows[0]?.last ?? null
  })

/** Throws away receipts that nobody looks at any more. Throws Refusal 'unavailable'. */
export const pruneReceipts = (db: Db): Promise<void> =>
  asking(async () => {
    await db.pool.query(
      `DELETE FROM receipt r USING network n WHERE n.id = r.network_id
       AND (r.revision <= n.revision - $1 OR r.at < now() - $2 * interval '1 day')`,
      [KEPT.receipts, KEPT.days],
    )
  })
