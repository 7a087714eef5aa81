'use client'

import { type CidrNode, explainResize, formatPrefix, type ResizeChoice, resizeChoices } from '@warren/cidr'
import { useMemo, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { type Choice, ChoiceList } from './choice-list.tsx'
import { type DraftSink, useDrafted } from './drafts.ts'
import { seatedAbove, seatedIn } from './seats.ts'
import { addressesIn } from './sizes.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

/** Grows or shrinks a CIDR: every size that it could have stands there, those that do not fit with the reason. */
export function ResizeCidrForm({ node, onDraft, onDone }: { node: CidrNode; onDraft: DraftSink; onDone: () => void }) {
  const { plan } = useNetwork()
  const { edit, networkId } = useCidrChanges()
  const [prefix, setPrefix] = useState<string | null>(null)
  const places = useMemo(
    () => resizeChoices(plan.tree, node.id, seatedIn(plan, node.id), seatedAbove(plan, node)),
    [plan, node],
  )
  const intent = prefix === null ? null : ({ kind: 'resize-cidr', cidr: node.id, prefix } as const)
  const trial = useTrialChoice(intent)
  useDrafted(prefix === null ? null : { kind: 'resize', cidr: node.id, prefix }, onDraft)
  const save = () =>
    prefix !== null && edit.mutate({ networkId, cidrId: node.id, prefix, ...trial.input }, { onSuccess: onDone })
  return (
    <div className="grid gap-3">
      <p>
        {node.name} is <span className="mono">{formatPrefix(node.prefix)}</span>,{' '}
        {addressesIn(node.prefix.family, node.prefix.width)} addresses, now.
      </p>
      <ChoiceList label="New size" value={prefix} onChange={setPrefix} choices={places.map(choiceOf)} />
      {intent && <EffectNote intent={intent} />}
      <TrialNote trial={trial} />
      <FormError>{edit.error && sentenceOf(edit.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="solid"
          busy={edit.isPending}
          onClick={save}
          whyNot={prefix === null ? 'Choose a size first' : null}
        >
          Resize
        </Button>
      </Actions>
    </div>
  )
}

const choiceOf = ({ prefix, problem }: ResizeChoice): Choice => ({
  value: formatPrefix(prefix),
  label: (
    <>
      /{prefix.width} <span className="mono text-muted">{formatPrefix(prefix)}</span>
    </>
  ),
  aside: addressesIn(prefix.family, prefix.width),
  whyNot: problem && explainResize(problem),
})
