import { Refusal, type ReleaseAddress } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

/**
 * Gives the address of a deleted peer back to its CIDR. The tombstone goes with it, and what is left of its invitations.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a peer that is not deleted
 */
export function releaseAddress(ctx: Ctx, input: ReleaseAddress): Promise<void> {
  return write(ctx, { networkId: input.networkId, kind: 'address.released' }, async (tx) => {
    const peer = await tx.peer(input.peerId)
    if (!peer) throw new Refusal('not-found', 'There is no such peer in this network.', 'peerId')
    if (peer.deletedAt === null) {
      const why = `${peer.name} is not deleted and uses ${peer.address}; delete it first, or move it.`
      throw new Refusal('rule-broken', why, 'peerId')
    }
    for (const invitation of await tx.invitationsOf(peer.id)) await tx.remove('invitations', invitation.id)
    await tx.remove('peers', peer.id)
  })
}
