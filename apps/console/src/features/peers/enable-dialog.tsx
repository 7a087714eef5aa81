'use client'

import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Member } from '~/features/network/plan.ts'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { usePeerChanges } from './use-peer-changes.ts'

/** Cuts a peer off, or lets it back in; shows first which pairs that touches. */
export function EnableDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  const { setEnabled, networkId } = usePeerChanges()
  const enabled = !peer.enabled
  const trial = useTrialChoice({ kind: 'enable', peer: peer.id, enabled })
  const word = enabled ? 'Enable' : 'Disable'
  const explanation = enabled
    ? 'Every node that may reach it gets its key again. It need not be invited again.'
    : 'Every node drops its key at once. Its address and its place stay, and it can be enabled again.'
  return (
    <Dialog open onClose={onClose} title={`${word} ${peer.name}?`} description={explanation}>
      <div className="grid gap-3">
        <EffectNote intent={{ kind: 'enable', peer: peer.id, enabled }} />
        <TrialNote trial={trial} />
        <FormError>{setEnabled.error && sentenceOf(setEnabled.error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone={enabled ? 'solid' : 'danger'}
            busy={setEnabled.isPending}
            onClick={() =>
              setEnabled.mutate({ networkId, peerId: peer.id, enabled, ...trial.input }, { onSuccess: onClose })
            }
          >
            {word}
          </Button>
        </Actions>
      </div>
    </Dialog>
  )
}
