import {
  type AssociationRow,
  Change,
  type CidrRow,
  type InvitationRow,
  type NetworkRow,
  type PeerRow,
} from '@warren/protocol'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import type { Change as ChangeRecord } from './generated/client.ts'
import { associationRow, cidrRow, invitationRow, networkRow, peerRow } from './rows.ts'
import { withoutSecret } from './tables.ts'

/** A whole network as it was at one revision. `peers` has the tombstones too. */
export type Snapshot = {
  network: NetworkRow
  revision: number
  cidrs: CidrRow[]
  peers: PeerRow[]
  associations: AssociationRow[]
  invitations: InvitationRow[]
}

/** All networks, oldest first. Throws Refusal 'unavailable', as every function here does. */
export const listNetworks = (db: Db): Promise<(NetworkRow & { revision: number })[]> =>
  asking(async () => {
    const found = await db.prisma.network.findMany({ orderBy: { id: 'asc' } })
    return found.map((network) => ({ ...networkRow(network), revision: network.revision }))
  })

/** One network whole, or null. All its rows are of the same moment: REPEATABLE READ takes one snapshot. */
export const loadNetwork = (db: Db, networkId: number): Promise<Snapshot | null> =>
  asking(() =>
    db.prisma.$transaction(
      async (tx) => {
        const network = await tx.network.findUnique({ where: { id: networkId } })
        if (!network) return null
        const query = { where: { networkId }, orderBy: { id: 'asc' } } as const
        return {
          network: networkRow(network),
          revision: network.revision,
          cidrs: (await tx.cidr.findMany(query)).map(cidrRow),
          peers: (await tx.peer.findMany({ ...query, omit: withoutSecret })).map(peerRow),
          associations: (await tx.association.findMany(query)).map(associationRow),
          invitations: (await tx.invitation.findMany(query)).map(invitationRow),
        }
      },
      { isolationLevel: 'RepeatableRead', maxWait: 10_000, timeout: 30_000 },
    ),
  )

/** Who may prove itself with a secret. */
const member = { deletedAt: null, redeemedAt: { not: null } }

/** The hashes of the secrets of a network's members, by peer id; see `secretHash`. */
export const secretHashes = (db: Db, networkId: number): Promise<Map<number, string>> =>
  asking(async () => {
    const where = { networkId, ...member, secretHash: { not: null } }
    const found = await db.prisma.peer.findMany({ where, select: { id: true, secretHash: true } })
    return new Map(found.flatMap(({ id, secretHash }) => (secretHash === null ? [] : [[id, secretHash] as const])))
  })

/**
 * The hash of one member's secret, or null. A peer that was deleted or invited again keeps its row's, so that it is in
 * again when that is undone, but until then it counts for nothing.
 */
export const secretHash = (db: Db, peerId: number): Promise<string | null> =>
  asking(async () => {
    const where = { id: peerId, ...member }
    const found = await db.prisma.peer.findFirst({ where, select: { secretHash: true } })
    return found?.secretHash ?? null
  })

/** The changes after `revision`, oldest first, at most `limit`. */
export const changesSince = (db: Db, networkId: number, revision: number, limit: number): Promise<Change[]> =>
  asking(async () => {
    const where = { networkId, revision: { gt: revision } }
    return (await db.prisma.change.findMany({ where, orderBy: { revision: 'asc' }, take: limit })).map(changeOf)
  })

/** The latest changes, or those before a revision: newest first, at most `limit`. */
export const recentChanges = (
  db: Db,
  networkId: number,
  page: { before?: number | undefined; limit: number },
): Promise<Change[]> =>
  asking(async () => {
    const where = { networkId, ...(page.before === undefined ? {} : { revision: { lt: page.before } }) }
    return (await db.prisma.change.findMany({ where, orderBy: { revision: 'desc' }, take: page.limit })).map(changeOf)
  })

/** The log is JSON that an older version of this program may have written, so it is parsed, not believed. */
export const changeOf = (record: ChangeRecord): Change => Change.parse({ ...record, at: record.at.toISOString() })
