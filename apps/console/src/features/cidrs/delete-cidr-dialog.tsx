'use client'

import { type CidrNode, formatPrefix } from '@warren/cidr'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useCidrChanges } from './use-cidr-changes.ts'

/** Deletes an empty CIDR; names the associations that go with it. */
export function DeleteCidrDialog({ node, open, onClose }: { node: CidrNode; open: boolean; onClose: () => void }) {
  const { plan } = useNetwork()
  const { remove, networkId } = useCidrChanges()
  const trial = useTrialChoice(open ? { kind: 'delete-cidr', cidr: node.id } : null)
  const partners = partnersOf(plan, node.id)
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`Delete ${node.name}?`}
      action="Delete CIDR"
      busy={remove.isPending}
      error={remove.error && sentenceOf(remove.error)}
      onConfirm={() => remove.mutate({ networkId, cidrId: node.id, ...trial.input }, { onSuccess: onClose })}
    >
      <p>
        The name {node.name} is lost, and {formatPrefix(node.prefix)} becomes free. It is empty, so no peer is affected.
      </p>
      {partners.length > 0 && <p>Its associations go with it: {partners.join(', ')}.</p>}
      <EffectNote intent={{ kind: 'delete-cidr', cidr: node.id }} />
      <TrialNote trial={trial} />
    </Confirm>
  )
}

const partnersOf = (plan: Plan, id: number): string[] =>
  plan.associations.flatMap((row) => {
    const other = row.a === id ? row.b : row.b === id ? row.a : null
    return other === null ? [] : (plan.tree.get(other)?.name ?? [])
  })
