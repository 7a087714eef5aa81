'use client'

import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { useCidrChanges } from './use-cidr-changes.ts'

/** Takes an association away; shows first which pairs that cuts. */
export function DissociateCard({ association, onDone }: { association: number; onDone: () => void }) {
  const { plan } = useNetwork()
  const { dissociate, networkId } = useCidrChanges()
  const intent = { kind: 'dissociate', association } as const
  const trial = useTrialChoice(intent)
  const rights = useRights()
  const row = plan.associations.find((other) => other.id === association)
  if (!row) return <p>This association is gone already.</p>
  const [a, b] = [plan.tree.get(row.a)?.name, plan.tree.get(row.b)?.name]
  return (
    <div className="grid gap-3">
      <p className="font-medium">
        Remove the association {a} – {b}?
      </p>
      <EffectNote intent={intent} />
      <TrialNote trial={trial} />
      <FormError>{dissociate.error && sentenceOf(dissociate.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="danger"
          busy={dissociate.isPending}
          whyNot={rights.whyNotAssociation(row)}
          onClick={() =>
            dissociate.mutate({ networkId, associationId: association, ...trial.input }, { onSuccess: onDone })
          }
        >
          Remove association
        </Button>
      </Actions>
    </div>
  )
}
