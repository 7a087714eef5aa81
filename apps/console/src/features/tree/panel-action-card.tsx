'use client'

import type { CidrNode } from '@warren/cidr'
import type { CidrRow } from '@warren/protocol'
import { type ReactNode, useEffect, useRef } from 'react'
import { AddCidrForm } from '~/features/cidrs/add-cidr-form.tsx'
import { AssociateForm } from '~/features/cidrs/associate-form.tsx'
import { DissociateCard } from '~/features/cidrs/dissociate-card.tsx'
import { InsertCidrForm } from '~/features/cidrs/insert-cidr-form.tsx'
import { Ipv6Form } from '~/features/cidrs/ipv6-form.tsx'
import { IsolateCard } from '~/features/cidrs/isolate-card.tsx'
import { MovePeerForm } from '~/features/cidrs/move-peer-form.tsx'
import { RenameCidrForm } from '~/features/cidrs/rename-cidr-form.tsx'
import { ResizeCidrForm } from '~/features/cidrs/resize-cidr-form.tsx'
import { SplitCidrForm } from '~/features/cidrs/split-cidr-form.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { PanelAction, TreeState } from './tree-state.ts'

/** What the panel is doing with the selected CIDR: a form or a question, with its effect, on the accent's ground. */
export function PanelActionCard({ node, state }: { node: CidrNode; state: TreeState }) {
  const { action, act } = state
  const card = useRef<HTMLElement>(null)
  useEffect(() => void card.current?.scrollIntoView({ block: 'nearest' }), [])
  if (!action) return null
  return (
    <section
      ref={card}
      aria-label={titles[action.kind]}
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && act(null)}
      className="mx-4.5 mb-4 rounded-lg border border-accent bg-accent-ground p-3"
    >
      <ActionForm action={action} node={node} state={state} />
    </section>
  )
}

const titles: Record<PanelAction['kind'], string> = {
  add: 'Add CIDR',
  insert: 'Insert CIDR',
  split: 'Split',
  resize: 'Grow or shrink',
  rename: 'Rename',
  associate: 'Associate',
  dissociate: 'Remove association',
  isolate: 'Isolation',
  'move-peer': 'Move peer',
  ipv6: 'IPv6',
}

function ActionForm({ action, node, state }: { action: PanelAction; node: CidrNode; state: TreeState }): ReactNode {
  const { act, setDraft, setPlacing, selectNamed } = state
  const done = () => act(null)
  const made = (cidr: CidrRow | null) => {
    done()
    if (cidr) selectNamed(cidr.name)
  }
  switch (action.kind) {
    case 'add':
      return <AddCidrForm parent={node} at={action.at} onDraft={setDraft} onPlacing={setPlacing} onDone={made} />
    case 'insert':
      return <InsertCidrForm parent={node} onDraft={setDraft} onDone={made} />
    case 'split':
      return <SplitCidrForm node={node} onDraft={setDraft} onDone={done} />
    case 'resize':
      return <ResizeCidrForm node={node} onDraft={setDraft} onDone={done} />
    case 'rename':
      return (
        <RenameCidrForm
          node={node}
          onDone={(name) => {
            done()
            if (name) selectNamed(name)
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
    case 'isolate':
      return <IsolateCard node={node} onDone={done} />
    case 'ipv6':
      return <Ipv6Form node={node} onDone={done} />
    case 'move-peer':
      return <MovePeer action={action} state={state} />
  }
}

function MovePeer({ action, state }: { action: PanelAction & { kind: 'move-peer' }; state: TreeState }) {
  const { plan } = useNetwork()
  const peer = plan.member(action.peer)
  if (!peer) return <p>This peer is gone.</p>
  return (
    <MovePeerForm
      peer={peer}
      to={action.to}
      onChoose={(to) => state.act({ ...action, to })}
      onDone={() => state.act(null)}
    />
  )
}
