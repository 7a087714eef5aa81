import type { HubStatus, PeerStatus, Snapshot } from '@warren/db'
import { Refusal } from '@warren/protocol'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'
import { type Fresh, freshCopy } from './network-copies.ts'
import { type NetworkNews, newsSince } from './network-news.ts'

export const NetworkState = z.strictObject({ networkId: z.int().positive() })
export type NetworkState = z.infer<typeof NetworkState>

const Count = z.int().nonnegative()

export const FollowNetwork = z.strictObject({
  networkId: z.int().positive(),
  /** The mark of the last answer; null asks for everything. */
  since: z.strictObject({ revision: Count, at: z.string().max(32), turned: Count, written: Count }).nullable(),
  /** Whether counters that went on, and nothing else, are worth an answer. */
  figures: z.boolean(),
})
export type FollowNetwork = z.infer<typeof FollowNetwork>

/**
 * A network whole, with what was observed of it. `serverNow` lets a browser whose clock is wrong tell how long ago
 * something was.
 */
export type NetworkStateAnswer = Snapshot & { status: PeerStatus[]; hub: HubStatus; serverNow: string }

/**
 * Everything about one network that its pages show, as rows: for programs, which ask once.
 * @throws Refusal not-found (networkId)
 */
export async function networkState({ db }: Pick<Ctx, 'db'>, { networkId }: NetworkState): Promise<NetworkStateAnswer> {
  const { copy } = found(await freshCopy(db, networkId))
  const live = new Set(copy.snapshot.peers.flatMap(({ id, deletedAt }) => (deletedAt === null ? [id] : [])))
  const status = copy.statuses.flatMap(({ row }) => (live.has(row.peerId) ? [row] : []))
  return { ...copy.snapshot, status, hub: copy.hub, serverNow: new Date().toISOString() }
}

/**
 * What is new in a network since the last answer, or all of it: for browsers, which go on asking.
 * @throws Refusal not-found (networkId)
 */
export async function followNetwork({ db }: Pick<Ctx, 'db'>, asked: FollowNetwork): Promise<NetworkNews> {
  const { copy, vouchedAt } = found(await freshCopy(db, asked.networkId))
  return { ...newsSince(copy, asked), vouchedAt, serverNow: new Date().toISOString() }
}

function found(fresh: Fresh | null): Fresh {
  if (!fresh) throw new Refusal('not-found', 'There is no such network.', 'networkId')
  return fresh
}
