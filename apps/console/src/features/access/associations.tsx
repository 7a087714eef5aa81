'use client'

import { X } from 'lucide-react'
import { useState } from 'react'
import { DissociateCard } from '~/features/cidrs/dissociate-card.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { Dialog } from '~/ui/dialog.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Section } from '~/ui/facts.tsx'
import { TextInput } from '~/ui/field.tsx'
import { count } from '~/ui/format.ts'

/** From this many on, a list is searched rather than read. */
const SEARCHED_FROM = 12

type AssociationsProps = {
  onAdd: () => void
  onShow: (cell: { x: number; y: number }) => void
}

/** Every association of the network, to look at and to remove. */
export function Associations({ onAdd, onShow }: AssociationsProps) {
  const { plan } = useNetwork()
  const rights = useRights()
  const [wanted, setWanted] = useState('')
  const [removing, setRemoving] = useState<number | null>(null)
  const name = (id: number) => plan.tree.get(id)?.name ?? ''
  const text = wanted.trim().toLowerCase()
  const shown = plan.associations.filter((row) => [row.a, row.b].some((id) => name(id).includes(text)))
  const add = (
    <Button size="small" onClick={onAdd} whyNot={rights.whyNot}>
      Associate…
    </Button>
  )
  return (
    <Section title={`Associations · ${count(plan.associations.length)}`} aside={plan.associations.length > 0 && add}>
      {plan.associations.length === 0 && (
        <Empty
          title="No associations"
          action={
            <Button onClick={onAdd} whyNot={rights.whyNot}>
              Associate two CIDRs
            </Button>
          }
        >
          Peers reach each other only in the same CIDR, and between a CIDR and its parents.
        </Empty>
      )}
      {plan.associations.length >= SEARCHED_FROM && (
        <TextInput
          aria-label="Search associations"
          placeholder="Search associations"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className="mb-1.5 w-full"
        />
      )}
      <ul aria-label="Associations">
        {shown.map((row) => (
          <li key={row.id} className="flex items-center gap-2 border-b border-hairline/60 last:border-b-0">
            <button
              type="button"
              className="min-w-0 flex-1 truncate py-1 text-left hover:underline"
              onClick={() => onShow({ x: row.a, y: row.b })}
            >
              {name(row.a)} – {name(row.b)}
            </button>
            <span className="text-sm text-muted">
              {count(plan.membersWithin(row.a).length)} × {count(plan.membersWithin(row.b).length)} peers
            </span>
            <IconButton
              name={`Remove ${name(row.a)} – ${name(row.b)}`}
              onClick={() => setRemoving(row.id)}
              whyNot={rights.whyNotAssociation(row)}
            >
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
      <Dialog open={removing !== null} onClose={() => setRemoving(null)} title="Remove association">
        {removing !== null && <DissociateCard association={removing} onDone={() => setRemoving(null)} />}
      </Dialog>
    </Section>
  )
}
