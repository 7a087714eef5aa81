'use client'

import { accessBetween, type CidrNode } from '@warren/cidr'
import Link from 'next/link'
import { useState } from 'react'
import { AssociateForm } from '~/features/cidrs/associate-form.tsx'
import { DissociateCard } from '~/features/cidrs/dissociate-card.tsx'
import { IsolateCard } from '~/features/cidrs/isolate-card.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { Section } from '~/ui/facts.tsx'
import { counted } from '~/ui/format.ts'
import type { Cell } from './matrix.tsx'
import { accessSentence } from './matrix-cells.ts'

type CellCardProps = { cell: Cell; onShow: (cell: Cell) => void }

/** What lets the members of two CIDRs reach each other, and what can be done about it. */
export function CellCard({ cell, onShow }: CellCardProps) {
  const { plan } = useNetwork()
  const x = plan.tree.get(cell.x)
  const y = plan.tree.get(cell.y)
  const [changing, setChanging] = useState(false)
  if (!x || !y) return null
  const title = x.id === y.id ? x.name : `${x.name} – ${y.name}`
  return (
    <Section title="Chosen in the matrix" aside={<TreeLink node={x} />}>
      <p className="font-medium">{title}</p>
      <p>{accessSentence(plan, x, y)}</p>
      <p className="text-sm text-muted">
        {counted(plan.membersIn(x.id).length, 'peer')} directly in {x.name}
        {x.id !== y.id && `, ${counted(plan.membersIn(y.id).length, 'peer')} in ${y.name}`}.
      </p>
      {changing ? (
        <div className="mt-2 rounded-lg border border-accent bg-accent-ground p-3">
          <Change x={x} y={y} onDone={() => setChanging(false)} />
        </div>
      ) : (
        <div className="mt-2 flex flex-wrap gap-1.5">
          <Offer x={x} y={y} onChange={() => setChanging(true)} onShow={onShow} />
        </div>
      )}
    </Section>
  )
}

function TreeLink({ node }: { node: CidrNode }) {
  const network = useNetwork().plan.network.name
  return (
    <Link className="hover:underline" href={to.tree({ network, cidr: node.name })}>
      In the tree
    </Link>
  )
}

type Pair = { x: CidrNode; y: CidrNode }

function Offer({ x, y, onChange, onShow }: Pair & { onChange: () => void; onShow: (cell: Cell) => void }) {
  const { plan } = useNetwork()
  const access = accessBetween(plan.tree, plan.associations, x.id, y.id)
  const source = access.kind === 'association' && !access.own ? access : null
  const rights = useRights()
  const whyNot = access.kind === 'same' ? rights.whyNotCidr(x.id) : rights.whyNotAssociation({ a: x.id, b: y.id })
  const word = {
    same: x.isolated ? 'End isolation…' : 'Isolate…',
    association: source ? 'Associate these two as well…' : 'Remove association…',
    ancestor: 'Associate…',
    none: 'Associate…',
  }[access.kind]
  // An association of a CIDR with one that it lies in opens nothing that is not open.
  if (access.kind === 'ancestor') return null
  return (
    <>
      <Button size="small" onClick={onChange} whyNot={whyNot}>
        {word}
      </Button>
      {source && (
        <Button size="small" onClick={() => onShow({ x: source.viaA.id, y: source.viaB.id })}>
          Show {source.viaA.name} – {source.viaB.name}
        </Button>
      )}
    </>
  )
}

function Change({ x, y, onDone }: Pair & { onDone: () => void }) {
  const { plan } = useNetwork()
  const [other, setOther] = useState<number | null>(y.id)
  const access = accessBetween(plan.tree, plan.associations, x.id, y.id)
  if (access.kind === 'same') return <IsolateCard node={x} onDone={onDone} />
  if (access.kind === 'association' && access.own) {
    return <DissociateCard association={access.association.id} onDone={onDone} />
  }
  return <AssociateForm node={x} other={other} onChoose={setOther} onDone={onDone} />
}
