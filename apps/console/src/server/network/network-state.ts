import { type HubStatus, loadNetwork, type PeerStatus, readHubStatus, readStatus, type Snapshot } from '@warren/db'
import { Refusal } from '@warren/protocol'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'

export const NetworkState = z.strictObject({ networkId: z.int().positive() })
export type NetworkState = z.infer<typeof NetworkState>

/**
 * A network whole, with what was observed of it. `serverNow` lets a browser whose clock is wrong tell how long ago
 * something was.
 */
export type NetworkStateAnswer = Snapshot & { status: PeerStatus[]; hub: HubStatus; serverNow: string }

/**
 * Everything about one network that its pages show.
 * @throws Refusal not-found (networkId)
 */
export async function networkState({ db }: Ctx, { networkId }: NetworkState): Promise<NetworkStateAnswer> {
  const [snapshot, status, hub] = await Promise.all([
    loadNetwork(db, networkId),
    readStatus(db, networkId),
    readHubStatus(db, networkId),
  ])
  if (!snapshot) throw new Refusal('not-found', 'There is no such network.', 'networkId')
  return { ...snapshot, status, hub, serverNow: new Date().toISOString() }
}
