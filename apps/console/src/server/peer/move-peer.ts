import { type MovePeer, type PeerRow, Refusal } from '@warren/protocol'
import { cidrOf, treeOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peerOf, seatFor } from './seat.ts'

/**
 * Moves a peer to another CIDR, where it gets a new address unless its present one may stay; or gives it another
 * address in the CIDR it is in.
 * @throws Refusal not-found (peerId, cidrId), rule-broken (peerId for a hub, address, cidrId when full)
 */
export function movePeer(ctx: Ctx, input: MovePeer): Promise<PeerRow> {
  const { networkId, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'peer.moved', confirmWithinS }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    refuseHubMove([peer], 'peerId')
    const tree = treeOf(await tx.cidrs())
    const cidrId = cidrOf(tree, input.cidrId, 'cidrId').id
    const address = await seatFor(tx, tree, { cidrId, address: input.address, present: peer.address })
    return tx.update('peers', peer.id, { cidrId, address })
  })
}

/** Refuses, at `field`, to give a hub another place. */
export function refuseHubMove(peers: readonly PeerRow[], field: string): void {
  const hub = peers.find((peer) => peer.kind === 'hub')
  if (!hub) return
  const why = `${hub.name} is a hub and stays where it is: every agent and every open invitation knows its address.`
  throw new Refusal('rule-broken', why, field)
}
