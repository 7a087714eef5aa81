import type { Db } from './database.ts'
import { asking } from './faults.ts'

/** Lengths of the spans that traffic is counted in, in seconds, and how long each kind is kept, in days. */
export const SPANS = { short: { stepS: 300, keptDays: 2 }, long: { stepS: 3600, keptDays: 60 } } as const

/** Bytes for each span from `from` on (ISO 8601), oldest first; null where nothing was told. */
export type TrafficSeries = { stepS: number; from: string; rx: (number | null)[]; tx: (number | null)[] }

/** Rates in bytes a second, and bytes over the last day. `peers`: the busiest, with what each receives and sends. */
export type TrafficNow = {
  rxPerS: number
  txPerS: number
  peers: [peerId: number, rxPerS: number, txPerS: number][]
  day: TrafficSeries
}

/** Chosen: an agent whose tunnels carry anything tells every minute; a rate that was not told again is over. */
const RATE_FRESH_S = 150
const BUSIEST = 20

type Span = { at: Date; rx: string; tx: string }

/** Traffic of one peer over the last day in steps of 300 s, or over the last 30 days in steps of 3600 s. */
export const readTraffic = (db: Db, peerId: number, range: 'day' | 'month'): Promise<TrafficSeries> =>
  asking(async () => {
    const frame = frameOf(range)
    const { rows } = await db.pool.query<Span>(
      'SELECT at, rx, tx FROM traffic WHERE peer_id = $1 AND step_s = $2 AND at >= $3',
      [peerId, frame.stepS, new Date(frame.fromMs)],
    )
    return seriesOf(frame, rows)
  })

/** What a network's tunnels carry just now, and carried over the last day. */
export const readTrafficNow = (db: Db, networkId: number): Promise<TrafficNow> =>
  asking(async () => {
    const frame = frameOf('day')
    const [rates, spans] = await Promise.all([
      db.pool.query<{ peerId: number; rx: string; tx: string }>(
        `SELECT c.peer_id AS "peerId", c.rx_per_s AS rx, c.tx_per_s AS tx FROM traffic_counter c
         JOIN peer p ON p.id = c.peer_id AND p.network_id = $1 AND p.deleted_at IS NULL
         WHERE c.at > now() - $2 * interval '1 second' ORDER BY c.rx_per_s + c.tx_per_s DESC, c.peer_id`,
        [networkId, RATE_FRESH_S],
      ),
      db.pool.query<Span>('SELECT at, rx, tx FROM network_traffic WHERE network_id = $1 AND at >= $2', [
        networkId,
        new Date(frame.fromMs),
      ]),
    ])
    const peers = rates.rows.map(({ peerId, rx, tx }) => [peerId, Number(rx), Number(tx)] as TrafficNow['peers'][0])
    return {
      rxPerS: peers.reduce((sum, [, rx]) => sum + rx, 0),
      txPerS: peers.reduce((sum, [, , tx]) => sum + tx, 0),
      peers: peers.filter(([, rx, tx]) => rx + tx > 0).slice(0, BUSIEST),
      day: seriesOf(frame, spans.rows),
    }
  })

type Frame = { stepS: number; fromMs: number; steps: number }

/** The spans that end with the one of now. */
function frameOf(range: 'day' | 'month'): Frame {
  const stepS = range === 'day' ? SPANS.short.stepS : SPANS.long.stepS
  const steps = range === 'day' ? 288 : 720
  const now = Math.floor(Date.now() / 1000 / stepS)
  return { stepS, steps, fromMs: (now - steps + 1) * stepS * 1000 }
}

function seriesOf({ stepS, fromMs, steps }: Frame, spans: readonly Span[]): TrafficSeries {
  const series = {
    stepS,
    from: new Date(fromMs).toISOString(),
    rx: Array<number | null>(steps).fill(null),
    tx: Array<number | null>(steps).fill(null),
  }
  for (const { at, rx, tx } of spans) {
    const nth = Math.round((at.getTime() - fromMs) / 1000 / stepS)
    if (nth < 0 || nth >= steps) continue
    series.rx[nth] = Number(rx)
    series.tx[nth] = Number(tx)
  }
  return series
}

/** What one peer counted last, since the beginning that `since` names; bytes. */
export type Counter = { readonly since: string; readonly rx: number; readonly tx: number }

