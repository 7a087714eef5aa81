'use client'

import type { CidrNode } from '@warren/cidr'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { useCidrChanges } from './use-cidr-changes.ts'

/** Isolates a CIDR, or ends that; shows first what it does. */
export function IsolateCard({ node, onDone }: { node: CidrNode; onDone: () => void }) {
  const { edit, networkId } = useCidrChanges()
  const isolated = !node.isolated
  return (
    <div className="grid gap-3">
      <p className="font-medium">{isolated ? `Isolate ${node.name}?` : `End the isolation of ${node.name}?`}</p>
      <EffectNote intent={{ kind: 'isolate', cidr: node.id, isolated }}>
        {isolated
          ? 'Peers that sit directly in it will not reach each other, whatever the associations say.'
          : 'Peers that sit directly in it will reach each other again.'}
      </EffectNote>
      <FormError>{edit.error && sentenceOf(edit.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="solid"
          busy={edit.isPending}
          onClick={() => edit.mutate({ networkId, cidrId: node.id, isolated }, { onSuccess: onDone })}
        >
          {isolated ? 'Isolate' : 'End isolation'}
        </Button>
      </Actions>
    </div>
  )
}
