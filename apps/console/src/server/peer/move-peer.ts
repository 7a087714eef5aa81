import { type MovePeer, type PeerRow, Refusal } from '@warren/protocol'
import { cidrOf, plansOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peerOf, seatFor } from './seat.ts'

/**
 * Moves a peer to another CIDR, where it gets new addresses unless its present ones may stay; or gives it others in the
 * CIDR it is in.
 * @throws Refusal not-found (peerId, cidrId), rule-broken (peerId for a hub, address, address6, cidrId when full)
 */
export function movePeer(ctx: Ctx, input: MovePeer): Promise<PeerRow> {
  const { networkId, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'peer.moved', confirmWithinS }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    refuseHubMove([peer], 'peerId')
    const plans = plansOf(await tx.cidrs())
    const cidrId = cidrOf(plans.first, input.cidrId, 'cidrId').id
    const { address, address6 } = input
    const seat = await seatFor(tx, plans, { cidrId, address, address6, present: peer })
    return tx.update('peers', peer.id, { cidrId, ...seat })
  })
}

/** Refuses, at `field`, to give a hub another place. */
export function refuseHubMove(peers: readonly PeerRow[], field: string): void {
  const hub = peers.find((peer) => peer.kind === 'hub')
  if (!hub) return
  const why = `${hub.name} is a hub and stays where it is: every agent and every open invitation knows its address.`
  throw new Refusal('rule-broken', why, field)
}
