import type { InvitationRow } from './change.ts'

/** How an invitation stands: `open` ones can be redeemed, the others say what ended them first. */
export type InvitationState = 'open' | 'used' | 'revoked' | 'expired'

/** The state of an invitation at a time. Only open ones are revoked, so a revoked one had not expired before. */
export function invitationState(
  invitation: Pick<InvitationRow, 'redeemedAt' | 'revokedAt' | 'expiresAt'>,
  now: Date,
): InvitationState {
  if (invitation.redeemedAt !== null) return 'used'
  if (invitation.revokedAt !== null) return 'revoked'
  return Date.parse(invitation.expiresAt) <= now.getTime() ? 'expired' : 'open'
}
