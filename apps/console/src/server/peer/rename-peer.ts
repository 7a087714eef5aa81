import type { PeerRow, RenamePeer } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peerOf, refuseTakenName } from './seat.ts'

/**
 * Gives a peer another name.
 * @throws Refusal not-found (peerId), conflict (name)
 */
export function renamePeer(ctx: Ctx, input: RenamePeer): Promise<PeerRow> {
  return write(ctx, { networkId: input.networkId, kind: 'peer.renamed' }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    await refuseTakenName(tx, input.name, peer.id)
    return tx.update('peers', peer.id, { name: input.name })
  })
}
