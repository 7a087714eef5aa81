import type { MovePeers, PeerRow } from '@warren/protocol'
import { cidrOf, plansOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peersOf } from './many.ts'
import { refuseHubMove } from './move-peer.ts'
import { seatsFor } from './seats.ts'

/**
 * Moves many peers into one CIDR as one change: all of them or none. Each keeps its address if that may stay, else gets
 * the next free one there.
 * @throws Refusal not-found (peerIds, cidrId), rule-broken (peerIds for a hub, naming it; cidrId when they do not all
 * fit, saying how many do)
 */
export function moveMany(ctx: Ctx, input: MovePeers): Promise<PeerRow[]> {
  const { networkId, peerIds, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'peers.moved', confirmWithinS }, async (tx) => {
    const peers = await peersOf(tx, peerIds)
    refuseHubMove(peers, 'peerIds')
    const plans = plansOf(await tx.cidrs())
    const cidrId = cidrOf(plans.first, input.cidrId, 'cidrId').id
    const seats = await seatsFor(tx, plans, { cidrId, peers })
    return tx.updateMany(
      'peers',
      seats.map(({ id, ...seat }) => ({ id, patch: { cidrId, ...seat } })),
    )
  })
}
