import type { HubStatus, PeerStatus } from '@warren/db'
import {
  type AssociationRow,
  type CidrRow,
  type Columns,
  type InvitationRow,
  type NetworkRow,
  type PeerRow,
  type RowPatch,
  toColumns,
} from '@warren/protocol'
import { byKind, type Copy, type ManyKind, manyKinds, rowId } from './network-copy.ts'

/** How far a reader has followed a network. */
export type Mark = {
  revision: number
  /** When that revision was made. */
  at: string
  /** Observations that look different are known up to this stamp, and those that only count on up to this one. */
  turned: number
  written: number
}

type RowTypes = { cidrs: CidrRow; peers: PeerRow; associations: AssociationRow; invitations: InvitationRow }

/** Every row; or what became of those that changed. */
export type RowNews =
  | ({ whole: true; network: NetworkRow } & { [K in ManyKind]: Columns<RowTypes[K]> })
  | ({ whole: false; network: NetworkRow } & { [K in ManyKind]: RowPatch<RowTypes[K]> })

/** What a reader needs to be where the network is now. */
export type NetworkNews = {
  mark: Mark
  /** Lets a browser whose clock is wrong tell how long ago something was. */
  serverNow: string
  /** When somebody who is online was last known to be: all of them were, about then. */
  vouchedAt: string | null
  hub: HubStatus
  /** Null when no row changed. */
  rows: RowNews | null
  /** All observations, or those that are new. */
  status: { whole: boolean; rows: Columns<PeerStatus> }
}

type Asked = { since: Mark | null; figures: boolean }

/**
 * What is new in a network since a mark; everything when there is none, or when it is too old or of another history.
 * Without `figures`, observations that differ in counters and running times only are left for later.
 */
export function newsSince(copy: Copy, asked: Asked): Pick<NetworkNews, 'mark' | 'hub' | 'rows' | 'status'> {
  // Transactions are never counted backwards, except by a database that was restored.
  const since = asked.since && asked.since.turned <= copy.stamp ? asked.since : null
  const figures = asked.figures || !since
  return {
    mark: {
      revision: copy.revision,
      at: copy.at,
      turned: copy.stamp,
      written: figures ? copy.stamp : since.written,
    },
    hub: copy.hub,
    rows: rowNews(copy, asked.since),
    status: {
      whole: !since,
      rows: toColumns(
        copy.statuses
          .filter(({ turned, written }) => !since || (figures ? written >= since.written : turned >= since.turned))
          .map(({ row }) => row),
      ),
    },
  }
}

function rowNews(copy: Copy, since: Mark | null): RowNews | null {
  const { snapshot } = copy
  if (since?.revision === copy.revision && since.at === copy.at) return null
  const touched = since && touchedAfter(copy, since)
  const { network } = snapshot
  if (!touched) {
    return {
      whole: true,
      network,
      cidrs: toColumns(snapshot.cidrs),
      peers: toColumns(snapshot.peers),
      associations: toColumns(snapshot.associations),
      invitations: toColumns(snapshot.invitations),
    }
  }
  return {
    whole: false,
    network,
    cidrs: patchOf(snapshot.cidrs, touched.cidrs),
    peers: patchOf(snapshot.peers, touched.peers),
    associations: patchOf(snapshot.associations, touched.associations),
    invitations: patchOf(snapshot.invitations, touched.invitations),
  }
}

/** The ids of the rows touched after a moment; null when it is none of those remembered. */
function touchedAfter(copy: Copy, since: Mark): Record<ManyKind, Set<number>> | null {
  const known = [copy.base, ...copy.steps].findIndex(
    ({ revision, at }) => revision === since.revision && at === since.at,
  )
  if (known < 0) return null
  const touched = byKind(() => new Set<number>())
  for (const step of copy.steps.slice(known)) {
    for (const kind of manyKinds) for (const id of step.touched[kind]) touched[kind].add(id)
  }
  return touched
}

function patchOf<R extends { id: number }>(rows: readonly R[], touched: ReadonlySet<number>): RowPatch<R> {
  if (touched.size === 0) return { upsert: [], remove: [] }
  const upsert = rows.filter((row) => touched.has(row.id))
  const still = new Set(upsert.map(rowId))
  return { upsert, remove: [...touched].filter((id) => !still.has(id)) }
}
