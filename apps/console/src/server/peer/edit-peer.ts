import { type EditPeer, type PeerRow, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { given } from '../given.ts'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Changes whether a peer may administer over the mesh, and the endpoint that an admin knows better. What is left out
 * stays as it is.
 * @throws Refusal not-found (peerId), rule-broken (isAdmin) for a device
 */
export function editPeer(ctx: Ctx, input: EditPeer): Promise<PeerRow> {
  return write(ctx, { networkId: input.networkId, kind: 'peer.edited' }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    if (input.isAdmin && peer.kind !== 'agent') {
      const why = `${peer.name} runs no agent of its own, so it cannot administer the network over the mesh.`
      throw new Refusal('rule-broken', why, 'isAdmin')
    }
    const { isAdmin, endpointOverride } = input
    return tx.update('peers', peer.id, given({ isAdmin, endpointOverride }))
  })
}
