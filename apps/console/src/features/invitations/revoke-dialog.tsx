'use client'

import { usePeerChanges } from '~/features/peers/use-peer-changes.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Confirm } from '~/ui/dialog.tsx'
import type { InvitationView } from './invitation-views.ts'

/** Ends an invitation that nobody has used yet; names what that leaves behind. */
export function RevokeDialog({ view, onClose }: { view: InvitationView; onClose: () => void }) {
  const { revoke, networkId } = usePeerChanges()
  const { row, name, peer } = view
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Revoke the invitation of ${name}?`}
      action="Revoke invitation"
      busy={revoke.isPending}
      error={revoke.error && sentenceOf(revoke.error)}
      onConfirm={() => row && revoke.mutate({ networkId, invitationId: row.id }, { onSuccess: onClose })}
    >
      <p>
        Whoever has it cannot join with it any more, as a file, a token, an install line or a QR code alike. That cannot
        be undone; re-issue makes a new one.
      </p>
      <p>
        {name} stays as a peer that never joined, and {peer ? `keeps ${peer.address}` : 'its address stays taken'}.
      </p>
    </Confirm>
  )
}
