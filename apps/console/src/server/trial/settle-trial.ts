import { changeAt, confirmTrial, type Trial, type Writer } from '@warren/db'
import { type Actor, type Change, Refusal, type SettleTrial, whyNotConfirm } from '@warren/protocol'
import { takeBack } from '../activity/take-back.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

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

/**
 * Takes a change on trial back, as a new change.
 * @throws Refusal not-found (revision), conflict (revision) when it was settled already or cannot be taken back
 */
export const revert = (ctx: Ctx, change: Change): Promise<void> =>
  write(ctx, { networkId: change.networkId, kind: 'change.reverted', undoes: change.revision }, async (tx) => {
    await holdOpen(tx, change.revision)
    await takeBack(tx, change)
  })

async function holdOpen(tx: Writer, revision: number): Promise<void> {
  const trial = await tx.holdTrial(revision)
  if (!trial) throw notOnTrial()
  if (trial.state !== 'open') throw settledAlready(trial)
}

const notOnTrial = () => new Refusal('not-found', 'There is no such trial in this network.', 'revision')

function settledAlready({ state, why, settledBy }: Trial): Refusal {
  const who = settledBy === null || isKeeper(settledBy) ? null : settledBy.name
  const how = {
    open: '',
    confirmed: `${who ?? 'Somebody'} confirmed this change already; it stays.`,
    reverted: who
      ? `${who} took this change back already.`
      : 'Nobody confirmed this change in time; it was taken back.',
    stuck: `Nobody confirmed this change in time, and it could not be taken back: ${why ?? ''}`,
  }
  return new Refusal('conflict', how[state], 'revision')
}

/** Who takes back what nobody confirmed. */
export const KEEPER: Actor = { kind: 'system', id: null, name: 'trial' }

const isKeeper = ({ kind }: Actor): boolean => kind === 'system'
