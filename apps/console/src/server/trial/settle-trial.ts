import { changeAt, confirmTrial } from '@warren/db'
import { Refusal, type SettleTrial, whyNotConfirm } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { notOnTrial, revert, settledAlready } from './revert.ts'

/**
 * Ends a change's trial: with `keep` it stays, without it is taken back at once. Of two who settle it at the same time
 * one wins, and the other is told how.
 * @throws Refusal not-found (revision), forbidden, conflict (revision) when it was settled already, or when it can no
 * longer be taken back, saying why
 */
export async function settleTrial(ctx: Ctx, { networkId, revision, keep }: SettleTrial): Promise<void> {
  const { db, actor, standing } = ctx
  const change = await changeAt(db, networkId, revision)
  if (!change) throw notOnTrial()
  if (!keep) {
    await revert(ctx, change)
    return
  }
  const why = standing ? whyNotConfirm(standing, actor, change.actor) : null
  if (why) throw new Refusal('forbidden', why)
  const { done, trial } = await confirmTrial(db, { networkId, revision, actor })
  if (!trial) throw notOnTrial()
  if (!done) throw settledAlready(trial)
}
