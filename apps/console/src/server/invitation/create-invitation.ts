import type { Writer } from '@warren/db'
import { type CreateInvitation, type PeerRow, Refusal } from '@warren/protocol'
import { treeOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { hubIdOf } from '../hub/hub-id.ts'
import { peerOf } from '../peer/seat.ts'
import { refuseUsedKey } from '../peer/used-key.ts'
import { write } from '../write.ts'
import { insertInvitation } from './insert-invitation.ts'
import { doorOf, type Invited, joinFacts } from './join-facts.ts'
import { endOpenInvitations } from './open.ts'

/**
 * Invites a peer again: earlier invitations end, and its key and secret stop working at once. A device gets the new key
 * instead of its old one.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a hub or a disabled peer, conflict (temporaryKey),
 * unavailable while the hub has no key
 */
export async function createInvitation(ctx: Ctx, input: CreateInvitation): Promise<Invited> {
  const hubId = await hubIdOf(ctx.db, input.networkId)
  return write(ctx, { networkId: input.networkId, kind: 'invitation.created' }, async (tx) => {
    const before = await peerOf(tx, input.peerId)
    refuseUninvitable(before)
    await refuseUsedKey(tx, { key: input.temporaryKey, field: 'temporaryKey' })
    const tree = treeOf(await tx.cidrs())
    const door = await doorOf(tx, hubId)

    const now = new Date()
    await endOpenInvitations(tx, before.id, now)
    const peer = await (before.kind === 'device' ? newKey : unredeem)(tx, before, { key: input.temporaryKey, now })
    const invitation =
      before.kind === 'device'
        ? null
        : await insertInvitation(tx, { peerId: peer.id, temporaryKey: input.temporaryKey }, now)
    return { peer, invitation, join: joinFacts(tx, tree, { door, peer, invitation }) }
  })
}

function refuseUninvitable(peer: PeerRow): void {
  if (peer.kind === 'hub') {
    throw new Refusal(
      'rule-broken',
      `${peer.name} is a hub; it makes its own key and joins by no invitation.`,
      'peerId',
    )
  }
  if (peer.enabled) return
  throw new Refusal(
    'rule-broken',
    `${peer.name} is disabled, so its invitation would not work; enable it first.`,
    'peerId',
  )
}

type Renewal = { key: string; now: Date }

const newKey = (tx: Writer, peer: PeerRow, { key, now }: Renewal): Promise<PeerRow> =>
  tx.update('peers', peer.id, { publicKey: key, redeemedAt: now.toISOString() })

async function unredeem(tx: Writer, peer: PeerRow): Promise<PeerRow> {
  await tx.setSecretHash(peer.id, null)
  return tx.update('peers', peer.id, { publicKey: null, redeemedAt: null })
}
