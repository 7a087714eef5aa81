'use client'

import { useEffect, useMemo, useRef } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { DRAFT_ID } from '~/features/network/effect.ts'
import { CidrCard, FoldKnob, spokenCard } from './cidr-card.tsx'
import { visibleNodes } from './layout.ts'
import type { TreeState } from './tree-state.ts'
import { useTreeKeys } from './use-tree-keys.ts'

/** How far a level is moved in, in pixels: enough to see, and four levels fit on a phone. */
const INDENT = 16

/** The tree as an indented list, for screens too narrow for two columns of cards. */
export function TreeOutline({ state }: { state: TreeState }) {
  const { plan, presence } = useNetwork()
  const { tree, collapsed } = state
  const visible = useMemo(() => visibleNodes(tree, collapsed).filter((node) => node.id !== DRAFT_ID), [tree, collapsed])
  const keys = useTreeKeys({ ...state, visible })
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    frame.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={frame} role="tree" {...keys.container} className="min-h-0 flex-1 overflow-y-auto p-3">
      {visible.map((node) => {
        const heads = presence.within(node.id)
        const below = tree.descendants(node.id).length
        return (
          <div
            key={node.id}
            role="treeitem"
            tabIndex={node.id === state.selected ? 0 : -1}
            {...keys.item(node)}
            aria-label={spokenCard(node, heads)}
            style={{ marginLeft: tree.depth(node.id) * INDENT }}
            className="group mb-1.5 flex h-11 items-center gap-1 rounded-md"
          >
            <span className="h-full min-w-0 flex-1">
              <CidrCard
                node={node}
                heads={heads}
                holdsHub={plan.membersIn(node.id).some((peer) => peer.kind === 'hub')}
                selected={node.id === state.selected}
              />
            </span>
            <span className="grid w-9 justify-items-center">
              {below > 0 && (
                <FoldKnob
                  always
                  collapsed={collapsed.has(node.id)}
                  hidden={below}
                  onClick={() => state.toggle(node.id)}
                />
              )}
            </span>
          </div>
        )
      })}
    </div>
  )
}
