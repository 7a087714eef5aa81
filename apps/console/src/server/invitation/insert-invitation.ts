import type { New, Writer } from '@warren/db'
import type { InvitationRow, NetworkRow } from '@warren/protocol'

const HOUR_MS = 3_600_000

/** Whom an invitation is for. `expiresAt` left out: it is open for as many hours as its network grants. */
type For = { peerId: number; temporaryKey: string; expiresAt?: string | undefined }

/** An invitation for a peer that is open from `now` on. */
export function openInvitation(
  network: NetworkRow,
  { peerId, temporaryKey, expiresAt }: For,
  now: Date,
): New<InvitationRow> {
  return {
    peerId,
    temporaryKey,
    createdAt: now.toISOString(),
    expiresAt: expiresAt ?? new Date(now.getTime() + network.invitationHours * HOUR_MS).toISOString(),
    redeemedAt: null,
    revokedAt: null,
  }
}

/** Opens an invitation for a peer. */
export const insertInvitation = (tx: Writer, of: For, now: Date): Promise<InvitationRow> =>
  tx.insert('invitations', openInvitation(tx.network, of, now))
