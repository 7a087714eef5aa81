import { type Actor, type ChangeKind, type NetworkRow, Refusal, type Rows } from '@warren/protocol'
import { CHANGE_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asRefusal, isRetryable } from './faults.ts'
import { recorder } from './record.ts'
import { type New, networkRow } from './rows.ts'
import { type Tx, tables } from './tables.ts'
import { endTrialOf, openTrial } from './trial.ts'
import { type Writer, writer } from './writer.ts'

/** Milliseconds a change may wait for a connection, and may run. Behind it is a person looking at a form. */
const LIMITS = { maxWait: 10_000, timeout: 15_000 }

/** The same for one that may touch every row of a network of 10,000 peers, on a machine that is busy. */
const LARGE = { ...LIMITS, timeout: 60_000 }

/** A deadlock or a serialization failure is the other transaction's luck; more than three in a row is a fault. */
const ATTEMPTS = 3

type About = {
  readonly networkId: number
  readonly actor: Actor
  readonly kind: ChangeKind
  /** The revision that this change takes back. */
  readonly undoes?: number
  /** Seconds after which the change takes itself back unless it is confirmed; left out, it stays. */
  readonly confirmWithinS?: number | undefined
  /** It may touch every row there is. */
  readonly large?: boolean
  /** Looks at the rows that the work touched, in the transaction, and throws a Refusal when they may not be. */
  readonly guard?: (rows: { before: Rows; after: Rows }, tx: Writer) => Promise<void>
}

/**
 * The one way to change a network: one transaction that locks it, does `work`, and, when any row is different in the
 * end, adds one to the revision, appends to the log and notifies. `revision` is null when nothing changed. `work` may
 * run again after a deadlock, so it has no effects outside `tx`; and it asks nothing of `db`, whose connections may all
 * be waiting for this very network.
 * Throws Refusal: 'not-found' without such a network, 'conflict' when the database holds a rule up, 'unavailable' when
 * it cannot be reached; then nothing has changed.
 */
export async function change<T>(
  db: Db,
  about: About,
  work: (tx: Writer) => Promise<T>,
): Promise<{ value: T; revision: number | null }> {
  return inTransaction(
    db,
    async (tx) => {
      const network = await locked(tx, about.networkId)
      const record = recorder()
      const revision = network.revision + 1
      const inside = writer(tx, { network: networkRow(network), revision }, record)
      const value = await work(inside)
      const rows = record.rows()
      if (!rows) {
        await settle(tx)
        return { value, revision: null }
      }
      await about.guard?.(rows, inside)
      await append(tx, { ...about, revision, ...rows })
      return { value, revision }
    },
    about.large ? LARGE : LIMITS,
  )
}

/**
 * Makes a network and whatever `work` puts into it, as revision 1. Takes the place of `change`, which needs a network
 * to lock. Throws Refusal like `change`.
 */
export async function createNetwork<T>(
  db: Db,
  about: { actor: Actor; network: New<NetworkRow> },
  work: (tx: Writer) => Promise<T>,
): Promise<{ value: T; network: NetworkRow; revision: number }> {
  return inTransaction(
    db,
    async (tx) => {
      const network = await tables.networks.insert(tx, 0, about.network)
      const record = recorder()
      record.touch('networks', null, network)
      const value = await work(writer(tx, { network, revision: 1 }, record))
      const rows = record.rows()
      if (!rows) throw new Error('A new network is a change.')
      const entry = { networkId: network.id, actor: about.actor, kind: 'network.created', revision: 1 } as const
      await append(tx, { ...entry, ...rows })
      return { value, network: rows.after.networks[0] ?? network, revision: 1 }
    },
    LIMITS,
  )
}

async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>, limits: typeof LIMITS, attempt = 1): Promise<T> {
  try {
    return await db.prisma.$transaction(work, limits)
  } catch (error) {
    if (attempt < ATTEMPTS && isRetryable(error)) return inTransaction(db, work, limits, attempt + 1)
    throw asRefusal(error)
  }
}

/** Writers of one network queue up here; NO KEY, so that rows referring to the network can still be written. */
async function locked(tx: Tx, id: number) {
  await tx.$executeRaw`SELECT FROM network WHERE id = ${id} FOR NO KEY UPDATE`
  const network = await tx.network.findUnique({ where: { id } })
  if (!network) throw new Refusal('not-found', 'That network does not exist.')
  return network
}

type Entry = Omit<About, 'guard'> & { revision: number } & NonNullable<ReturnType<ReturnType<typeof recorder>['rows']>>

async function append(tx: Tx, entry: Entry) {
  const { networkId, actor, kind, revision, before, after, undoes = null, confirmWithinS } = entry
  await tx.network.update({ where: { id: networkId }, data: { revision } })
  await tx.change.create({ data: { networkId, revision, actor, kind, before, after, undoes } })
  if (confirmWithinS !== undefined) {
    await openTrial(tx, { networkId, revision, confirmWithinS })
  }
  if (undoes !== null) await endTrialOf(tx, { networkId, revision: undoes, actor })
  await settle(tx)
  await tx.$executeRaw`SELECT pg_notify(${CHANGE_CHANNEL}, ${`${networkId}:${revision}`})`
}

/** Checks the deferred constraints now: at COMMIT their names would be lost on the way up. */
const settle = (tx: Tx) => tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`
