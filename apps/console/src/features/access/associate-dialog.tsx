'use client'

import { useState } from 'react'
import { AssociateForm } from '~/features/cidrs/associate-form.tsx'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { Dialog } from '~/ui/dialog.tsx'
import { Field, Select } from '~/ui/field.tsx'

type AssociateDialogProps = {
  /** The CIDR chosen at first; left out: the root. */
  first?: number | undefined
  onClose: () => void
}

/** Associates any two CIDRs; shows first what that opens. */
export function AssociateDialog({ first: initial, onClose }: AssociateDialogProps) {
  const { plan } = useNetwork()
  const [first, setFirst] = useState<number>(initial ?? plan.tree.root.id)
  const [other, setOther] = useState<number | null>(null)
  const node = plan.tree.get(first) ?? plan.tree.root
  return (
    <Dialog
      open
      onClose={onClose}
      title="Associate two CIDRs"
      description="Their members, and those below them, may then reach each other."
    >
      <div className="grid gap-3">
        <Field label="CIDR">
          {(control) => (
            <Select {...control} value={first} onChange={(event) => setFirst(Number(event.target.value))}>
              <CidrOptions tree={plan.tree} />
            </Select>
          )}
        </Field>
        <AssociateForm node={node} other={other} onChoose={setOther} onDone={onClose} />
      </div>
    </Dialog>
  )
}
