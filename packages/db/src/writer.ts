import {
  type AssociationRow,
  type CidrRow,
  type InvitationRow,
  type NetworkRow,
  type PeerRow,
  Refusal,
  type RowKind,
} from '@warren/protocol'
import { asRefusal } from './faults.ts'
import { type History, historyOf } from './history.ts'
import { type ManyKind, manyOf, type Patch } from './many.ts'
import type { Recorder } from './record.ts'
import { addressText, associationRow, cidrRow, invitationRow, type New, peerRow, type RowOf } from './rows.ts'
import { type Tx, tables, withoutSecret } from './tables.ts'
import { holdTrial, type Trial } from './trial.ts'

/** The kinds that can be made and removed inside a network; the network itself is made by `createNetwork`. */
export type InnerKind = Exclude<RowKind, 'networks'>

/**
 * The only way to read and write a network inside a change. Rows of other networks do not exist for it. `insert`,
 * `update` and `remove` note before and after by themselves.
 */
export interface Writer extends History {
  /** As it was when the change began. */
  readonly network: NetworkRow
  /** The revision that this change gets, if it changes anything. */
  readonly revision: number
  cidrs(): Promise<CidrRow[]>
  associations(): Promise<AssociationRow[]>
  /** A live peer or a tombstone, by id. */
  peer(id: number): Promise<PeerRow | null>
  /** Live peers and tombstones by id, in the order of their ids; ids that are not of this network are left out. */
  peers(ids: readonly number[]): Promise<PeerRow[]>
  /** Live peers sitting directly in these CIDRs. */
  peersIn(cidrIds: readonly number[]): Promise<PeerRow[]>
  /** The live peer of this name. */
  peerNamed(name: string): Promise<PeerRow | null>
  /** The peer that holds this lasting key: a live one, else the tombstone that had it last. */
  peerWithKey(publicKey: string): Promise<PeerRow | null>
  /** Every address of either family taken inside a prefix, tombstones included. */
  addressesIn(prefix: string): Promise<{ address: string; name: string; deleted: boolean }[]>
  /** Oldest first. */
  invitationsOf(...peerIds: readonly number[]): Promise<InvitationRow[]>
  invitation(id: number): Promise<InvitationRow | null>
  /** The invitation whose temporary key this is. */
  invitationWithKey(temporaryKey: string): Promise<InvitationRow | null>
  /** Those of these public keys that the network knows, as a peer's or as an invitation's. */
  knownKeys(keys: readonly string[]): Promise<Set<string>>
  insert<K extends InnerKind>(kind: K, row: New<RowOf[K]>): Promise<RowOf[K]>
  /** Refuses with 'not-found' an id that is not of this network. */
  update<K extends RowKind>(kind: K, id: number, patch: Partial<New<RowOf[K]>>): Promise<RowOf[K]>
  /** `insert` for many, in the order given. */
  insertMany<K extends InnerKind>(kind: K, rows: readonly New<RowOf[K]>[]): Promise<RowOf[K][]>
  /** `update` for many at once, in the order of their ids; each id once. */
  updateMany<K extends ManyKind>(kind: K, patches: readonly Patch<RowOf[K]>[]): Promise<RowOf[K][]>
  /** `remove` for many at once. */
  removeMany(kind: 'invitations', ids: readonly number[]): Promise<void>
  /** Puts rows back that were removed, under the ids they had. */
  restore<K extends InnerKind>(kind: K, rows: readonly RowOf[K][]): Promise<void>
  /**
   * Removes a row and what cannot stand without it: a CIDR's tombstones lose their place, a tombstone's invitations go
   * with it. Live peers and child CIDRs are not touched; the database refuses to remove a CIDR that has any.
   */
  remove<K extends InnerKind>(kind: K, id: number): Promise<void>
  /**
   * The trial of a change, held for this transaction: until it ends nobody else settles that trial. Null when there is
   * none.
   */
  holdTrial(revision: number): Promise<Trial | null>
  /** The hash of a peer's current secret, or null when it has none. */
  secretHash(peerId: number): Promise<string | null>
  /** Outside the log: a secret leaves no trace there, not even that it changed. */
  setSecretHash(peerId: number, hash: string | null): Promise<void>
}

/** A writer over one transaction; `record` learns every row that it touches. */
export function writer(tx: Tx, at: { network: NetworkRow; revision: number }, record: Recorder): Writer {
  const { id } = at.network
  return {
    ...at,
    ...reads(tx, id),
    ...writes(tx, id, record),
    ...manyOf(tx, id, record),
    ...secrets(tx, id),
    ...historyOf(tx, id),
    holdTrial: (revision) => holdTrial(tx, id, revision),
  }
}

