'use client'

import type { CidrNode, Tree } from '@warren/cidr'
import { Maximize, Minus, Plus } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { DRAFT_ID } from '~/features/network/effect.ts'
import { IconButton } from '~/ui/button.tsx'
import { Arcs } from './arcs.tsx'
import { CidrCard, FoldKnob, spokenCard } from './cidr-card.tsx'
import { CARD, type Layout, linkPath, type Placed, tidyLayout } from './layout.ts'
import type { TreeState } from './tree-state.ts'
import { useAssociateDrag } from './use-associate-drag.ts'
import { type PanZoom, usePanZoom } from './use-pan-zoom.ts'
import { useTreeKeys } from './use-tree-keys.ts'

/** Where arcs swing out beside the last column, in pixels. */
const ARC_ROOM = 48

/** The tidy tree: cards, hairlines from parent to child, associations as dashed arcs. Drag to pan, Ctrl-wheel to zoom. */
export function TreeDrawing({ state }: { state: TreeState }) {
  const { tree, collapsed, selected } = state
  const frame = useRef<HTMLDivElement>(null)
  const layout = useMemo(() => tidyLayout(tree, collapsed), [tree, collapsed])
  const pan = usePanZoom(frame, { width: layout.width + ARC_ROOM, height: layout.height })
  const drag = useAssociateDrag({ layout, view: pan.view, frame, onDrop: state.askToAssociate })
  useShowSelected(pan, layout, selected)

  const { x, y, k } = pan.view
  return (
    <div className="relative min-h-0 flex-1 overflow-hidden">
      <div
        ref={frame}
        {...pan.handlers}
        className="absolute inset-0 cursor-grab touch-none select-none active:cursor-grabbing"
      >
        {pan.ready && (
          <div
            className="absolute top-0 left-0 origin-top-left"
            style={{ transform: `translate(${x}px, ${y}px) scale(${k})` }}
          >
            <svg aria-hidden width={layout.width} height={layout.height} className="absolute overflow-visible">
              <Hairlines layout={layout} />
              <Arcs layout={layout} tree={tree} selected={selected} planned={plannedPair(state)} />
              {drag.path && (
                <path d={drag.path} className="fill-none stroke-accent stroke-[1.5]" strokeDasharray="3 4" />
              )}
            </svg>
            <Cards state={state} layout={layout} drag={drag} />
          </div>
        )}
      </div>
      <ZoomButtons pan={pan} />
    </div>
  )
}

/** The pair that a form is about to associate; drawn before it is saved. */
const plannedPair = ({ action, selected }: TreeState): [number, number] | null =>
  action?.kind === 'associate' && action.other !== null ? [selected, action.other] : null

/** Brings the selection into sight when it changes, whoever changed it. */
function useShowSelected(pan: PanZoom, layout: Layout, selected: number): void {
  const { show, ready } = pan
  const place = layout.byId.get(selected)
  const [x, y] = [place?.x, place?.y]
  useEffect(() => {
    if (ready && x !== undefined && y !== undefined) show({ x, y, ...CARD })
  }, [show, ready, x, y])
}

function Hairlines({ layout }: { layout: Layout }) {
  const lines = layout.cards.flatMap((card) => {
    const parent = card.node.parentId === null ? undefined : layout.byId.get(card.node.parentId)
    return parent ? linkPath(parent, card) : []
  })
  return <path d={lines.join('')} className="fill-none stroke-hairline stroke-[1.5]" />
}

type CardsProps = { state: TreeState; layout: Layout; drag: ReturnType<typeof useAssociateDrag> }

function Cards({ state, layout, drag }: CardsProps) {
  const visible = useMemo(() => layout.cards.map((card) => card.node).filter((node) => node.id !== DRAFT_ID), [layout])
  const onSelect = (id: number, open: boolean) => {
    if (!drag.justDragged()) state.onSelect(id, open)
  }
  const keys = useTreeKeys({ ...state, onSelect, visible })
  return (
    <div role="tree" {...keys.container}>
      {layout.cards.map((card) =>
        card.node.id === DRAFT_ID ? (
          <DraftCard key={DRAFT_ID} card={card} />
        ) : (
          <TreeCard key={card.node.id} card={card} state={state} item={keys.item(card.node)} drag={drag} />
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
      <CidrCard node={card.node} heads={{ all: 0, online: 0 }} holdsHub={false} selected={false} />
    </div>
  )
}

type TreeCardProps = {
  card: Placed
  state: TreeState
  item: ReturnType<ReturnType<typeof useTreeKeys>['item']>
  drag: CardsProps['drag']
}

function TreeCard({ card, state, item, drag }: TreeCardProps) {
  const { plan, presence } = useNetwork()
  const { node } = card
  const heads = presence.within(node.id)
  const below = hiddenBelow(state.tree, node)
  return (
    <div
      role="treeitem"
      tabIndex={node.id === state.selected ? 0 : -1}
      {...item}
      {...drag.handlers(node.id)}
      data-card
      aria-label={spokenCard(node, heads)}
      onDoubleClick={() => below > 0 && state.toggle(node.id)}
      style={at(card)}
      className="group absolute cursor-pointer rounded-md transition-transform duration-150"
    >
      <CidrCard
        node={node}
        heads={heads}
        holdsHub={plan.membersIn(node.id).some((peer) => peer.kind === 'hub')}
        selected={node.id === state.selected || drag.over === node.id}
      />
      {below > 0 && (
        <span className="absolute top-2.5 left-full -translate-x-1.5">
          <FoldKnob collapsed={state.collapsed.has(node.id)} hidden={below} onClick={() => state.toggle(node.id)} />
        </span>
      )}
    </div>
  )
}

const hiddenBelow = (tree: Tree, node: CidrNode): number => tree.descendants(node.id).length

function ZoomButtons({ pan }: { pan: PanZoom }) {
  return (
    <div className="absolute right-3 bottom-3 flex rounded-md border bg-card">
      <IconButton name="Zoom out" onClick={pan.zoomOut}>
        <Minus />
      </IconButton>
      <IconButton name="Zoom in" onClick={pan.zoomIn}>
        <Plus />
      </IconButton>
      <IconButton name="Show all" onClick={pan.fit}>
        <Maximize />
      </IconButton>
    </div>
  )
}
