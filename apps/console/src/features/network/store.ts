import {
  type AssociationRow,
  type CidrRow,
  type Columns,
  fromColumns,
  type InvitationRow,
  type NetworkRow,
  type PeerRow,
  patched,
  type RowPatch,
} from '@warren/protocol'
import type { Answers } from '~/trpc/client.ts'

export type News = Answers['network']['follow']
export type PeerStatus = Answers['network']['state']['status'][number]
export type HubStatus = Answers['network']['state']['hub']

/** The rows of a network at one revision. Lists are in ascending order of ids. */
export type Snapshot = {
  network: NetworkRow
  revision: number
  cidrs: readonly CidrRow[]
  /** Tombstones included. */
  peers: readonly PeerRow[]
  associations: readonly AssociationRow[]
  invitations: readonly InvitationRow[]
}

/**
 * What the browser holds of a network. Each answer makes the next one of it; lists, rows and observations that the
 * answer does not change are the same objects as before.
 */
export type Held = Readonly<Snapshot> & {
  readonly mark: News['mark']
  readonly status: readonly PeerStatus[]
  readonly hub: HubStatus
  /** Those who are online were so about then (ISO 8601); null when nobody is. */
  readonly vouchedAt: string | null
  /** Server time minus this machine's, in milliseconds. */
  readonly skewMs: number
}

/**
 * An answer that took long makes the server's clock seem late, so a later one counts more (milliseconds); one that is
 * much earlier means that a clock was set.
 */
const SKEW = { later: 250, earlier: 5000 }

/** How far "online" may lag behind before it is worth showing anew (milliseconds): nobody reads it more exactly. */
const VOUCH_STEP_MS = 60_000

/**
 * What is held after an answer to a question with `held`'s mark, which came at `nowMs` by this machine's clock. It is
 * `held` itself when there was nothing new.
 */
export function heldAfter(held: Held | null, news: News, nowMs: number): Held {
  const rows = rowsAfter(held, news)
  const status = statusAfter(held, news)
  const next: Held = {
    ...rows,
    status: ofPeers(status, rows.peers, news),
    mark: news.mark,
    hub: held && isSame(held.hub, news.hub) ? held.hub : news.hub,
    vouchedAt: held && isClose(held.vouchedAt, news.vouchedAt) ? held.vouchedAt : news.vouchedAt,
    skewMs: skew(held, Date.parse(news.serverNow) - nowMs),
  }
  return held && isAsBefore(held, next) ? held : next
}

/** With nothing new since a mark, the mark says as much as a newer one. */
const isAsBefore = (held: Held, next: Held): boolean =>
  next.revision === held.revision &&
  next.mark.at === held.mark.at &&
  next.status === held.status &&
  next.hub === held.hub &&
  next.vouchedAt === held.vouchedAt &&
  next.skewMs === held.skewMs

function rowsAfter(held: Held | null, { rows, mark }: News): Snapshot {
  if (!rows) {
    if (!held) throw new Error('nothing is held that an answer about changes could be applied to')
    const { network, revision, cidrs, peers, associations, invitations } = held
    return { network, revision, cidrs, peers, associations, invitations }
  }
  const network = held && isSame(held.network, rows.network) ? held.network : rows.network
  const of = <R extends { id: number }>(before: readonly R[] | undefined, now: Columns<R> | RowPatch<R>) =>
    'of' in now ? settled(before ?? [], fromColumns(now), rowId) : patched(before ?? [], now, rowId)
  return {
    network,
    revision: mark.revision,
    cidrs: of(held?.cidrs, rows.cidrs),
    peers: of(held?.peers, rows.peers),
    associations: of(held?.associations, rows.associations),
    invitations: of(held?.invitations, rows.invitations),
  }
}

function statusAfter(held: Held | null, { status }: News): readonly PeerStatus[] {
  const rows = fromColumns<PeerStatus>(status.rows)
  if (status.whole || !held) return settled(held?.status ?? [], rows, statusId)
  const known = new Map(rows.length > 0 ? held.status.map((row) => [row.peerId, row]) : [])
  const upsert = rows.filter((row) => !isSame(known.get(row.peerId), row))
  return patched(held.status, { upsert, remove: [] }, statusId)
}

/** Observations of peers that are gone for good go with them. */
function ofPeers(status: readonly PeerStatus[], peers: readonly PeerRow[], { rows }: News): readonly PeerStatus[] {
  if (!rows) return status
  if (!rows.whole) return patched(status, { upsert: [], remove: rows.peers.remove }, statusId)
  const there = new Set(peers.map(rowId))
  return status.every((row) => there.has(row.peerId)) ? status : status.filter((row) => there.has(row.peerId))
}

/** `now`, with the objects of `before` for rows that are the same, and `before` itself when all are. */
function settled<R extends object>(before: readonly R[], now: readonly R[], key: (row: R) => number): readonly R[] {
  const known = new Map(before.map((row) => [key(row), row]))
  const rows = now.map((row) => {
    const old = known.get(key(row))
    return old && isSame(old, row) ? old : row
  })
  return rows.length === before.length && rows.every((row, at) => row === before[at]) ? before : rows
}

const rowId = (row: { id: number }): number => row.id
const statusId = (row: PeerStatus): number => row.peerId

/** Whether two rows of one shape say the same. */
function isSame<R extends object>(a: R | undefined, b: R): boolean {
  if (!a) return false
  return (Object.keys(b) as (keyof R)[]).every((key) => a[key] === b[key] || sameList(a[key], b[key]))
}

const sameList = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, at) => value === b[at])

const isClose = (a: string | null, b: string | null): boolean =>
  a === b || (a !== null && b !== null && Math.abs(Date.parse(a) - Date.parse(b)) < VOUCH_STEP_MS)

function skew(held: Held | null, measured: number): number {
  if (!held) return measured
  return measured > held.skewMs + SKEW.later || measured < held.skewMs - SKEW.earlier ? measured : held.skewMs
}
