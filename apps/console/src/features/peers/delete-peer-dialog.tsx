'use client'

import { useRouter } from 'next/navigation'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Member } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { usePeerChanges } from './use-peer-changes.ts'

/** Deletes a peer; names what is lost, and what stays. */
export function DeletePeerDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  const { plan } = useNetwork()
  const { remove, networkId } = usePeerChanges()
  const router = useRouter()
  const trial = useTrialChoice({ kind: 'delete-peer', peer: peer.id })
  const gone = () => {
    onClose()
    router.push(to.peers({ network: plan.network.name }))
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Delete ${peer.name}?`}
      action="Delete peer"
      busy={remove.isPending}
      error={remove.error && sentenceOf(remove.error)}
      // Not with the call: its callbacks are dropped when the news of it come first and take this dialog away.
      onConfirm={() =>
        void remove.mutateAsync({ networkId, peerId: peer.id, ...trial.input }).then(gone, () => undefined)
      }
    >
      <p>
        It loses its key, its name and its invitations, and can only come back as a new peer. Its address {peer.address}{' '}
        stays taken until you release it.
      </p>
      <EffectNote intent={{ kind: 'delete-peer', peer: peer.id }} />
      <TrialNote trial={trial} />
    </Confirm>
  )
}
