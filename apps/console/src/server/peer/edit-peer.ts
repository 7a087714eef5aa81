import type { Writer } from '@warren/db'
import { type EditPeer, type Handed, handedOf, type PeerRow, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { given } from '../given.ts'
import { hubIdOf } from '../hub/hub-id.ts'
import { doorOf, joinFacts } from '../invitation/join-facts.ts'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Changes whether a peer may administer over the mesh, the endpoint that an admin knows better, how its agent polls, and
 * what a device's configuration is known to say: with `handed`, what it has to. What is left out stays as it is.
 * @throws Refusal not-found (peerId), rule-broken (isAdmin, pollHoldS, pollEveryS) for a device, (handed) for others,
 * unavailable (handed) while the hub has no key
 */
export async function editPeer(ctx: Ctx, input: EditPeer): Promise<PeerRow> {
  const hubId = input.handed ? await hubIdOf(ctx.db, input.networkId) : null
  return write(ctx, { networkId: input.networkId, kind: 'peer.edited' }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    if (input.isAdmin && peer.kind !== 'agent') {
      const why = `${peer.name} runs no agent of its own, so it cannot administer the network over the mesh.`
      throw new Refusal('rule-broken', why, 'isAdmin')
    }
    if ((input.pollHoldS ?? input.pollEveryS) !== undefined && peer.kind !== 'agent') {
      const why = `${peer.name} runs no agent of its own that polls.`
      throw new Refusal('rule-broken', why, input.pollHoldS === undefined ? 'pollEveryS' : 'pollHoldS')
    }
    const { isAdmin, endpointOverride, pollHoldS, pollEveryS } = input
    const handed = input.handed ? await handedByHand(tx, peer, hubId) : undefined
    return tx.update('peers', peer.id, given({ isAdmin, endpointOverride, pollHoldS, pollEveryS, handed }))
  })
}

async function handedByHand(tx: Writer, peer: PeerRow, hubId: number | null): Promise<Handed> {
  if (peer.kind !== 'device') {
    throw new Refusal('rule-broken', `${peer.name} has an agent, which configures itself.`, 'handed')
  }
  const door = await doorOf(tx, hubId)
  return handedOf(joinFacts(tx, await tx.cidrs(), { door, peer, invitation: null }))
}
