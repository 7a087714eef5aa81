import { type Change, noRows, type PeerRow, type RowKind, type Rows } from './change.ts'
import type { Present, UndoPlan, UndoProblem, UndoStep } from './undo.ts'

type Row = Rows[RowKind][number]

/** The rows of a change put back over the present ones, field by field; null-op where they are so already. */
export function mergeBack(present: Present, change: Pick<Change, 'before' | 'after'>): UndoPlan {
  const step: UndoStep = { before: noRows(), after: noRows() }
  const going = goingPeers(change)
  for (const kind of Object.keys(step.before) as RowKind[]) {
    for (const one of rowsOf(present, change, kind)) {
      // The invitations of a peer that goes go with it, whatever became of them.
      const along = one.now && 'peerId' in one.now && going.has(one.now.peerId)
      const outcome = along ? gone : mergeRow(one)
      if ('why' in outcome) return { ok: false, problem: outcome }
      if (outcome.target === one.now) continue
      if (one.now) put(step.before, kind, one.now)
      if (outcome.target) put(step.after, kind, outcome.target)
    }
  }
  const known = new Set(step.before.invitations.map((row) => row.id))
  step.before.invitations.push(...present.invitations.filter((row) => going.has(row.peerId) && !known.has(row.id)))
  return { ok: true, step }
}

/** One row that a change touched: as it was before it, as it became, and as it is now. */
type One = { kind: RowKind; was: Row | undefined; became: Row | undefined; now: Row | undefined }
type Outcome = { target: Row | undefined } | UndoProblem

const gone: Outcome = { target: undefined }

function rowsOf(present: Present, { before, after }: Pick<Change, 'before' | 'after'>, kind: RowKind): One[] {
  const was = new Map<number, Row>(before[kind].map((row) => [row.id, row]))
  const became = new Map<number, Row>(after[kind].map((row) => [row.id, row]))
  const ids = new Set([...was.keys(), ...became.keys()])
  if (ids.size === 0) return []
  const rows: readonly Row[] = kind === 'networks' ? [present.network] : present[kind]
  const now = new Map(rows.map((row) => [row.id, row]))
  return [...ids].map((id) => ({ kind, was: was.get(id), became: became.get(id), now: now.get(id) }))
}

/** The peers that the change made, which go when it is taken back. */
function goingPeers({ before, after }: Pick<Change, 'before' | 'after'>): Set<number> {
  const known = new Set(before.peers.map((row) => row.id))
  return new Set(after.peers.filter((row) => !known.has(row.id)).map((row) => row.id))
}

function mergeRow(one: One): Outcome {
  const { was, became, now } = one
  if (was && became) return now ? revert({ ...one, was, became, now }) : lost(one.kind, { was, became })
  if (was) return { target: now ?? was }
  return now && became ? unmake({ ...one, became, now }) : gone
}

/** Fields that mean something only together: where a peer sits, who it is, and from where to where a hub moves. */
const units: Readonly<Record<string, string>> = {
  cidrId: 'place',
  address: 'place',
  address6: 'place',
  endpoint: 'move',
  listenPort: 'move',
  endpointBefore: 'move',
  listenPortBefore: 'move',
  movedRevision: 'move',
  publicKey: 'membership',
  redeemedAt: 'membership',
  rotations: 'membership',
  keySince: 'membership',
  incarnation: 'membership',
}

function revert({ kind, was, became, now }: One & { was: Row; became: Row; now: Row }): Outcome {
  if (isTombstone(now) && !isTombstone(became)) {
    return conflict(`${nameOf(kind, now)} was deleted since`, { kind, id: now.id, fields: ['deletedAt'] })
  }
  const changed = new Map<string, string[]>()
  for (const field of Object.keys(was).filter((name) => !alike(value(was, name), value(became, name)))) {
    const unit = units[field] ?? field
    changed.set(unit, [...(changed.get(unit) ?? []), field])
  }
  const target: Record<string, unknown> = { ...now }
  for (const [unit, fields] of changed) {
    if (fields.every((field) => alike(value(now, field), value(was, field)))) continue
    if (!fields.every((field) => alike(value(now, field), value(became, field)))) {
      return conflict(overtaken({ kind, was, became, now }, unit), { kind, id: now.id, fields })
    }
    for (const field of fields) target[field] = value(was, field)
  }
  const same = Object.keys(target).every((field) => alike(target[field], value(now, field)))
  return { target: same ? now : (target as Row) }
}

const verbs: Readonly<Record<string, string>> = {
  place: 'was moved again',
  name: 'was renamed again',
  prefix: 'was resized again',
  prefix6: 'has another IPv6 prefix',
  parentId: 'was put into another CIDR',
  membership: 'has another key',
  deletedAt: 'was deleted again',
}

const JOINED = 'Redeemed since: a joined peer cannot be unjoined; disable it instead'

function overtaken({ kind, became, now }: One & { became: Row; now: Row }, unit: string): string {
  if (unit === 'membership' && value(became, 'redeemedAt') === null) return JOINED
  return `${nameOf(kind, now)} ${verbs[unit] ?? 'was changed again'} since`
}

/** A row that the change altered and that is not there any more. The place of a tombstone that is gone is nobody's. */
function lost(kind: RowKind, { was, became }: { was: Row; became: Row }): Outcome {
  if (isTombstone(was) && isTombstone(became)) return gone
  const why = isTombstone(became)
    ? `The address of ${nameOf(kind, became)} was released since, and with it what was left of the peer`
    : `${nameOf(kind, became)} was deleted since`
  return conflict(why, { kind, id: became.id })
}

/** Takes away what the change made, unless something was done with it since. */
function unmake({ kind, became, now }: One & { became: Row; now: Row }): Outcome {
  const culprit = { kind, id: now.id }
  if (isTombstone(now)) return conflict(`${nameOf(kind, now)} was deleted since`, culprit)
  if (value(now, 'redeemedAt') !== value(became, 'redeemedAt')) return conflict(JOINED, culprit)
  // Where a CIDR hangs changes with its neighbours.
  const fields = Object.keys(became).filter((name) => kind !== 'cidrs' || name !== 'parentId')
  if (fields.every((field) => alike(value(now, field), value(became, field)))) return gone
  const instead = kind === 'invitations' ? 'was revoked since' : 'was changed since; delete it instead'
  return conflict(`${nameOf(kind, now)} ${instead}`, { ...culprit, fields })
}

const conflict = (why: string, culprit: UndoProblem['culprit']): UndoProblem => ({ kind: 'conflict', why, culprit })

const isTombstone = (row: Row): boolean => 'deletedAt' in row && (row as PeerRow).deletedAt !== null

const nouns = { networks: 'The network', associations: 'The association', invitations: 'The invitation' } as const

const nameOf = (kind: RowKind, row: Row): string =>
  kind === 'peers' || kind === 'cidrs' ? (row as { name: string }).name : nouns[kind]

/** Some fields are lists or small records, which are told apart by what they say. */
const alike = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other))

const value = (row: Row, field: string): unknown => (row as Record<string, unknown>)[field]

/** The list of a kind takes the rows of that kind, which the compiler cannot follow. */
const put = (rows: Rows, kind: RowKind, row: Row) => (rows[kind] as Row[]).push(row)