type Reads = Pick<
  Writer,
  | 'cidrs'
  | 'associations'
  | 'peer'
  | 'peersIn'
  | 'peerNamed'
  | 'peerWithKey'
  | 'addressesIn'
  | 'invitationsOf'
  | 'invitation'
  | 'invitationWithKey'
>

function reads(tx: Tx, networkId: number): Reads {
  const livePeer = async (where: { name: string }) => {
    const found = await tx.peer.findFirst({ where: { ...where, networkId, deletedAt: null }, omit: withoutSecret })
    return found && peerRow(found)
  }
  return {
    cidrs: async () => (await tx.cidr.findMany({ where: { networkId }, orderBy: { id: 'asc' } })).map(cidrRow),
    associations: async () =>
      (await tx.association.findMany({ where: { networkId }, orderBy: { id: 'asc' } })).map(associationRow),
    peer: (id) => tables.peers.find(tx, networkId, id),
    async peersIn(cidrIds) {
      const where = { networkId, cidrId: { in: [...cidrIds] }, deletedAt: null }
      return (await tx.peer.findMany({ where, orderBy: { id: 'asc' }, omit: withoutSecret })).map(peerRow)
    },
    peerNamed: (name) => livePeer({ name }),
    async peerWithKey(publicKey) {
      const found = await tx.peer.findFirst({
        where: { publicKey, networkId },
        orderBy: { deletedAt: { sort: 'desc', nulls: 'first' } },
        omit: withoutSecret,
      })
      return found && peerRow(found)
    },
    async addressesIn(prefix) {
      const taken = await tx.$queryRaw<{ address: string; name: string; deleted: boolean }[]>`
        SELECT host(at) AS address, name, deleted_at IS NOT NULL AS deleted
        FROM peer CROSS JOIN LATERAL (VALUES (address), (address6)) AS seat(at)
        WHERE network_id = ${networkId} AND at <<= ${prefix}::inet ORDER BY at`
      return taken.map((row) => ({ ...row, address: addressText(row.address) }))
    },
    async invitationsOf(...peerIds) {
      const where = { networkId, peerId: { in: [...peerIds] } }
      const found = await tx.invitation.findMany({ where, orderBy: { id: 'asc' } })
      return found.map(invitationRow)
    },
    invitation: (id) => tables.invitations.find(tx, networkId, id),
    async invitationWithKey(temporaryKey) {
      const found = await tx.invitation.findFirst({ where: { networkId, temporaryKey } })
      return found && invitationRow(found)
    },
  }
}

const nouns: Record<RowKind, string> = {
  networks: 'network',
  cidrs: 'CIDR',
  peers: 'peer',
  associations: 'association',
  invitations: 'invitation',
}

function writes(tx: Tx, networkId: number, record: Recorder): Pick<Writer, 'insert' | 'update' | 'remove'> {
  const current = async <K extends RowKind>(kind: K, id: number): Promise<RowOf[K]> => {
    const before = await tables[kind].find(tx, networkId, id)
    if (!before) throw new Refusal('not-found', `That ${nouns[kind]} is not in this network.`)
    return before
  }
  const update: Writer['update'] = async (kind, id, patch) => {
    const before = await current(kind, id)
    const after = await tables[kind].update(tx, id, patch)
    record.touch(kind, before, after)
    return after
  }
  const remove: Writer['remove'] = async (kind, id) => {
    const before = await current(kind, id)
    if (kind === 'cidrs') {
      const tombstones = await tx.peer.findMany({
        where: { networkId, cidrId: id, deletedAt: { not: null } },
        select: { id: true },
      })
      for (const tombstone of tombstones) await update('peers', tombstone.id, { cidrId: null })
    }
    if (kind === 'peers') {
      const invitations = await tx.invitation.findMany({ where: { networkId, peerId: id }, select: { id: true } })
      for (const invitation of invitations) await remove('invitations', invitation.id)
    }
    await tables[kind].remove(tx, id).catch((error: unknown) => {
      throw asRefusal(error, true)
    })
    record.touch(kind, before, null)
  }
  return {
    async insert(kind, row) {
      const after = await tables[kind].insert(tx, networkId, row)
      record.touch(kind, null, after)
      return after
    },
    update,
    remove,
  }
}

function secrets(tx: Tx, networkId: number): Pick<Writer, 'secretHash' | 'setSecretHash'> {
  return {
    async secretHash(id) {
      const found = await tx.peer.findFirst({ where: { networkId, id }, select: { secretHash: true } })
      return found?.secretHash ?? null
    },
    async setSecretHash(id, hash) {
      const { count } = await tx.peer.updateMany({ where: { networkId, id }, data: { secretHash: hash } })
      if (count === 0) throw new Refusal('not-found', `That ${nouns.peers} is not in this network.`)
    },
  }
}
