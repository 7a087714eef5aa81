'use client'

import { useEffect, useMemo, useRef } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { prefix6Of } from '~/features/network/families.ts'
import { CidrCard, FoldKnob, headsOf, spokenCard } from './cidr-card.tsx'
import { isUnmade } from './draft.ts'
import { useGrip } from './drag.tsx'
import { visibleNodes } from './layout.ts'
import { lookOf } from './tree-cards.tsx'
import type { TreeState } from './tree-state.ts'
import { useRows } from './use-rows.ts'
import { useTreeKeys } from './use-tree-keys.ts'

/** How far a level is moved in, in pixels: enough to see, and four levels fit on a phone. */
const INDENT = 16

/** The height of a row with the gap below it, in pixels. */
const ROW = 52

/** The tree as an indented list, for screens too narrow for two columns of cards. Only the rows in sight exist. */
export function TreeOutline({ state }: { state: TreeState }) {
  const { tree, collapsed, selected } = state
  const nodes = useMemo(() => visibleNodes(tree, collapsed), [tree, collapsed])
  const visible = useMemo(() => nodes.filter((node) => !isUnmade(node.id)), [nodes])
  const keys = useTreeKeys({ ...state, visible })
  const frame = useRef<HTMLDivElement>(null)
  const { rows, height, show } = useRows(frame, { total: nodes.length, height: ROW })
  const at = nodes.findIndex((node) => node.id === selected)
  useEffect(() => void show(at), [show, at])
  // The selected row is there even out of sight: the keys start from it.
  const shown = [...rows.map(({ index }) => index), ...(rows.some(({ index }) => index === at) ? [] : [at])]
  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto px-3">
      <div role="tree" {...keys.container} className="relative" style={{ height }}>
        {shown.map((row) => {
          const node = nodes[row]
          return node && <Place key={node.id} row={row} node={node} state={state} item={keys.item(node)} />
        })}
      </div>
    </div>
  )
}

function Place({ row, node, state, item }: RowProps & { row: number }) {
  const style = { top: ROW / 4 + row * ROW, paddingLeft: state.tree.depth(node.id) * INDENT }
  return (
    <div role="none" className="absolute inset-x-0" style={style}>
      {isUnmade(node.id) ? (
        <span aria-hidden className="block h-11 pr-10">
          <CidrCard node={node} heads={{ all: 0, online: 0 }} look="draft" />
        </span>
      ) : (
        <Row state={state} node={node} item={item} />
      )}
    </div>
  )
}

type RowProps = {
  state: TreeState
  node: TreeState['tree']['root']
  item: ReturnType<ReturnType<typeof useTreeKeys>['item']>
}

function Row({ state, node, item }: RowProps) {
  const { plan, presence } = useNetwork()
  const grip = useGrip()
  const heads = headsOf(presence, plan.tree, node.id)
  const below = state.tree.descendants(node.id).length
  const prefix6 = prefix6Of(plan, node.id)
  return (
    <div
      role="treeitem"
      tabIndex={node.id === state.selected ? 0 : -1}
      {...item}
      {...grip({ kind: 'cidr', id: node.id })}
      data-cidr={node.id}
      aria-label={spokenCard(node, heads, prefix6)}
      className="group flex h-11 items-center gap-1 rounded-md select-none data-over:ring-2 data-over:ring-accent"
    >
      <span className="h-full min-w-0 flex-1">
        <CidrCard
          node={node}
          heads={heads}
          holdsHub={plan.membersIn(node.id).some((peer) => peer.kind === 'hub')}
          look={lookOf(state, node)}
          prefix6={prefix6}
          found={state.find.cidrs.has(node.id)}
        />
      </span>
      <span className="grid w-9 justify-items-center">
        {below > 0 && (
          <FoldKnob
            always
            collapsed={state.collapsed.has(node.id)}
            hidden={below}
            onClick={() => state.toggle(node.id)}
          />
        )}
      </span>
    </div>
  )
}
