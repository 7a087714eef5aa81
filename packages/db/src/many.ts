import { Refusal } from '@warren/protocol'
import type { Recorder } from './record.ts'
import { associationRow, cidrRow, invitationRow, type New, peerRow, type RowOf } from './rows.ts'
import { peerColumns, type Tx, withoutSecret } from './tables.ts'
import type { InnerKind, Writer } from './writer.ts'

/** The kinds of which one change may touch thousands. */
export type ManyKind = 'cidrs' | 'peers' | 'invitations'

/** What becomes different in one row. */
export type Patch<R> = { readonly id: number; readonly patch: Partial<New<R>> }

type Many = Pick<Writer, 'peers' | 'knownKeys' | 'insertMany' | 'updateMany' | 'removeMany' | 'restore'>

/** Reading and writing many rows in few statements: thousands of single ones would outlast a change's time. */
export function manyOf(tx: Tx, networkId: number, record: Recorder): Many {
  return {
    peers: (ids) => readers.peers(tx, networkId, ids),
    async knownKeys(keys) {
      const wanted = { in: [...keys] }
      const peers = await tx.peer.findMany({ where: { networkId, publicKey: wanted }, select: { publicKey: true } })
      const where = { networkId, temporaryKey: wanted }
      const invitations = await tx.invitation.findMany({ where, select: { temporaryKey: true } })
      const known = [...peers.map((row) => row.publicKey), ...invitations.map((row) => row.temporaryKey)]
      return new Set(known.filter((key) => key !== null))
    },
    async insertMany(kind, rows) {
      if (rows.length === 0) return []
      const made = await inserters[kind](tx, networkId, rows)
      for (const row of made) record.touch(kind, null, row)
      return made
    },
    async updateMany(kind, patches) {
      if (patches.length === 0) return []
      const ids = patches.map(({ id }) => id)
      const known = new Map((await readers[kind](tx, networkId, ids)).map((row) => [row.id, row]))
      const wanted = patches.map(({ id, patch }) => {
        const row = known.get(id)
        if (!row) throw new Refusal('not-found', `One of the ${kind} to change is not in this network.`)
        return { ...row, ...patch }
      })
      await updaters[kind](tx, wanted)
      const after = await readers[kind](tx, networkId, ids)
      for (const row of after) record.touch(kind, known.get(row.id) ?? null, row)
      return after
    },
    async removeMany(kind, ids) {
      if (ids.length === 0) return
      const rows = await readers[kind](tx, networkId, ids)
      await tx.invitation.deleteMany({ where: { networkId, id: { in: [...ids] } } })
      for (const row of rows) record.touch(kind, row, null)
    },
    async restore(kind, rows) {
      if (rows.length === 0) return
      for (const row of await inserters[kind](tx, networkId, rows)) record.touch(kind, null, row)
    },
  }
}

type Readers = { readonly [K in ManyKind]: (tx: Tx, networkId: number, ids: readonly number[]) => Promise<RowOf[K][]> }

/** Rows by id, in the order of ids. */
const readers: Readers = {
  async cidrs(tx, networkId, ids) {
    const where = { networkId, id: { in: [...ids] } }
    return (await tx.cidr.findMany({ where, orderBy: { id: 'asc' } })).map(cidrRow)
  },
  async peers(tx, networkId, ids) {
    const where = { networkId, id: { in: [...ids] } }
    return (await tx.peer.findMany({ where, orderBy: { id: 'asc' }, omit: withoutSecret })).map(peerRow)
  },
  async invitations(tx, networkId, ids) {
    const where = { networkId, id: { in: [...ids] } }
    return (await tx.invitation.findMany({ where, orderBy: { id: 'asc' } })).map(invitationRow)
  },
}

type Updaters = { readonly [K in ManyKind]: (tx: Tx, rows: readonly RowOf[K][]) => Promise<number> }

/** Whole rows over those with their ids, in one statement. What can never change in a row is left out. */
const updaters: Updaters = {
  cidrs: (tx, rows) => tx.$executeRaw`
    UPDATE cidr c SET parent_id = r."parentId", name = r.name, prefix = r.prefix, prefix6 = r.prefix6,
      isolated = r.isolated
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id int, "parentId" int, name text, prefix inet,
      prefix6 inet, isolated boolean)
    WHERE c.id = r.id`,
  peers: (tx, rows) => tx.$executeRaw`
    UPDATE peer p SET cidr_id = r."cidrId", name = r.name, address = r.address, public_key = r."publicKey",
      enabled = r.enabled, is_admin = r."isAdmin", listen_port = r."listenPort",
      endpoint_override = r."endpointOverride", redeemed_at = r."redeemedAt", deleted_at = r."deletedAt",
      address6 = r.address6, rotations = r.rotations, key_since = r."keySince", rotate_asked_at = r."rotateAskedAt",
      incarnation = r.incarnation,
      poll_hold_s = r."pollHoldS", poll_every_s = r."pollEveryS", handed = r.handed
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id int, "cidrId" int, name text, address inet,
      "publicKey" text, enabled boolean, "isAdmin" boolean, "listenPort" int, "endpointOverride" text,
      "redeemedAt" timestamptz, "deletedAt" timestamptz, address6 inet, rotations jsonb, "keySince" timestamptz,
      "rotateAskedAt" timestamptz, incarnation int, "pollHoldS" int, "pollEveryS" int, handed jsonb)
    WHERE p.id = r.id`,
  invitations: (tx, rows) => tx.$executeRaw`
    UPDATE invitation i SET expires_at = r."expiresAt", redeemed_at = r."redeemedAt", revoked_at = r."revokedAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id int, "expiresAt" timestamptz,
      "redeemedAt" timestamptz, "revokedAt" timestamptz)
    WHERE i.id = r.id`,
}

/** A row whose number is given, when it had one before. */
type Given<R> = New<R> & { readonly id?: number }
type Inserters = {
  readonly [K in InnerKind]: (tx: Tx, networkId: number, rows: readonly Given<RowOf[K]>[]) => Promise<RowOf[K][]>
}

const within = <R>(networkId: number, rows: readonly R[]): (R & { networkId: number })[] =>
  rows.map((row) => ({ ...row, networkId }))

/** All rows in one statement, in the order given. */
const inserters: Inserters = {
  cidrs: async (tx, networkId, rows) =>
    (await tx.cidr.createManyAndReturn({ data: within(networkId, rows) })).map(cidrRow),
  peers: async (tx, networkId, rows) =>
    (await tx.peer.createManyAndReturn({ data: within(networkId, rows.map(peerColumns)), omit: withoutSecret })).map(
      peerRow,
    ),
  associations: async (tx, networkId, rows) =>
    (await tx.association.createManyAndReturn({ data: within(networkId, rows) })).map(associationRow),
  invitations: async (tx, networkId, rows) =>
    (await tx.invitation.createManyAndReturn({ data: within(networkId, rows) })).map(invitationRow),
}
