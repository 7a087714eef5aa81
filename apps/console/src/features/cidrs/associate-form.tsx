'use client'

import type { CidrNode } from '@warren/cidr'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, Select } from '~/ui/field.tsx'
import { counted } from '~/ui/format.ts'
import { CidrOptions } from './cidr-options.tsx'
import { useCidrChanges } from './use-cidr-changes.ts'
import { whyNotAssociate } from './why-not.ts'

type AssociateProps = {
  node: CidrNode
  /** The other CIDR, once it is chosen. */
  other: number | null
  onChoose: (other: number) => void
  onDone: () => void
}

/** Lets the members of two CIDRs reach each other; shows first what that opens. */
export function AssociateForm({ node, other, onChoose, onDone }: AssociateProps) {
  const { plan } = useNetwork()
  const { associate, networkId } = useCidrChanges()
  const rights = useRights()
  const whyNot = (id: number) => whyNotAssociate(plan, node.id, id) ?? (rights.mayAddTo(id) ? null : 'not yours')
  const partner = other === null ? null : plan.tree.get(other)
  const refused = partner && whyNot(partner.id)

  const save = () => partner && associate.mutate({ networkId, a: node.id, b: partner.id }, { onSuccess: onDone })
  return (
    <div className="grid gap-3">
      <Field label={`Associate ${node.name} with`} error={refused ? `${partner.name}: ${refused}.` : undefined}>
        {(control) => (
          <Select {...control} autoFocus value={other ?? ''} onChange={(event) => onChoose(Number(event.target.value))}>
            <option value="" disabled>
              Choose a CIDR
            </option>
            <CidrOptions tree={plan.tree} whyNot={whyNot} />
          </Select>
        )}
      </Field>
      {partner && !refused && (
        <EffectNote intent={{ kind: 'associate', a: node.id, b: partner.id }}>
          {promise(plan, node, partner)}
        </EffectNote>
      )}
      <FormError>{associate.error && sentenceOf(associate.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="solid"
          busy={associate.isPending}
          onClick={save}
          whyNot={rights.whyNotInside(node.id) ?? (partner && !refused ? null : 'Choose the other CIDR first')}
        >
          Associate
        </Button>
      </Actions>
    </div>
  )
}

function promise(plan: Plan, a: CidrNode, b: CidrNode): string {
  const [of, and] = [a, b].map((node) => `${counted(plan.membersWithin(node.id).length, 'peer')} of ${node.name}`)
  return `${of} and ${and} will be allowed to reach each other.`
}
