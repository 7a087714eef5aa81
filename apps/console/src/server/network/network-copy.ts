import {
  changesSince,
  type Db,
  type HubStatus,
  loadNetwork,
  type PeerStatus,
  readHubStatus,
  readStatusFrom,
  type Snapshot,
  type StampedStatus,
  standing,
} from '@warren/db'
import { type Change, patched, type Rows } from '@warren/protocol'

/** The rows that are many; the network's own is one. */
export const manyKinds = ['cidrs', 'peers', 'associations', 'invitations'] as const
export type ManyKind = (typeof manyKinds)[number]

/** Ids of rows by their kind. */
export type Touched = Readonly<Record<ManyKind, readonly number[]>>

/** A revision, by its number and by when it was made (ISO 8601): a restored log counts the same numbers again. */
export type Moment = { readonly revision: number; readonly at: string }

/** One change as the copy remembers it: which rows it touched. What they are like is in the snapshot. */
export type Step = Moment & { readonly touched: Touched }

/** A network in memory as it was at one moment. Never changed: every look at the database makes the next one from it. */
export type Copy = Moment & {
  readonly snapshot: Readonly<Snapshot>
  /** Where `steps` begin. */
  readonly base: Moment
  /** The last changes, oldest first, without a gap up to `revision`. */
  readonly steps: readonly Step[]
  /** By peer id; those of tombstones among them. */
  readonly statuses: readonly StampedStatus[]
  /** From where on the database is asked for newer observations. */
  readonly stamp: number
  readonly hub: HubStatus
}

/** Chosen: more changes than this at once are read faster as a whole. */
const CATCH_UP = 200

/** Chosen: a browser that is further behind than this many rows or changes takes everything again. */
const REMEMBERED = { rows: 20_000, steps: 1_000 }

export const statusId = ({ row }: { row: PeerStatus }): number => row.peerId
export const rowId = (row: { id: number }): number => row.id

/**
 * The network as the database has it now, from an older copy if there is one; null when there is no such network.
 * Throws Refusal 'unavailable'.
 */
export async function advance(db: Db, networkId: number, known: Copy | null): Promise<Copy | null> {
  const now = await standing(db, networkId, known?.revision ?? 0)
  if (!now) return null
  if (!known || now.revision < known.revision || now.at !== known.at) return load(db, networkId)
  const [changes, observed, hub] = await Promise.all([
    now.revision > known.revision ? changesSince(db, networkId, known.revision, CATCH_UP + 1) : [],
    readStatusFrom(db, networkId, known.stamp),
    readHubStatus(db, networkId),
  ])
  const changed = changes.length > CATCH_UP ? null : changes.reduce<Copy | null>(afterChange, known)
  if (!changed) return load(db, networkId)
  const statuses = patched(changed.statuses, { upsert: observed, remove: [] }, statusId)
  return { ...changed, statuses, stamp: now.stamp, hub }
}

async function load(db: Db, networkId: number): Promise<Copy | null> {
  // Before the rows: what is written while they are read is read again.
  const before = await standing(db, networkId, 0)
  const [snapshot, statuses, hub] = await Promise.all([
    loadNetwork(db, networkId),
    readStatusFrom(db, networkId, 0),
    readHubStatus(db, networkId),
  ])
  if (!before || !snapshot) return null
  const at = (await standing(db, networkId, snapshot.revision))?.at ?? ''
  const moment = { revision: snapshot.revision, at }
  return { ...moment, snapshot, base: moment, steps: [], statuses, stamp: before.stamp, hub }
}

/** The copy after one more change; null when another one should have come before it. */
function afterChange(copy: Copy | null, change: Change): Copy | null {
  if (copy?.revision !== change.revision - 1) return null
  const { before, after, revision, at } = change
  const gone = goneIn(change)
  const { snapshot } = copy
  const rows = {
    cidrs: [...patched(snapshot.cidrs, { upsert: after.cidrs, remove: gone.cidrs }, rowId)],
    peers: [...patched(snapshot.peers, { upsert: after.peers, remove: gone.peers }, rowId)],
    associations: [...patched(snapshot.associations, { upsert: after.associations, remove: gone.associations }, rowId)],
    invitations: [...patched(snapshot.invitations, { upsert: after.invitations, remove: gone.invitations }, rowId)],
  }
  const network = after.networks[0] ?? snapshot.network
  const step = { revision, at, touched: byKind((kind) => ids(before[kind]).concat(ids(after[kind]))) }
  return {
    ...copy,
    ...remembered(copy.base, [...copy.steps, step]),
    revision,
    at,
    snapshot: { ...rows, network, revision },
    statuses: patched(copy.statuses, { upsert: [], remove: gone.peers }, statusId),
  }
}

const ids = (rows: readonly { id: number }[]): number[] => rows.map(rowId)

/** The ids of the rows that a change removed. */
function goneIn({ before, after }: { before: Rows; after: Rows }): Touched {
  return byKind((kind) => {
    const still = new Set(ids(after[kind]))
    return ids(before[kind]).filter((id) => !still.has(id))
  })
}

/** Asks for each kind of row. */
export const byKind = <T>(of: (kind: ManyKind) => T): Record<ManyKind, T> => ({
  cidrs: of('cidrs'),
  peers: of('peers'),
  associations: of('associations'),
  invitations: of('invitations'),
})

/** Forgets the oldest steps when they are too many, or touched too many rows. */
function remembered(base: Moment, steps: readonly Step[]): Pick<Copy, 'base' | 'steps'> {
  const size = ({ touched }: Step) => manyKinds.reduce((sum, kind) => sum + touched[kind].length, 0)
  let rows = steps.reduce((sum, step) => sum + size(step), 0)
  let first = 0
  for (const step of steps) {
    if (rows <= REMEMBERED.rows && steps.length - first <= REMEMBERED.steps) break
    rows -= size(step)
    first += 1
  }
  const last = steps[first - 1]
  return { base: last ?? base, steps: first === 0 ? steps : steps.slice(first) }
}
