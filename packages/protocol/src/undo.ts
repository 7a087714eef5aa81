import type { AssociationRow, Change, CidrRow, InvitationRow, NetworkRow, PeerRow, RowKind, Rows } from './change.ts'
import { noRows } from './change.ts'
import { mergeBack } from './undo-merge.ts'
import { brokenRule } from './undo-rules.ts'

/** A network as it is now. `peers` and `invitations` may be only those that `undoNeeds` asks for. */
export type Present = {
  readonly network: NetworkRow
  readonly cidrs: readonly CidrRow[]
  readonly associations: readonly AssociationRow[]
  readonly peers: readonly PeerRow[]
  readonly invitations: readonly InvitationRow[]
}

/** What has to be read before changes can be judged: peers by what they are, have, or sit in; invitations by theirs. */
export type UndoNeeds = {
  readonly peerIds: readonly number[]
  readonly names: readonly string[]
  readonly addresses: readonly string[]
  readonly keys: readonly string[]
  /** All live peers that sit directly in these, or in a parent of these. */
  readonly cidrIds: readonly number[]
  readonly invitationIds: readonly number[]
}

/** A row that keeps a change from being taken back. */
export type Culprit = { readonly kind: RowKind; readonly id: number }

/** Why a change cannot be taken back: a sentence without its full stop, and the row whose later change is to blame. */
export type UndoProblem = { readonly why: string; readonly culprit: Culprit | null }

/**
 * What taking a change back would write: a row in both sets is updated, one only in `before` removed, one only in
 * `after` put back. `before` is as things are now.
 */
export type UndoStep = { readonly before: Rows; readonly after: Rows }
export type UndoPlan =
  | { readonly ok: true; readonly step: UndoStep }
  | { readonly ok: false; readonly problem: UndoProblem }

/** What never can be taken back, and why. */
const never: { readonly [K in Change['kind']]?: string } = {
  'network.created': 'The network began with it',
  'peer.redeemed': 'A joined peer cannot be unjoined; disable it, or invite it again',
  'peer.key-rotated': 'Only the peer itself makes its key; have it make a new one',
  'hub.key-set': 'Only the hub itself makes its key',
  'address.released': 'What was left of the deleted peer went with its address; add the peer anew',
}

/** What `undoPlan` has to know to judge these changes. */
export function undoNeeds(changes: readonly Pick<Change, 'before' | 'after'>[]): UndoNeeds {
  const all = changes.flatMap(({ before, after }) => [before, after])
  const peers = all.flatMap((rows) => rows.peers)
  const cidrs = all.flatMap((rows) => rows.cidrs)
  const invitations = all.flatMap((rows) => rows.invitations)
  const unique = <T>(values: readonly (T | null)[]): T[] => [...new Set(values.filter((value) => value !== null))]
  return {
    peerIds: unique([...peers.map((row) => row.id), ...invitations.map((row) => row.peerId)]),
    names: unique(peers.map((row) => row.name)),
    addresses: unique(peers.map((row) => row.address)),
    keys: unique(peers.map((row) => row.publicKey)),
    cidrIds: unique(cidrs.flatMap((row) => [row.id, row.parentId])),
    invitationIds: unique(invitations.map((row) => row.id)),
  }
}

/**
 * How to take a change back as things are now, or why that is no longer possible. What was changed since in the same
 * rows stays where the change itself did not touch it; what does not fit the rules of the tree any more is refused.
 */
export function undoPlan(present: Present, change: Pick<Change, 'kind' | 'before' | 'after'>): UndoPlan {
  const why = never[change.kind]
  if (why !== undefined) return { ok: false, problem: { why, culprit: null } }
  const merged = mergeBack(present, change)
  if (!merged.ok) return merged
  if (isEmpty(merged.step)) return { ok: false, problem: { why: nothingLeft, culprit: firstRow(change) } }
  const problem = brokenRule(present, merged.step)
  return problem ? { ok: false, problem } : merged
}

const nothingLeft = 'Everything is again as it was before'

/** The problem as one sentence; `revision` is that of the change to blame, where it is known. */
export const explainUndo = ({ why }: UndoProblem, revision: number | null): string =>
  `${why}${revision === null ? '' : ` (revision ${revision})`}.`

const isEmpty = ({ before, after }: UndoStep): boolean =>
  [before, after].every((rows) => Object.values(rows).every((list) => list.length === 0))

function firstRow({ before, after }: UndoStep): Culprit | null {
  for (const kind of Object.keys(noRows()) as RowKind[]) {
    const row = before[kind][0] ?? after[kind][0]
    if (row) return { kind, id: row.id }
  }
  return null
}
