import { readTraffic, readTrafficNow, type TrafficNow, type TrafficSeries } from '@warren/db'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'
import { demandNetwork, kindOfPeer } from '../link/known.ts'

const Id = z.int().positive()
export const TrafficOf = z.strictObject({ networkId: Id, peerId: Id, range: z.enum(['day', 'month']) })
export type TrafficOf = z.infer<typeof TrafficOf>
export const NetworkTraffic = z.strictObject({ networkId: Id })
export type NetworkTraffic = z.infer<typeof NetworkTraffic>

/**
 * Bytes that one peer received and sent over its tunnels, step by step.
 * @throws Refusal not-found (peerId)
 */
export async function trafficOf({ db }: Ctx, { networkId, peerId, range }: TrafficOf): Promise<TrafficSeries> {
  await kindOfPeer(db, { networkId, peerId, field: 'peerId' })
  return readTraffic(db, peerId, range)
}

/**
 * What a network's tunnels carry just now, who carries most, and the last day.
 * @throws Refusal not-found (networkId)
 */
export async function trafficNow({ db }: Ctx, { networkId }: NetworkTraffic): Promise<TrafficNow> {
  await demandNetwork(db, networkId)
  return readTrafficNow(db, networkId)
}
