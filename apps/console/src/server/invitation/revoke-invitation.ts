import { type InvitationRow, invitationState, Refusal, type RevokeInvitation } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

/**
 * Ends an invitation that nobody has used yet. The peer stays and can be invited again.
 * @throws Refusal not-found (invitationId), conflict (invitationId) when it has ended already, telling how
 */
export function revokeInvitation(ctx: Ctx, input: RevokeInvitation): Promise<InvitationRow> {
  return write(ctx, { networkId: input.networkId, kind: 'invitation.revoked' }, async (tx) => {
    const invitation = await tx.invitation(input.invitationId)
    if (!invitation) {
      throw new Refusal('not-found', 'There is no such invitation in this network.', 'invitationId')
    }
    const now = new Date()
    const state = invitationState(invitation, now)
    if (state !== 'open') throw new Refusal('conflict', whyEnded[state], 'invitationId')
    return tx.update('invitations', invitation.id, { revokedAt: now.toISOString() })
  })
}

const whyEnded = {
  used: 'The invitation was used, so there is nothing to revoke; disable or delete the peer instead.',
  revoked: 'The invitation was revoked already.',
  expired: 'The invitation has expired, so there is nothing to revoke.',
}
