'use client'

import { useState } from 'react'
import { handoutOf } from '~/features/invitations/handout.ts'
import { HandoutDialog, type Invited } from '~/features/invitations/handout-dialog.tsx'
import { makeKeyPair } from '~/features/invitations/key-pair.ts'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Member } from '~/features/network/plan.ts'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { usePeerChanges } from './use-peer-changes.ts'

/** Invites a peer again: earlier invitations end, and its present key stops working. */
export function ReinviteDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  const [invited, setInvited] = useState<Invited | null>(null)
  if (invited) return <HandoutDialog invited={invited} onClose={onClose} />
  return <Ask peer={peer} onClose={onClose} onInvited={setInvited} />
}

function Ask({
  peer,
  onClose,
  onInvited,
}: {
  peer: Member
  onClose: () => void
  onInvited: (invited: Invited) => void
}) {
  const { invite, networkId } = usePeerChanges()
  const kind = peer.kind === 'device' ? 'device' : 'agent'
  const joined = peer.redeemedAt !== null
  const trial = useTrialChoice({ kind: 're-invite', peer: peer.id })
  const issue = () => {
    const { privateKey, publicKey } = makeKeyPair()
    invite.mutate(
      { networkId, peerId: peer.id, temporaryKey: publicKey },
      {
        onSuccess: ({ join }) =>
          onInvited({
            peerId: peer.id,
            name: peer.name,
            expiresAt: join.expiresAt,
            handout: handoutOf(kind, join, privateKey),
          }),
      },
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={kind === 'device' ? `A new configuration for ${peer.name}?` : `Re-invite ${peer.name}?`}
      description="It keeps its name, its address and its place."
    >
      <div className="grid gap-3">
        <p>{lossOf(kind, joined)}</p>
        {joined && kind === 'agent' && <EffectNote intent={{ kind: 're-invite', peer: peer.id }} />}
        {joined && <TrialNote trial={trial} />}
        <FormError>{invite.error && sentenceOf(invite.error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone={joined ? 'danger' : 'solid'} busy={invite.isPending} onClick={issue}>
            {kind === 'device' ? 'Make it' : 'Re-invite'}
          </Button>
        </Actions>
      </div>
    </Dialog>
  )
}

function lossOf(kind: 'agent' | 'device', joined: boolean): string {
  if (kind === 'device') {
    return 'The configuration on the device stops working at once, and a new one is made, with a new key: the present one is only on the device.'
  }
  if (joined) return 'It is cut off at once, until it joins again with the new invitation.'
  return 'Its earlier invitation stops working, and a new one is made.'
}
