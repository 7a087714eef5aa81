'use client'

import { useState } from 'react'
import { AssociateForm } from '~/features/cidrs/associate-form.tsx'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { DissociateCard } from '~/features/cidrs/dissociate-card.tsx'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { Button } from '~/ui/button.tsx'
import { Dialog } from '~/ui/dialog.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Section } from '~/ui/facts.tsx'
import { Field, Select } from '~/ui/field.tsx'
import { counted } from '~/ui/format.ts'
import { Question } from './question.tsx'

/** Who may reach whom: a question about two peers, and the associations that answer most of them. */
export function AccessPage() {
  const [adding, setAdding] = useState(false)
  const add = (
    <Button tone="solid" onClick={() => setAdding(true)}>
      Associate
    </Button>
  )
  return (
    <Page title="Access" actions={add}>
      <Column>
        <Question />
        <Associations onAdd={() => setAdding(true)} />
        <Rules />
      </Column>
      {adding && <AssociateDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}

function Associations({ onAdd }: { onAdd: () => void }) {
  const { plan } = useNetwork()
  const [removing, setRemoving] = useState<number | null>(null)
  const name = (id: number) => plan.tree.get(id)?.name ?? ''
  const size = (id: number) => plan.membersWithin(id).length
  return (
    <div className="rounded-lg border">
      <Section title="Associations" aside={plan.associations.length}>
        {plan.associations.length === 0 ? (
          <Empty title="No associations" action={<Button onClick={onAdd}>Associate two CIDRs</Button>}>
            Peers reach each other only in the same CIDR, and between a CIDR and its parents.
          </Empty>
        ) : (
          <ul aria-label="Associations">
            {plan.associations.map((row) => (
              <li key={row.id} className="flex items-center gap-3 border-b border-hairline/60 py-1.5 last:border-b-0">
                <span className="flex min-w-0 flex-1 flex-wrap gap-x-3">
                  <span className="font-medium">
                    {name(row.a)} – {name(row.b)}
                  </span>
                  <span className="text-muted">
                    {counted(size(row.a), 'peer')} and {counted(size(row.b), 'peer')}, those below included
                  </span>
                </span>
                <Button
                  size="small"
                  aria-label={`Remove ${name(row.a)} – ${name(row.b)}`}
                  onClick={() => setRemoving(row.id)}
                >
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Dialog open={removing !== null} onClose={() => setRemoving(null)} title="Remove association">
        {removing !== null && <DissociateCard association={removing} onDone={() => setRemoving(null)} />}
      </Dialog>
    </div>
  )
}

function AssociateDialog({ onClose }: { onClose: () => void }) {
  const { plan } = useNetwork()
  const [first, setFirst] = useState<number>(plan.tree.root.id)
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

const rules = [
  'One of them is a hub.',
  'They sit in the same CIDR, unless it is isolated, or one sits in a parent of the other’s.',
  'An association joins their CIDRs, or CIDRs above them.',
]

function Rules() {
  return (
    <div className="rounded-lg border">
      <Section title="Two peers reach each other when one of these holds, and otherwise not">
        <ul className="list-disc pl-4">
          {rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
        <p className="mt-1 text-muted">Nothing is transitive, and being an admin adds nothing.</p>
      </Section>
    </div>
  )
}
