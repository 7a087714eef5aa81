import { asking, type Db } from '@warren/db'
import { type PeerKind, Refusal } from '@warren/protocol'

/** @throws Refusal not-found (networkId) */
export async function demandNetwork(db: Db, networkId: number): Promise<void> {
  const found = await asking(() => db.prisma.network.findUnique({ where: { id: networkId }, select: { id: true } }))
  if (!found) throw new Refusal('not-found', 'There is no such network.', 'networkId')
}

/**
 * The kind of a live peer of a network.
 * @throws Refusal not-found (`field`) for peers of other networks, deleted ones and ids that never were, in the same words
 */
export async function kindOfPeer(
  db: Db,
  { networkId, peerId, field }: { networkId: number; peerId: number; field: string },
): Promise<PeerKind> {
  const where = { id: peerId, networkId, deletedAt: null }
  const found = await asking(() => db.prisma.peer.findFirst({ where, select: { kind: true } }))
  if (!found) throw new Refusal('not-found', 'There is no such peer in this network.', field)
  return found.kind
}
