import type { Writer } from '@warren/db'
import type { InvitationRow } from '@warren/protocol'

const HOUR_MS = 3_600_000

/** Opens an invitation for a peer, for as many hours as its network grants. */
export function insertInvitation(
  tx: Writer,
  of: { peerId: number; temporaryKey: string },
  now: Date,
): Promise<InvitationRow> {
  const expiresAt = new Date(now.getTime() + tx.network.invitationHours * HOUR_MS)
  return tx.insert('invitations', {
    ...of,
    createdAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
    redeemedAt: null,
    revokedAt: null,
  })
}
