import { asking, type Db } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Sets the endpoint that a peer knows better than the hub, for the peer itself; null takes it away.
 * @throws Refusal not-found when the peer is gone
 */
export async function setOwnEndpoint(
  { db }: { db: Db },
  { peerId, endpoint }: { peerId: number; endpoint: string | null },
): Promise<{ row: PeerRow; changed: boolean }> {
  const select = { networkId: true, name: true } as const
  const peer = await asking(() => db.prisma.peer.findUnique({ where: { id: peerId }, select }))
  if (!peer) throw new Refusal('not-found', 'This peer is not in the network any more.')
  const actor = { kind: 'peer', id: peerId, name: peer.name } as const
  return write({ db, actor }, { networkId: peer.networkId, kind: 'peer.edited' }, async (tx) => {
    const row = await peerOf(tx, peerId)
    if (row.endpointOverride === endpoint) return { row, changed: false }
    return { row: await tx.update('peers', row.id, { endpointOverride: endpoint }), changed: true }
  })
}
