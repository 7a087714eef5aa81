import { type DeletePeer, type PeerRow, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { endOpenInvitations } from '../invitation/open.ts'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Deletes a peer and ends its invitations. A tombstone keeps the address until an admin releases it.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a hub
 */
export function deletePeer(ctx: Ctx, input: DeletePeer): Promise<PeerRow> {
  return write(ctx, { networkId: input.networkId, kind: 'peer.deleted' }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    if (peer.kind === 'hub') {
      const why = `${peer.name} is a hub and cannot be deleted: the network's agents reach the console through it.`
      throw new Refusal('rule-broken', why, 'peerId')
    }
    const now = new Date()
    await endOpenInvitations(tx, peer.id, now)
    await tx.setSecretHash(peer.id, null)
    return tx.update('peers', peer.id, { deletedAt: now.toISOString() })
  })
}
