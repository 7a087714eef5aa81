import { endTrial, type Trial, type Writer } from '@warren/db'
import { type Actor, type Change, Refusal } from '@warren/protocol'
import { NothingLeft, takeBack } from '../activity/take-back.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

/** Who takes back what nobody confirmed. */
export const KEEPER: Actor = { kind: 'system', id: null, name: 'trial' }

/**
 * Takes a change on trial back, as a new change unless somebody brought things back by hand.
 * @throws Refusal not-found (revision), conflict (revision) when it was settled already or cannot be taken back
 */
export async function revert(ctx: Ctx, change: Change): Promise<void> {
  const { networkId, revision } = change
  try {
    await write(ctx, { networkId, kind: 'change.reverted', undoes: revision, large: true }, async (tx) => {
      await holdOpen(tx, revision)
      await takeBack(tx, change)
    })
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error
    await endTrial(ctx.db, { networkId, revision, actor: ctx.actor, state: 'reverted', why: null })
  }
}

async function holdOpen(tx: Writer, revision: number): Promise<void> {
  const trial = await tx.holdTrial(revision)
  if (!trial) throw notOnTrial()
  if (trial.state !== 'open') throw settledAlready(trial)
}

export const notOnTrial = (): Refusal => new Refusal('not-found', 'There is no such trial in this network.', 'revision')

/** What somebody hears who comes too late. */
export function settledAlready({ state, why, settledBy }: Trial): Refusal {
  const who = settledBy?.kind === 'system' ? null : settledBy?.name
  const how = {
    open: 'This change is still on trial.',
    confirmed: `${who ?? 'Somebody'} confirmed this change already; it stays.`,
    reverted: who
      ? `${who} took this change back already.`
      : 'Nobody confirmed this change in time; it was taken back.',
    stuck: `Nobody confirmed this change in time, and it could not be taken back: ${why ?? ''}`,
  }
  return new Refusal('conflict', how[state], 'revision')
}
