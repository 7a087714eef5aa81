import { type Change, noRows, type PeerRow, type RowKind, type Rows } from './change.ts'
import type { Present, UndoPlan, UndoProblem, UndoStep } from './undo.ts'

type Row = Rows[RowKind][number]

/** The rows of a change put back over the present ones, field by field: what it did not touch stays as it is now. */
export function mergeBack(present: Present, change: Pick<Change, 'before' | 'after'>): UndoPlan {
  const step: UndoStep = { before: noRows(), after: noRows() }
  const going = goingPeers(change)
  for (const kind of Object.keys(step.before) as RowKind[]) {
    const now = new Map(presentRows(present, kind).map((row) => [row.id, row]))
    const was = new Map<number, Row>(change.before[kind].map((row) => [row.id, row]))
    const became = new Map<number, Row>(change.after[kind].map((row) => [row.id, row]))
    for (const id of new Set([...was.keys(), ...became.keys()])) {
      const one = { kind, was: was.get(id), became: became.get(id), now: now.get(id) }
      // The invitations of a peer that goes go with it, whatever became of them.
      const goesAlong = one.now && 'peerId' in one.now && going.has(one.now.peerId)
      const outcome = goesAlong ? { target: null } : mergeRow(one)
      if ('why' in outcome) return { ok: false, problem: outcome }
      if (one.now && outcome.target !== one.now) put(step.before, kind, one.now)
      if (outcome.target && outcome.target !== one.now) put(step.after, kind, outcome.target)
    }
  }
  const listed = new Set(step.before.invitations.map((row) => row.id))
  const rest = present.invitations.filter((row) => going.has(row.peerId) && !listed.has(row.id))
  step.before.invitations.push(...rest)
  return { ok: true, step }
}

/** The peers that the change made, which go when it is taken back. */
function goingPeers({ before, after }: Pick<Change, 'before' | 'after'>): Set<number> {
  const known = new Set(before.peers.map((row) => row.id))
  return new Set(after.peers.filter((row) => !known.has(row.id)).map((row) => row.id))
}

type One = { kind: RowKind; was: Row | undefined; became: Row | undefined; now: Row | undefined }
type Outcome = { target: Row | null } | UndoProblem

function mergeRow(one: One): Outcome {
  const { was, became, now } = one
  if (was && became) return now ? revert({ ...one, was, became, now }) : lost(one.kind, became)
  if (was) return { target: now ?? was }
  return now && became ? unmake({ ...one, became, now }) : { target: null }
}

/** Fields that mean something only together: where a peer sits, and who it is. */
const units: Readonly<Record<string, string>> = {
  cidrId: 'place',
  address: 'place',
  publicKey: 'membership',
  redeemedAt: 'membership',
}

function revert({ kind, was, became, now }: One & { was: Row; became: Row; now: Row }): Outcome {
  const gone = kind === 'peers' ? goneSince(now as PeerRow, became as PeerRow) : null
  if (gone) return gone
  const changed = new Map<string, string[]>()
  for (const field of Object.keys(was).filter((name) => value(was, name) !== value(became, name))) {
    const unit = units[field] ?? field
    changed.set(unit, [...(changed.get(unit) ?? []), field])
  }
  const target: Record<string, unknown> = { ...now }
  for (const [unit, fields] of changed) {
    if (fields.every((field) => value(now, field) === value(was, field))) continue
    if (!fields.every((field) => value(now, field) === value(became, field))) {
      return { why: `${nameOf(kind, now)} ${verbs[unit] ?? 'was changed'} again since`, culprit: { kind, id: now.id } }
    }
    for (const field of fields) target[field] = value(was, field)
  }
  const same = Object.keys(target).every((field) => target[field] === value(now, field))
  return { target: same ? now : (target as Row) }
}

const verbs: Readonly<Record<string, string>> = {
  place: 'was moved',
  name: 'was renamed',
  prefix: 'was resized',
  parentId: 'was put into another CIDR',
  membership: 'joined or was invited',
  enabled: 'was disabled or enabled',
  deletedAt: 'was deleted',
}

function goneSince(now: PeerRow, became: PeerRow): UndoProblem | null {
  if (now.deletedAt === null || became.deletedAt !== null) return null
  return { why: `${now.name} was deleted since`, culprit: { kind: 'peers', id: now.id } }
}

/** A row that the change removed or changed and that is not there any more. */
function lost(kind: RowKind, row: Row): Outcome {
  const why =
    kind === 'peers' && (row as PeerRow).deletedAt !== null
      ? `The address of ${nameOf(kind, row)} was released since, and with it what was left of the peer`
      : `${nameOf(kind, row)} was deleted since`
  return { why, culprit: { kind, id: row.id } }
}

/** Takes away what the change made, unless something was done with it since. */
function unmake({ kind, became, now }: One & { became: Row; now: Row }): Outcome {
  const culprit = { kind, id: now.id }
  if ('redeemedAt' in now && 'redeemedAt' in became && now.redeemedAt !== became.redeemedAt) {
    return { why: 'Redeemed since: a joined peer cannot be unjoined; disable it instead', culprit }
  }
  const ignored = kind === 'cidrs' ? ['parentId'] : []
  const fields = Object.keys(became).filter((name) => !ignored.includes(name))
  if (fields.every((field) => value(now, field) === value(became, field))) return { target: null }
  return { why: `${nameOf(kind, now)} was changed since; delete it instead`, culprit }
}

const nouns = { networks: 'The network', associations: 'The association', invitations: 'The invitation' } as const

const nameOf = (kind: RowKind, row: Row): string =>
  kind === 'peers' || kind === 'cidrs' ? (row as { name: string }).name : nouns[kind]

const value = (row: Row, field: string): unknown => (row as Record<string, unknown>)[field]

const presentRows = (present: Present, kind: RowKind): readonly Row[] =>
  kind === 'networks' ? [present.network] : present[kind]

/** The list of a kind takes the rows of that kind, which the compiler cannot follow. */
const put = (rows: Rows, kind: RowKind, row: Row) => (rows[kind] as Row[]).push(row)
