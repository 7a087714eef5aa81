'use client'

import type { PeerRow } from '@warren/protocol'
import { addressesOf } from '~/features/network/families.ts'
import { usePeerChanges } from '~/features/peers/use-peer-changes.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Confirm } from '~/ui/dialog.tsx'

/** Gives the address of a deleted peer back; says what that may confuse. */
export function ReleaseDialog({ peer, onClose }: { peer: PeerRow; onClose: () => void }) {
  const { release, networkId } = usePeerChanges()
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Release ${addressesOf(peer).join(' and ')}?`}
      action="Release address"
      busy={release.isPending}
      error={release.error && sentenceOf(release.error)}
      onConfirm={() => release.mutate({ networkId, peerId: peer.id }, { onSuccess: onClose })}
    >
      <p>
        The next peer may get it. Whatever still takes {addressesOf(peer).join(' or ')} for {peer.name} (a firewall, a
        note, a habit) will then mean somebody else.
      </p>
    </Confirm>
  )
}
