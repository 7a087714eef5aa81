'use client'

import type { CidrNode } from '@warren/cidr'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { useCidrChanges } from './use-cidr-changes.ts'

/** Isolates a CIDR, or ends that; shows first what it does. */
export function IsolateCard({ node, onDone }: { node: CidrNode; onDone: () => void }) {
  const { edit, networkId } = useCidrChanges()
  const whyNot = useRights().whyNotCidr(node.id)
  const isolated = !node.isolated
  const intent = { kind: 'isolate', cidr: node.id, isolated } as const
  const trial = useTrialChoice(intent)
  return (
    <div className="grid gap-3">
      <p className="font-medium">{isolated ? `Isolate ${node.name}?` : `End the isolation of ${node.name}?`}</p>
      <EffectNote intent={intent}>
        {isolated
          ? 'Peers that sit directly in it will not reach each other, whatever the associations say.'
          : 'Peers that sit directly in it will reach each other again.'}
      </EffectNote>
      <TrialNote trial={trial} />
      <FormError>{edit.error && sentenceOf(edit.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="solid"
          busy={edit.isPending}
          whyNot={whyNot}
          onClick={() => edit.mutate({ networkId, cidrId: node.id, isolated, ...trial.input }, { onSuccess: onDone })}
        >
          {isolated ? 'Isolate' : 'End isolation'}
        </Button>
      </Actions>
    </div>
  )
}
