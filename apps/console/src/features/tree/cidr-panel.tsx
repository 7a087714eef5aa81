'use client'

import { type CidrNode, formatPrefix } from '@warren/cidr'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { prefix6Of } from '~/features/network/families.ts'
import { AddPeerDialog } from '~/features/peers/dialogs.ts'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Tag } from '~/ui/tag.tsx'
import { CidrMenu } from './cidr-menu.tsx'
import { KeptSection } from './kept-section.tsx'
import { OccupancySection } from './occupancy-section.tsx'
import { PeersSection } from './peers-section.tsx'
import { ReachSection } from './reach-section.tsx'
import type { TreeState } from './tree-state.ts'

// The forms bring the schemas with them, which the drawing does without.
const PanelActionCard = dynamic(() => import('./panel-action-card.tsx').then((module) => module.PanelActionCard))

/** Everything about the selected CIDR, and what can be done with it. */
export function CidrPanel({ state }: { state: TreeState }) {
  const { plan } = useNetwork()
  const [adding, setAdding] = useState(false)
  const node = plan.tree.get(state.selected) ?? plan.tree.root
  return (
    <>
      <PanelHead node={node} state={state} onAddPeer={() => setAdding(true)} />
      {state.action && <PanelActionCard key={`${node.id} ${state.action.kind}`} node={node} state={state} />}
      <OccupancySection node={node} state={state} />
      <ReachSection node={node} state={state} />
      <PeersSection node={node} state={state} onAddPeer={() => setAdding(true)} />
      <KeptSection node={node} />
      <p className="border-t px-4.5 py-3">
        <Link
          href={to.activity({ network: plan.network.name, about: node.name })}
          className="text-muted hover:text-ink hover:underline"
        >
          History of {node.name}
        </Link>
      </p>
      {adding && <AddPeerDialog cidrId={node.id} onClose={() => setAdding(false)} />}
    </>
  )
}

function PanelHead({ node, state, onAddPeer }: { node: CidrNode; state: TreeState; onAddPeer: () => void }) {
  const { plan } = useNetwork()
  const whyNot = useRights().whyNotInside(node.id)
  const parent = node.parentId === null ? null : plan.tree.get(node.parentId)
  const prefix6 = prefix6Of(plan, node.id)
  return (
    <header className="grid gap-2 px-4.5 pt-3.5 pb-3">
      <div className="flex items-center gap-2">
        <h2 className="min-w-0 truncate text-lg leading-6">{node.name}</h2>
        {node.isolated && <Tag>isolated</Tag>}
        <span className="-mr-1.5 ml-auto">
          <CidrMenu node={node} state={state} onAddPeer={onAddPeer} />
        </span>
      </div>
      <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted">
        <CopyText text={formatPrefix(node.prefix)} what="prefix" />
        {parent && (
          <span>
            · in{' '}
            <button
              type="button"
              onClick={() => state.onSelect(parent.id, false)}
              className="hover:text-ink hover:underline"
            >
              {parent.name}
            </button>
          </span>
        )}
      </p>
      {prefix6 && (
        <p className="-mt-1.5 min-w-0 text-muted">
          <CopyText text={prefix6} what="IPv6 prefix" />
        </p>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button size="small" whyNot={whyNot} onClick={onAddPeer}>
          Add peer
        </Button>
        <Button size="small" whyNot={whyNot} onClick={() => state.act({ kind: 'add', at: null })}>
          Add CIDR inside
        </Button>
        <Button size="small" whyNot={whyNot} onClick={() => state.act({ kind: 'associate', other: null })}>
          Associate with…
        </Button>
      </div>
    </header>
  )
}
