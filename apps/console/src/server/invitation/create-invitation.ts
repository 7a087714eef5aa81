import type { CreateInvitation } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { hubIdOf } from '../hub/hub-id.ts'
import { peerOf } from '../peer/seat.ts'
import { write } from '../write.ts'
import { invite } from './invite.ts'
import type { Invited } from './join-facts.ts'

/**
 * Invites a peer again, see `invite`.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a hub or a disabled peer, conflict (temporaryKey),
 * unavailable while the hub has no key
 */
export async function createInvitation(ctx: Ctx, input: CreateInvitation): Promise<Invited> {
  const { networkId, peerId, temporaryKey } = input
  const hubId = await hubIdOf(ctx.db, networkId)
  return write(ctx, { networkId, kind: 'invitation.created' }, async (tx) => {
    const peer = await peerOf(tx, peerId)
    const fields = { peer: 'peerId', key: 'temporaryKey' }
    const [invited] = await invite(tx, { peers: [{ peer, temporaryKey }], hubId, fields })
    if (!invited) throw new Error('an invitation was asked for and none was made')
    return invited
  })
}
