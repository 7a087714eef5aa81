import type { Writer } from '@warren/db'
import type { InvitationRow } from '@warren/protocol'

/** How an invitation stands: `open` ones can be redeemed, the others say what ended them first. */
export type InvitationState = 'open' | 'used' | 'revoked' | 'expired'

/** The state of an invitation at a time. Only open ones are revoked, so a revoked one had not expired before. */
export function invitationState(invitation: InvitationRow, now: Date): InvitationState {
  if (invitation.redeemedAt !== null) return 'used'
  if (invitation.revokedAt !== null) return 'revoked'
  return Date.parse(invitation.expiresAt) <= now.getTime() ? 'expired' : 'open'
}

/** Revokes the invitations of a peer that could still be redeemed. */
export async function endOpenInvitations(tx: Writer, peerId: number, now: Date): Promise<void> {
  for (const invitation of await tx.invitationsOf(peerId)) {
    if (invitationState(invitation, now) !== 'open') continue
    await tx.update('invitations', invitation.id, { revokedAt: now.toISOString() })
  }
}
