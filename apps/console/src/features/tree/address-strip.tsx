'use client'

import { occupancy, sizeOf } from '@warren/cidr'
import { type ReactNode, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { Button } from '~/ui/button.tsx'
import { count, percent } from '~/ui/format.ts'
import { AddressMap, AddressTree } from './address-map.tsx'
import { closeUp } from './spread.ts'
import type { TreeState } from './tree-state.ts'

const STRIP_ROW = 32
const PAGE_ROW = 72

/** The address space below the tree, with the same selection. */
export function AddressStrip({ state }: { state: TreeState }) {
  const { top, button } = useCloseUp(state)
  return (
    <section aria-label="Address space" className="max-h-60 shrink-0 overflow-y-auto border-t bg-panel px-7 pt-3 pb-5">
      <Heading>{button}</Heading>
      <AddressMap state={state} top={top} rowHeight={STRIP_ROW} />
    </section>
  )
}

/** The address space as the page. */
export function AddressPage({ state }: { state: TreeState }) {
  const { top, button } = useCloseUp(state)
  return (
    <section aria-label="Address space" className="min-h-0 flex-1 overflow-y-auto p-3 nav:p-7">
      <Heading>{button}</Heading>
      <AddressTree state={state} top={top} rowHeight={PAGE_ROW} />
    </section>
  )
}

function Heading({ children }: { children: ReactNode }) {
  const { plan } = useNetwork()
  const { root } = plan.tree
  const assigned = occupancy(
    root.prefix,
    plan.tree.children(root.id).map((child) => child.prefix),
  )
  return (
    <div className="mb-2.5 flex flex-wrap items-center gap-x-3 text-sm">
      <h2 className="text-muted">Address space, to scale</h2>
      {children}
      <p className="ml-auto">
        {percent(assigned)} of {count(sizeOf(root.prefix))} assigned · {count(plan.members.length)} in use
      </p>
    </div>
  )
}

/** Whether the map shows the whole network or the surroundings of the selection, and the button between the two. */
function useCloseUp(state: TreeState) {
  const [close, setClose] = useState(false)
  const near = closeUp(state.tree, state.selected)
  const top = close ? near : state.tree.root
  const nothingToGain = !close && near.id === state.tree.root.id
  const label = close ? 'Whole network' : `Close-up of ${near.name}`
  const button = nothingToGain ? null : (
    <Button size="small" tone="quiet" onClick={() => setClose(!close)}>
      {label}
    </Button>
  )
  return { top, button }
}
