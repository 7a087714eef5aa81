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

/** Revokes the invitations of peers that could still be redeemed. */
export async function endOpenInvitations(tx: Writer, peerIds: readonly number[], now: Date): Promise<void> {
  const open = (await tx.invitationsOf(...peerIds)).filter((row) => invitationState(row, now) === 'open')
  await tx.updateMany(
    'invitations',
    open.map(({ id }) => ({ id, patch: { revokedAt: now.toISOString() } })),
  )
}
