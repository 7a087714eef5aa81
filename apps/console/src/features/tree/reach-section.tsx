'use client'

import type { CidrNode } from '@warren/cidr'
import { X } from 'lucide-react'
import { useState } from 'react'
import { because, mayReach, type Reached } from '~/features/cidrs/may-reach.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { IconButton } from '~/ui/button.tsx'
import { Section } from '~/ui/facts.tsx'
import { count, counted } from '~/ui/format.ts'
import type { TreeState } from './tree-state.ts'

/** As many rules as stand there before the rest is asked for. */
const LISTED = 10

/** Whom members may reach, by which rule; associations first, which can be taken away here. */
export function ReachSection({ node, state }: { node: CidrNode; state: TreeState }) {
  const { plan } = useNetwork()
  const [all, setAll] = useState(false)
  const rows = mayReach(plan.tree, plan.associations, node.id)
  const seen = plan.reach.membersSeenFromCidr(node.id).length
  const shown = all ? rows : rows.slice(0, LISTED)
  return (
    <Section title="May reach" aside={counted(seen, 'peer')}>
      {node.isolated && <p className="mb-1 text-sm">Isolated: its own members do not reach each other.</p>}
      <ul aria-label={`What ${node.name} may reach`}>
        {shown.map((row) => (
          <ReachRow
            key={`${row.because.kind} ${row.cidr.id} ${'via' in row.because ? row.because.via.id : ''}`}
            row={row}
            state={state}
          />
        ))}
      </ul>
      {rows.length > shown.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="mt-1 text-sm text-muted hover:text-ink hover:underline"
        >
          and {count(rows.length - shown.length)} more
        </button>
      )}
    </Section>
  )
}

function ReachRow({ row, state }: { row: Reached; state: TreeState }) {
  const rights = useRights()
  const own = row.because.kind === 'association' && row.because.own ? row.because.row : null
  return (
    <li className="flex h-6.5 items-center gap-2">
      <button
        type="button"
        onClick={() => state.onSelect(row.cidr.id, false)}
        className="min-w-0 truncate font-medium hover:underline"
      >
        {row.cidr.name}
      </button>
      <span className="ml-auto min-w-0 truncate text-muted">{because(row)}</span>
      {own && (
        <IconButton
          name={`Remove the association with ${row.cidr.name}`}
          className="-mr-1.5 size-5"
          whyNot={rights.whyNotAssociation(own)}
          onClick={() => state.act({ kind: 'dissociate', association: own.id })}
        >
          <X />
        </IconButton>
      )}
    </li>
  )
}
