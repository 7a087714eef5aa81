'use client'

import type { PrivateKey } from '@warren/protocol'
import { useState } from 'react'
import { handoutOf } from '~/features/invitations/handout.ts'
import type { Invited } from '~/features/invitations/handout-dialog.tsx'
import { HandoutManyDialog } from '~/features/invitations/handout-many-dialog.tsx'
import { makeKeyPair } from '~/features/invitations/key-pair.ts'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Member } from '~/features/network/plan.ts'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import { Bar } from '~/ui/tag.tsx'
import { useSorted } from './many-dialog.tsx'
import { Named, Unable } from './many-parts.tsx'
import { usePeerChanges } from './use-peer-changes.ts'

type ManyProps = { peers: readonly Member[]; onClose: () => void; onDone: () => void }

/** Invites many peers again, as one change: key pairs are made here, and all invitations can be saved at once. */
export function ReinviteManyDialog({ peers, onClose, onDone }: ManyProps) {
  const [invited, setInvited] = useState<readonly Invited[] | null>(null)
  if (invited) return <HandoutManyDialog invited={invited} onClose={onDone} />
  return <Ask peers={peers} onClose={onClose} onInvited={setInvited} />
}

type AskProps = { peers: readonly Member[]; onClose: () => void; onInvited: (invited: readonly Invited[]) => void }

function Ask({ peers, onClose, onInvited }: AskProps) {
  const { able, unable } = useSorted('re-invite', peers)
  const joined = able.filter((peer) => peer.redeemedAt !== null)
  const intent = { kind: 're-invite-many', peers: joined.map((peer) => peer.id) } as const
  const trial = useTrialChoice(joined.length > 0 ? intent : null)
  const { invite, made, busy, error } = useInviteMany(able, onInvited)
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Re-invite ${counted(able.length, 'peer')}?`}
      description="They keep their names, addresses and places."
    >
      <div className="grid gap-3">
        {able.length > 0 && <Named peers={able} />}
        {able.length > 0 && <p>{lossOf(able)}</p>}
        <Unable unable={unable} />
        {joined.length > 0 && <EffectNote intent={intent} />}
        <TrialNote trial={trial} />
        {busy && (
          <div role="status">
            <p className="text-muted">
              {made < able.length ? `${count(made)} of ${count(able.length)} key pairs made` : 'Saving'}
            </p>
            <Bar share={made / Math.max(1, able.length)} className="mt-1 w-full" />
          </div>
        )}
        <FormError>{Boolean(error) && sentenceOf(error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone={joined.length > 0 ? 'danger' : 'solid'}
            busy={busy}
            onClick={() => void invite()}
            whyNot={able.length === 0 ? 'It can be done to none of them' : null}
          >
            Re-invite {counted(able.length, 'peer')}
          </Button>
        </Actions>
      </div>
    </Dialog>
  )
}

function lossOf(peers: readonly Member[]): string {
  const cut = peers.filter((peer) => peer.kind === 'agent' && peer.redeemedAt !== null).length
  const devices = peers.filter((peer) => peer.kind === 'device').length
  const parts = [
    ...(cut > 0 ? [`${counted(cut, 'agent')} cut off at once until joined again`] : []),
    ...(devices > 0 ? [`${counted(devices, 'device')} whose present configuration stops working at once`] : []),
  ]
  const lost = parts.length > 0 ? `That is ${parts.join(' and ')}. ` : ''
  return `${lost}Earlier invitations stop working.`
}

/** Key pairs made before the page is let draw again: some 10 ms of work. */
const AT_ONCE = 20

/** Makes a key pair for each peer, then all invitations in one change. The private keys never leave this page. */
function useInviteMany(peers: readonly Member[], onInvited: (invited: readonly Invited[]) => void) {
  const { inviteMany, networkId } = usePeerChanges()
  const [made, setMade] = useState(0)
  const [making, setMaking] = useState(false)
  const invite = async () => {
    setMaking(true)
    const keys = new Map<number, PrivateKey>()
    const invitations: { peerId: number; temporaryKey: ReturnType<typeof makeKeyPair>['publicKey'] }[] = []
    for (const peer of peers) {
      const { privateKey, publicKey } = makeKeyPair()
      keys.set(peer.id, privateKey)
      invitations.push({ peerId: peer.id, temporaryKey: publicKey })
      if (keys.size % AT_ONCE > 0) continue
      setMade(keys.size)
      await new Promise((resolve) => setTimeout(resolve))
    }
    setMade(keys.size)
    const answers = await inviteMany.mutateAsync({ networkId, invitations }).catch(() => null)
    setMaking(false)
    if (answers) onInvited(answers.flatMap(({ peer, join }) => invitedOf(peer, join, keys.get(peer.id))))
  }
  return { invite, made, busy: making, error: inviteMany.error }
}

type Answer = NonNullable<ReturnType<typeof usePeerChanges>['inviteMany']['data']>[number]

function invitedOf(peer: Answer['peer'], join: Answer['join'], privateKey: PrivateKey | undefined): Invited[] {
  if (!privateKey) return []
  const kind = peer.kind === 'device' ? 'device' : 'agent'
  const handout = handoutOf(kind, join, privateKey)
  return [{ peerId: peer.id, name: peer.name, expiresAt: join.expiresAt, handout }]
}
