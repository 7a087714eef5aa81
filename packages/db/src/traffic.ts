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
