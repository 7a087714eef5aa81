import type { Writer } from '@warren/db'
import { invitationState } from '@warren/protocol'

/** Revokes the invitations of peers that could still be redeemed. */
export async function endOpenInvitations(tx: Writer, peerIds: readonly number[], now: Date): Promise<void> {
  const open = (await tx.invitationsOf(...peerIds)).filter((row) => invitationState(row, now) === 'open')
  await tx.updateMany(
    'invitations',
    open.map(({ id }) => ({ id, patch: { revokedAt: now.toISOString() } })),
  )
}
