import { type CreateInvitations, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { hubIdOf } from '../hub/hub-id.ts'
import { peersOf } from '../peer/many.ts'
import { write } from '../write.ts'
import { invite } from './invite.ts'
import type { Invited } from './join-facts.ts'

/**
 * Invites many peers again as one change: all of them or none. Answers in the order given.
 * @throws Refusal bad-input (invitations) for a peer that comes twice, not-found (peerIds), rule-broken (invitations)
 * for a hub or a disabled peer, naming it, conflict (invitations) for a key in use, unavailable while the hub has no key
 */
export async function createMany(ctx: Ctx, input: CreateInvitations): Promise<Invited[]> {
  const { networkId, invitations } = input
  const keys = new Map(invitations.map(({ peerId, temporaryKey }) => [peerId, temporaryKey]))
  if (keys.size < invitations.length) {
    throw new Refusal(
      'bad-input',
      'One of these peers comes twice; a peer gets one invitation at a time.',
      'invitations',
    )
  }
  const hubId = await hubIdOf(ctx.db, networkId)
  return write(ctx, { networkId, kind: 'peers.invited' }, async (tx) => {
    const rows = new Map((await peersOf(tx, [...keys.keys()])).map((peer) => [peer.id, peer]))
    const peers = invitations.flatMap(({ peerId, temporaryKey }) => {
      const peer = rows.get(peerId)
      return peer ? [{ peer, temporaryKey }] : []
    })
    return invite(tx, { peers, hubId, fields: { peer: 'invitations', key: 'invitations' } })
  })
}
