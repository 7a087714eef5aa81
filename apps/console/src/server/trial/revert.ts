import type { Trial, Writer } from '@warren/db'
import { type Actor, type Change, Refusal } from '@warren/protocol'
import { takeBack } from '../activity/take-back.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

/** Who takes back what nobody confirmed. */
export const KEEPER: Actor = { kind: 'system', id: null, name: 'trial' }

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
