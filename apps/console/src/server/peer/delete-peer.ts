import type { Writer } from '@warren/db'
import { type DeletePeer, type PeerRow, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { endOpenInvitations } from '../invitation/open.ts'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Deletes a peer and ends its invitations. A tombstone keeps the address until an admin releases it, and what the peer
 * proves itself with, so that it is in again at once when the deletion is undone.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a hub
 */
export function deletePeer(ctx: Ctx, input: DeletePeer): Promise<PeerRow> {
  const { networkId, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'peer.deleted', confirmWithinS }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    const [row] = await bury(tx, [peer], 'peerId')
    return row ?? peer
  })
}

/** Deletes peers and ends their invitations; refuses a hub at `field`. */
export async function bury(tx: Writer, peers: readonly PeerRow[], field: string): Promise<PeerRow[]> {
  const hub = peers.find((peer) => peer.kind === 'hub')
  if (hub) {
    const why = `${hub.name} is a hub and cannot be deleted: the network's agents reach the console through it.`
    throw new Refusal('rule-broken', why, field)
  }
  const now = new Date()
  const ids = peers.map(({ id }) => id)
  await endOpenInvitations(tx, ids, now)
  return tx.updateMany(
    'peers',
    ids.map((id) => ({ id, patch: { deletedAt: now.toISOString() } })),
  )
}
