import {
  type AssociationRow,
  type Change,
  type CidrRow,
  type InvitationRow,
  type NetworkRow,
  noRows,
  type PeerRow,
  type RowKind,
  type Rows,
} from './change.ts'
import { withoutLostIpv6 } from './undo-ipv6.ts'
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

/** What has to be read before changes can be judged. */
export type UndoNeeds = {
  readonly peerIds: readonly number[]
  /** Of live peers. */
  readonly names: readonly string[]
  /** Of either family. */
  readonly addresses: readonly string[]
  /** Public keys of live peers. */
  readonly keys: readonly string[]
  /** The live peers that sit directly in these. */
  readonly cidrIds: readonly number[]
  /** These, and all invitations of the peers above. */
  readonly invitationIds: readonly number[]
}

/** A row that keeps a change from being taken back, and the fields of it that do; all of it when there are none. */
export type Culprit = { readonly kind: RowKind; readonly id: number; readonly fields?: readonly string[] }

/**
 * Why a change cannot be taken back, as a sentence without its full stop: it `never` could, all of it is as before
 * already (`done`), or something later is in the way (`conflict`): the last change of `culprit`.
 */
export type UndoProblem = {
  readonly kind: 'never' | 'done' | 'conflict'
  readonly why: string
  readonly culprit: Culprit | null
}

/**
 * What taking a change back would write: a row in both sets is updated, one only in `before` removed, one only in
 * `after` put back under its id. `before` is as things are now.
 */
export type UndoStep = { readonly before: Rows; readonly after: Rows }
export type UndoPlan =
  | { readonly ok: true; readonly step: UndoStep }
  | { readonly ok: false; readonly problem: UndoProblem }

/** As much of a change as matters for taking it back. */
export type Undoable = Pick<Change, 'kind' | 'before' | 'after'>

/** What never can be taken back, and why. */
const never: { readonly [K in Change['kind']]?: string } = {
  'network.created': 'The network began with this',
  'peer.redeemed': 'A joined peer cannot be unjoined; disable it, or invite it again',
  'peer.key-rotated': 'The peer forgot its former key when it made this one',
  'hub.key-set': 'The hub forgot its former key when it made this one',
  'address.released': 'What was left of the deleted peer went with its address; add the peer anew',
}

/** What `undoPlan` has to know to judge these changes. */
export function undoNeeds(changes: readonly Pick<Change, 'before' | 'after'>[]): UndoNeeds {
  const all = changes.flatMap(({ before, after }) => [before, after])
  const peers = all.flatMap((rows) => rows.peers)
  const cidrs = all.flatMap((rows) => rows.cidrs)
  const invitations = all.flatMap((rows) => rows.invitations)
  return {
    peerIds: unique([...peers.map((row) => row.id), ...invitations.map((row) => row.peerId)]),
    names: unique(peers.map((row) => row.name)),
    addresses: unique(peers.flatMap((row) => [row.address, row.address6])),
    keys: unique(peers.map((row) => row.publicKey)),
    cidrIds: unique(cidrs.flatMap((row) => [row.id, row.parentId])),
    invitationIds: unique(invitations.map((row) => row.id)),
  }
}

const unique = <T>(values: readonly (T | null)[]): T[] => [...new Set(values.filter((value) => value !== null))]

/**
 * How to take a change back as things are now, or why that is no longer possible. Field by field: what was changed since
 * in the same rows stays where the change itself did not touch it. What would break a rule of the tree is refused.
 */
export function undoPlan(present: Present, change: Undoable, now: Date): UndoPlan {
  const why = never[change.kind]
  if (why !== undefined) return { ok: false, problem: { kind: 'never', why, culprit: null } }
  const merged = mergeBack(present, change)
  if (!merged.ok) return merged
  if (isEmpty(merged.step)) {
    return { ok: false, problem: { kind: 'done', why: 'Everything is again as it was before', culprit: first(change) } }
  }
  const step = withoutLostIpv6(present, merged.step)
  const problem = brokenRule(present, step, now)
  return problem ? { ok: false, problem } : { ok: true, step }
}

/** The problem as one sentence; `revision` is that of the change to blame, where it is known. */
export const explainUndo = ({ why }: UndoProblem, revision: number | null): string =>
  `${why}${revision === null ? '' : ` (revision ${revision})`}.`

const isEmpty = ({ before, after }: UndoStep): boolean =>
  [before, after].every((rows) => Object.values(rows).every((list) => list.length === 0))

function first({ before, after }: UndoStep): Culprit | null {
  for (const kind of Object.keys(noRows()) as RowKind[]) {
    const row = before[kind][0] ?? after[kind][0]
    if (row) return { kind, id: row.id }
  }
  return null
}
