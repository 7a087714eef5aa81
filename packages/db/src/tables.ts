import type { Handed, RowKind } from '@warren/protocol'
import { Prisma } from './generated/client.ts'
import { associationRow, cidrRow, invitationRow, type New, networkRow, peerRow, type RowOf } from './rows.ts'

/** Prisma inside one interactive transaction. */
export type Tx = Prisma.TransactionClient

/** The four things done to a row, for one kind. `networkId` keeps every look-up inside the network. */
type Table<R> = {
  find(tx: Tx, networkId: number, id: number): Promise<R | null>
  insert(tx: Tx, networkId: number, row: New<R>): Promise<R>
  update(tx: Tx, id: number, patch: Partial<New<R>>): Promise<R>
  remove(tx: Tx, id: number): Promise<unknown>
}

/** Never read together with a peer unless it is asked for by name: what is not loaded cannot leak. */
export const withoutSecret = { secretHash: true } as const

/** Prisma tells no value in a column from the JSON value null, which is not meant here. */
export const peerColumns = <R extends { handed?: Handed | null }>({ handed, ...row }: R) => ({
  ...row,
  ...(handed === undefined ? {} : { handed: handed ?? Prisma.DbNull }),
})

const networks: Table<RowOf['networks']> = {
  async find(tx, networkId, id) {
    const found = id === networkId ? await tx.network.findUnique({ where: { id } }) : null
    return found && networkRow(found)
  },
  insert: async (tx, _networkId, row) => networkRow(await tx.network.create({ data: row })),
  update: async (tx, id, patch) => networkRow(await tx.network.update({ where: { id }, data: patch })),
  remove: (tx, id) => tx.network.delete({ where: { id } }),
}

const cidrs: Table<RowOf['cidrs']> = {
  async find(tx, networkId, id) {
    const found = await tx.cidr.findFirst({ where: { networkId, id } })
    return found && cidrRow(found)
  },
  insert: async (tx, networkId, row) => cidrRow(await tx.cidr.create({ data: { ...row, networkId } })),
  update: async (tx, id, patch) => cidrRow(await tx.cidr.update({ where: { id }, data: patch })),
  remove: (tx, id) => tx.cidr.delete({ where: { id } }),
}

const peers: Table<RowOf['peers']> = {
  async find(tx, networkId, id) {
    const found = await tx.peer.findFirst({ where: { networkId, id }, omit: withoutSecret })
    return found && peerRow(found)
  },
  insert: async (tx, networkId, row) =>
    peerRow(await tx.peer.create({ data: { ...peerColumns(row), networkId }, omit: withoutSecret })),
  update: async (tx, id, patch) =>
    peerRow(await tx.peer.update({ where: { id }, data: peerColumns(patch), omit: withoutSecret })),
  remove: (tx, id) => tx.peer.delete({ where: { id } }),
}

const associations: Table<RowOf['associations']> = {
  async find(tx, networkId, id) {
    const found = await tx.association.findFirst({ where: { networkId, id } })
    return found && associationRow(found)
  },
  insert: async (tx, networkId, row) => associationRow(await tx.association.create({ data: { ...row, networkId } })),
  update: async (tx, id, patch) => associationRow(await tx.association.update({ where: { id }, data: patch })),
  remove: (tx, id) => tx.association.delete({ where: { id } }),
}

const invitations: Table<RowOf['invitations']> = {
  async find(tx, networkId, id) {
    const found = await tx.invitation.findFirst({ where: { networkId, id } })
    return found && invitationRow(found)
  },
  insert: async (tx, networkId, row) => invitationRow(await tx.invitation.create({ data: { ...row, networkId } })),
  update: async (tx, id, patch) => invitationRow(await tx.invitation.update({ where: { id }, data: patch })),
  remove: (tx, id) => tx.invitation.delete({ where: { id } }),
}

/** How each kind of row is read and written. */
export const tables: { readonly [K in RowKind]: Table<RowOf[K]> } = {
  networks,
  cidrs,
  peers,
  associations,
  invitations,
}
