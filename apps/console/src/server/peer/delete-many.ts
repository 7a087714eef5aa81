import type { DeletePeers, PeerRow } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { bury } from './delete-peer.ts'
import { peersOf } from './many.ts'

/**
 * Deletes many peers as one change: all of them or none. Their addresses stay taken, as with one.
 * @throws Refusal not-found (peerIds), rule-broken (peerIds) for a hub, naming it
 */
export function deleteMany(ctx: Ctx, input: DeletePeers): Promise<PeerRow[]> {
  const { networkId, peerIds, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'peers.deleted', confirmWithinS }, async (tx) =>
    bury(tx, await peersOf(tx, peerIds), 'peerIds'),
  )
}
