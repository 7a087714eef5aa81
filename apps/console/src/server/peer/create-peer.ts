import { type CreatePeer, handedOf, Refusal } from '@warren/protocol'
import { cidrOf, plansOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { hubIdOf } from '../hub/hub-id.ts'
import { insertInvitation } from '../invitation/insert-invitation.ts'
import { doorOf, type Invited, joinFacts } from '../invitation/join-facts.ts'
import { write } from '../write.ts'
import { refuseTakenName, seatFor } from './seat.ts'
import { refuseUsedKey } from './used-key.ts'

/**
 * Adds a peer. An agent gets an invitation for the temporary key given; a device is a member at once, with the key given.
 * @throws Refusal not-found (cidrId), conflict (name, publicKey), rule-broken (address, address6, isAdmin, cidrId when
 * full), unavailable while the hub has no key
 */
export async function createPeer(ctx: Ctx, input: CreatePeer): Promise<Invited> {
  const hubId = await hubIdOf(ctx.db, input.networkId)
  return write(ctx, { networkId: input.networkId, kind: 'peer.created' }, async (tx) => {
    const cidrs = await tx.cidrs()
    const plans = plansOf(cidrs)
    const cidrId = cidrOf(plans.first, input.cidrId, 'cidrId').id
    const device = input.kind === 'device'

    await refuseTakenName(tx, input.name)
    if (device && input.isAdmin) {
      throw new Refusal('rule-broken', 'A device runs no agent, so it cannot administer over the mesh.', 'isAdmin')
    }
    await refuseUsedKey(tx, { key: input.publicKey, field: 'publicKey' })
    const seat = await seatFor(tx, plans, { cidrId, address: input.address, address6: input.address6 })
    const door = await doorOf(tx, hubId)

    const now = new Date()
    const peer = await tx.insert('peers', {
      cidrId,
      ...seat,
      name: input.name,
      kind: input.kind,
      publicKey: device ? input.publicKey : null,
      enabled: true,
      isAdmin: input.isAdmin,
      listenPort: input.listenPort ?? null,
      endpointOverride: null,
      redeemedAt: device ? now.toISOString() : null,
      deletedAt: null,
    })
    const invitation = device
      ? null
      : await insertInvitation(tx, { peerId: peer.id, temporaryKey: input.publicKey, expiresAt: input.expiresAt }, now)
    const join = joinFacts(tx, cidrs, { door, peer, invitation })
    const handed = device ? { handed: handedOf(join) } : null
    return { peer: handed ? await tx.update('peers', peer.id, handed) : peer, invitation, join }
  })
}
