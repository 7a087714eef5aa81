'use client'

import { usePeerChanges } from '~/features/peers/use-peer-changes.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Confirm } from '~/ui/dialog.tsx'
import type { InvitationView } from './invitation-views.ts'

/** Ends an invitation that nobody has used yet. */
export function RevokeDialog({ view, onClose }: { view: InvitationView; onClose: () => void }) {
  const { revoke, networkId } = usePeerChanges()
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Revoke the invitation of ${view.name}?`}
      action="Revoke invitation"
      busy={revoke.isPending}
      error={revoke.error && sentenceOf(revoke.error)}
      onConfirm={() => revoke.mutate({ networkId, invitationId: view.row.id }, { onSuccess: onClose })}
    >
      <p>Whoever has it cannot join with it any more. The peer keeps its name and address, and can be invited again.</p>
    </Confirm>
  )
}
