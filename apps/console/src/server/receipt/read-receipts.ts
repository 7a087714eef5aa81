import { type Receipt, readReceipts, recentReceipts } from '@warren/db'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'
import { demandNetwork } from '../link/known.ts'

/** What is asked for at once at most. */
const MAX_RECENT = 50

const Id = z.int().positive()
export const ReceiptOf = z.strictObject({ networkId: Id, revision: Id })
export type ReceiptOf = z.infer<typeof ReceiptOf>
export const RecentReceipts = z.strictObject({
  networkId: Id,
  limit: z.int().min(1).max(MAX_RECENT, `At most ${MAX_RECENT} receipts at once.`).default(20),
})
export type RecentReceipts = z.infer<typeof RecentReceipts>

/**
 * How far a change has come: who has applied it, how fast, and who is still waited for and why. Null while no coordinator
 * has written its receipt, and when it is so old that it was thrown away.
 * @throws Refusal not-found (networkId)
 */
export async function receiptOf({ db }: Ctx, { networkId, revision }: ReceiptOf): Promise<Receipt | null> {
  await demandNetwork(db, networkId)
  const [receipt] = await readReceipts(db, networkId, [revision])
  return receipt ?? null
}

/**
 * The receipts of the latest changes, newest first.
 * @throws Refusal not-found (networkId)
 */
export async function latestReceipts({ db }: Ctx, { networkId, limit }: RecentReceipts): Promise<Receipt[]> {
  await demandNetwork(db, networkId)
  return recentReceipts(db, networkId, limit)
}
