import { Actor, type ChangeKind, changeKinds } from '@warren/protocol'
import * as z from 'zod'
import { TRIAL_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import type { Tx } from './tables.ts'

/** How a change on trial stands: its time may have been over with nothing to take it back, then it is stuck. */
export const TrialState = z.enum(['open', 'confirmed', 'reverted', 'stuck'])
export type TrialState = z.infer<typeof TrialState>

/** A trial by itself. `why` says what keeps a stuck one from being taken back; `settledBy` is null while it is open. */
const Trial = z.object({
  state: TrialState,
  why: z.string().nullable(),
  settledAt: z.date().nullable(),
  settledBy: Actor.nullable(),
})
export type Trial = z.infer<typeof Trial>

/** A trial with the change it is about. Times in ISO 8601. */
export type ListedTrial = {
  revision: number
  until: string
  state: TrialState
  why: string | null
  settledAt: string | null
  settledBy: Actor | null
  kind: ChangeKind
  actor: Actor
  at: string
}

/** Begins the trial of the change that this transaction makes. */
export async function openTrial(
  tx: Tx,
  { networkId, revision, confirmWithinS }: { networkId: number; revision: number; confirmWithinS: number },
): Promise<void> {
  // The database's clock, on which the trial will be found due too.
  await tx.$executeRaw`INSERT INTO trial (network_id, revision, until)
    VALUES (${networkId}, ${revision}, now() + ${confirmWithinS} * interval '1 second')`
  await tell(tx, networkId)
}

/** A change that was taken back is no longer on trial, whoever did it. */
export const endTrialOf = (tx: Tx, about: { networkId: number; revision: number; actor: Actor }): Promise<boolean> =>
  settleTrial(tx, { ...about, state: 'reverted', why: null })

/** Reads a trial and locks its row until the transaction ends. */
export async function holdTrial(tx: Tx, networkId: number, revision: number): Promise<Trial | null> {
  const [row] = await tx.$queryRaw<unknown[]>`
    SELECT state::text, why, settled_at AS "settledAt", settled_by AS "settledBy" FROM trial
    WHERE network_id = ${networkId} AND revision = ${revision} FOR UPDATE`
  return row === undefined ? null : Trial.parse(row)
}

type Settling = {
  networkId: number
  revision: number
  actor: Actor
  state: Exclude<TrialState, 'open'>
  why: string | null
}

/** Ends an open trial by name; false when it was not open (any more). Whoever comes first wins. */
async function settleTrial(tx: Tx, { networkId, revision, actor, state, why }: Settling): Promise<boolean> {
  const settled = await tx.$executeRaw`UPDATE trial
    SET state = ${state}::trial_state, why = ${why}, settled_at = now(), settled_by = ${JSON.stringify(actor)}::jsonb
    WHERE network_id = ${networkId} AND revision = ${revision} AND state = 'open'`
  if (settled > 0) await tell(tx, networkId)
  return settled > 0
}

/** Keeps a change on trial. Answers what the trial is now, null without such a trial; only an open one is changed. */
export const confirmTrial = (
  db: Db,
  about: { networkId: number; revision: number; actor: Actor },
): Promise<{ done: boolean; trial: Trial | null }> =>
  asking(() =>
    db.prisma.$transaction(async (tx) => {
      const trial = await holdTrial(tx, about.networkId, about.revision)
      const done = trial !== null && (await settleTrial(tx, { ...about, state: 'confirmed', why: null }))
      return { done, trial }
    }),
  )

/**
 * Ends a trial without a change: as `stuck` when its change cannot be taken back, as `reverted` when nothing of it is
 * left. False when it was settled meanwhile.
 */
export const endTrial = (db: Db, about: Settling): Promise<boolean> =>
  asking(() => db.prisma.$transaction((tx) => settleTrial(tx, about)))

/** The open trials that end soonest, over all networks, with the milliseconds until then; none or less is due. */
export const openTrials = (db: Db, limit: number): Promise<{ networkId: number; revision: number; inMs: number }[]> =>
  asking(
    () => db.prisma.$queryRaw`
      SELECT network_id AS "networkId", revision, extract(epoch FROM until - now())::float8 * 1000 AS "inMs"
      FROM trial WHERE state = 'open' ORDER BY until LIMIT ${limit}`,
  )

/** Chosen: how long a settled trial is still shown to people, in minutes. */
const SHOWN_MIN = 60

/** The open trials of a network, and those settled within the hour: newest first. */
export const listTrials = (db: Db, networkId: number): Promise<ListedTrial[]> =>
  asking(async () => {
    const since = new Date(Date.now() - SHOWN_MIN * 60_000)
    const rows = await db.prisma.trial.findMany({
      where: { networkId, OR: [{ state: 'open' }, { settledAt: { gte: since } }] },
      orderBy: { revision: 'desc' },
      include: { change: { select: { kind: true, actor: true, at: true } } },
    })
    return rows.map(({ revision, until, state, why, settledAt, settledBy, change }) => ({
      revision,
      until: until.toISOString(),
      state,
      why,
      settledAt: settledAt?.toISOString() ?? null,
      settledBy: Actor.nullable().parse(settledBy),
      kind: z.enum(changeKinds).parse(change.kind),
      actor: Actor.parse(change.actor),
      at: change.at.toISOString(),
    }))
  })

const tell = (tx: Tx, networkId: number) => tx.$executeRaw`SELECT pg_notify(${TRIAL_CHANNEL}, ${String(networkId)})`
