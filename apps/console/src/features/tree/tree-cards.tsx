'use client'

import type { CidrNode } from '@warren/cidr'
import { clsx } from 'clsx'
import { type KeyboardEvent, memo, useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { prefix6Of } from '~/features/network/families.ts'
import { type Box, meets } from './camera.ts'
import { CidrCard, FoldKnob, headsOf, spokenCard } from './cidr-card.tsx'
import { isUnmade } from './draft.ts'
import { useGrip } from './drag.tsx'
import { CARD, type Layout, type Placed } from './layout.ts'
import type { TreeState } from './tree-state.ts'
import { useTreeKeys } from './use-tree-keys.ts'

type CardsProps = {
  state: TreeState
  layout: Layout
  drawn: Box
  /** Whether a key was one of the camera's. */
  onKey: (event: KeyboardEvent) => boolean
}

/** The cards of a tree that are in sight, and the selected one wherever it is: the keys start from it. */
export function TreeCards({ state, layout, drawn, onKey }: CardsProps) {
  const visible = useMemo(() => layout.cards.map((card) => card.node).filter((node) => !isUnmade(node.id)), [layout])
  const keys = useTreeKeys({ ...state, visible, onKey })
  const shown = layout.cards.filter((card) => card.node.id === state.selected || meets({ ...card, ...CARD }, drawn))
  return (
    <div role="tree" {...keys.container}>
      {shown.map((card) =>
        isUnmade(card.node.id) ? (
          <DraftCard key={card.node.id} card={card} />
        ) : (
          <TreeCard key={card.node.id} card={card} state={state} item={keys.item(card.node)} />
        ),
      )}
    </div>
  )
}

const at = (card: Placed) => ({
  transform: `translate(${card.x}px, ${card.y}px)`,
  width: CARD.width,
  height: CARD.height,
})

function DraftCard({ card }: { card: Placed }) {
  return (
    <div aria-hidden className="absolute" style={at(card)}>
      <CidrCard node={card.node} heads={{ all: 0, online: 0 }} look="draft" />
    </div>
  )
}

type TreeCardProps = {
  card: Placed
  state: TreeState
  item: ReturnType<ReturnType<typeof useTreeKeys>['item']>
}

/** While panning, cards that come into sight must not cost those that are there already: `item` says what `state` says. */
const TreeCard = memo(function TreeCard({ card, state, item }: TreeCardProps) {
  const { plan, presence } = useNetwork()
  const grip = useGrip()
  const { node } = card
  const heads = headsOf(presence, plan.tree, node.id)
  const below = state.tree.descendants(node.id).length
  return (
    <div
      role="treeitem"
      tabIndex={node.id === state.selected ? 0 : -1}
      {...item}
      {...grip({ kind: 'cidr', id: node.id })}
      data-cidr={node.id}
      aria-label={spokenCard(node, heads, prefix6Of(plan, node.id))}
      onDoubleClick={() => below > 0 && state.toggle(node.id)}
      style={at(card)}
      className="group absolute cursor-pointer rounded-md transition-transform duration-150 data-over:ring-2 data-over:ring-accent"
    >
      <CidrCard
        node={node}
        heads={heads}
        holdsHub={plan.membersIn(node.id).some((peer) => peer.kind === 'hub')}
        look={lookOf(state, node)}
        found={state.find.cidrs.has(node.id)}
      />
      {below > 0 && (
        <span className={clsx('absolute top-2.5 left-full -translate-x-2')}>
          <FoldKnob collapsed={state.collapsed.has(node.id)} hidden={below} onClick={() => state.toggle(node.id)} />
        </span>
      )}
    </div>
  )
}, sameCard)

function sameCard(a: TreeCardProps, b: TreeCardProps): boolean {
  return a.card === b.card && a.state === b.state
}

/** How a card stands out. */
export const lookOf = (state: TreeState, node: CidrNode): 'draft' | 'selected' | 'plain' => {
  if (state.drafted.has(node.id)) return 'draft'
  return node.id === state.selected ? 'selected' : 'plain'
}
