'use client'

import type { CidrNode } from '@warren/cidr'
import { type ReactNode, useCallback } from 'react'
import { AddCidrForm } from '~/features/cidrs/add-cidr-form.tsx'
import { AssociateForm } from '~/features/cidrs/associate-form.tsx'
import { DissociateCard } from '~/features/cidrs/dissociate-card.tsx'
import { EditCidrForm } from '~/features/cidrs/edit-cidr-form.tsx'
import { IsolateCard } from '~/features/cidrs/isolate-card.tsx'
import type { PanelAction, TreeState } from './tree-state.ts'

/** What the panel is doing with the selected CIDR: a form or a question, with its effect, on the accent's ground. */
export function PanelActionCard({ node, state }: { node: CidrNode; state: TreeState }) {
  const { action } = state
  if (!action) return null
  return (
    <section
      aria-label={titles[action.kind]}
      className="mx-4.5 mb-4 rounded-lg border border-accent bg-accent-ground p-3"
    >
      <ActionForm action={action} node={node} state={state} />
    </section>
  )
}

const titles: Record<PanelAction['kind'], string> = {
  add: 'Add CIDR',
  associate: 'Associate',
  dissociate: 'Remove association',
  edit: 'Rename or resize',
  isolate: 'Isolation',
}

function ActionForm({ action, node, state }: { action: PanelAction; node: CidrNode; state: TreeState }): ReactNode {
  const { act, setDraft, selectNamed } = state
  const done = () => act(null)
  const onDraft = useCallback(
    (draft: Pick<CidrNode, 'name' | 'prefix'> | null) => setDraft(draft && { ...draft, parentId: node.id }),
    [setDraft, node.id],
  )
  switch (action.kind) {
    case 'add':
      return (
        <AddCidrForm
          parent={node}
          onDraft={onDraft}
          onDone={(made) => {
            done()
            if (made) selectNamed(made.name)
          }}
        />
      )
    case 'associate':
      return (
        <AssociateForm
          node={node}
          other={action.other}
          onChoose={(other) => act({ kind: 'associate', other })}
          onDone={done}
        />
      )
    case 'dissociate':
      return <DissociateCard association={action.association} onDone={done} />
    case 'edit':
      return <EditCidrForm node={node} onDone={done} />
    case 'isolate':
      return <IsolateCard node={node} onDone={done} />
  }
}