/** What is new of one peer's bytes: its counters, what they grew by, and how fast they are growing. */
export type TrafficNews = Counter & {
  readonly peerId: number
  readonly grewRx: number
  readonly grewTx: number
  readonly rxPerS: number
  readonly txPerS: number
}

/**
 * Adds what peers received and sent to the spans of now, by the database's clock, and to the network's. Peers that are
 * gone are passed over; each is named once at most. Throws Refusal 'unavailable'; then nothing was added.
 */
export const saveTraffic = (db: Db, networkId: number, news: readonly TrafficNews[]): Promise<void> =>
  asking(async () => {
    if (news.length === 0) return
    await db.pool.query(
      `WITH given AS (
         SELECT g.* FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
           $8::bigint[], $9::bigint[]) AS g(peer_id, since, rx, tx, grew_rx, grew_tx, rx_per_s, tx_per_s)
         JOIN peer p ON p.id = g.peer_id AND p.network_id = $1 AND p.deleted_at IS NULL ORDER BY g.peer_id
       ), counters AS (
         INSERT INTO traffic_counter AS c (peer_id, since, rx, tx, rx_per_s, tx_per_s, at)
         SELECT peer_id, since, rx, tx, rx_per_s, tx_per_s, now() FROM given
         ON CONFLICT (peer_id) DO UPDATE SET (since, rx, tx, rx_per_s, tx_per_s, at) = (excluded.since, excluded.rx,
           excluded.tx, excluded.rx_per_s, excluded.tx_per_s, excluded.at)
       ), spans AS (
         INSERT INTO traffic AS t (peer_id, step_s, at, rx, tx)
         SELECT peer_id, step_s, date_bin(step_s * interval '1 second', now(), 'epoch'), grew_rx, grew_tx
         FROM given CROSS JOIN (VALUES (${SPANS.short.stepS}), (${SPANS.long.stepS})) AS steps(step_s)
         ON CONFLICT (peer_id, step_s, at) DO UPDATE SET (rx, tx) = (t.rx + excluded.rx, t.tx + excluded.tx)
       )
       INSERT INTO network_traffic AS n (network_id, at, rx, tx)
       SELECT $1, date_bin(interval '${SPANS.short.stepS} seconds', now(), 'epoch'), sum(grew_rx), sum(grew_tx)
       FROM given HAVING count(*) > 0
       ON CONFLICT (network_id, at) DO UPDATE SET (rx, tx) = (n.rx + excluded.rx, n.tx + excluded.tx)`,
      [
        networkId,
        news.map(({ peerId }) => peerId),
        news.map(({ since }) => since),
        news.map(({ rx }) => rx),
        news.map(({ tx }) => tx),
        news.map(({ grewRx }) => grewRx),
        news.map(({ grewTx }) => grewTx),
        news.map(({ rxPerS }) => Math.round(rxPerS)),
        news.map(({ txPerS }) => Math.round(txPerS)),
      ],
    )
  })

/** What the peers of a network counted last: all of them, or one. Throws Refusal 'unavailable'. */
export const readCounters = (db: Db, networkId: number, peerId: number | null = null): Promise<Map<number, Counter>> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ peerId: number; since: string; rx: string; tx: string }>(
      `SELECT c.peer_id AS "peerId", c.since, c.rx, c.tx FROM traffic_counter c
       JOIN peer p ON p.id = c.peer_id WHERE p.network_id = $1 AND ($2::int IS NULL OR p.id = $2)`,
      [networkId, peerId],
    )
    return new Map(rows.map(({ peerId, since, rx, tx }) => [peerId, { since, rx: Number(rx), tx: Number(tx) }]))
  })

/** Throws away what is older than it is kept. Throws Refusal 'unavailable'. */
export const pruneTraffic = (db: Db): Promise<void> =>
  asking(async () => {
    for (const { stepS, keptDays } of Object.values(SPANS)) {
      const old = "at < now() - $2 * interval '1 day'"
      await db.pool.query(`DELETE FROM traffic WHERE step_s = $1 AND ${old}`, [stepS, keptDays])
    }
    await db.pool.query("DELETE FROM network_traffic WHERE at < now() - $1 * interval '1 day'", [SPANS.short.keptDays])
  })
