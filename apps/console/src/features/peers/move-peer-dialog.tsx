'use client'

import { useState } from 'react'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Intent } from '~/features/network/intent.ts'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, Select } from '~/ui/field.tsx'
import { nextFreeAddress } from './address.ts'
import { usePeerChanges } from './use-peer-changes.ts'

/** Moves a peer to another CIDR, `to` at first, where it gets a new address; shows first what that opens and cuts. */
export function MovePeerDialog({ peer, to, onClose }: { peer: Member; to?: number; onClose: () => void }) {
  const { plan } = useNetwork()
  const { move, networkId } = usePeerChanges()
  const rights = useRights()
  const [cidrId, setCidrId] = useState<number | null>(to ?? null)
  const intent: Intent | null = cidrId === null ? null : { kind: 'move', peer: peer.id, to: cidrId }
  const trial = useTrialChoice(intent)
  const address = cidrId === null ? null : nextFreeAddress(plan, cidrId)
  const save = () =>
    cidrId !== null && move.mutate({ networkId, peerId: peer.id, cidrId, ...trial.input }, { onSuccess: onClose })
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Move ${peer.name}`}
      description={`It is ${peer.address} in ${plan.tree.get(peer.cidrId)?.name} now.`}
    >
      <div className="grid gap-3">
        <Field label="To CIDR" hint={address ? `It becomes ${address}.` : undefined}>
          {(control) => (
            <Select {...control} value={cidrId ?? ''} onChange={(event) => setCidrId(Number(event.target.value))}>
              <option value="" disabled>
                Choose a CIDR
              </option>
              <CidrOptions
                tree={plan.tree}
                whyNot={(id) => (id === peer.cidrId ? 'it is here now' : rights.mayAddTo(id) ? null : 'not yours')}
              />
            </Select>
          )}
        </Field>
        {intent && <EffectNote intent={intent} />}
        <TrialNote trial={trial} />
        <FormError>{move.error && sentenceOf(move.error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="solid"
            busy={move.isPending}
            onClick={save}
            whyNot={rights.whyNotPeer(peer) ?? (cidrId === null ? 'Choose a CIDR first' : rights.whyNotInside(cidrId))}
          >
            Move
          </Button>
        </Actions>
      </div>
    </Dialog>
  )
}
