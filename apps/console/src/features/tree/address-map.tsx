'use client'

import { formatPrefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { likelySize, sizesBelow } from '~/features/cidrs/sizes.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { meets } from './camera.ts'
import { isUnmade } from './draft.ts'
import { MapCidr } from './map-boxes.tsx'
import { MapFree } from './map-free.tsx'
import type { MapGap } from './map-layout.ts'
import { MapLegend } from './map-legend.tsx'
import { MapSpecks } from './map-specks.tsx'
import { isWidened } from './map-weights.ts'
import { density } from './spread.ts'
import { CameraButtons } from './tree-drawing.tsx'
import type { TreeState } from './tree-state.ts'
import { type MapCamera, useMapCamera } from './use-map-camera.ts'
import { useTreeKeys } from './use-tree-keys.ts'

/** The address space as a map: each CIDR a rectangle in its parent's, with its peers as dots and free space dotted. */
export function AddressMap({ state, children }: { state: TreeState; children?: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const [exact, setExact] = useState(false)
  const { tree, selected } = state
  const camera = useMapCamera({ frame, layer, tree, exact, selected })
  const widened = useMemo(() => isWidened(tree, tree.root), [tree])
  const { show } = camera
  useEffect(() => show(selected), [show, selected])
  return (
    <section aria-label="Address space" className="flex min-h-0 flex-1 flex-col">
      <div className="relative min-h-0 flex-1 overflow-hidden">
        <div
          ref={frame}
          {...camera.handlers}
          className="absolute inset-x-3 top-13 bottom-3 cursor-grab touch-none overflow-hidden select-none active:cursor-grabbing nav:inset-x-4"
        >
          <div
            ref={layer}
            className={clsx(
              'absolute top-0 left-0',
              camera.gliding && '[&_[data-box]]:transition-[transform,width,height] [&_[data-box]]:duration-150',
            )}
          >
            <Pieces state={state} camera={camera} />
          </div>
        </div>
        {children}
        <CameraButtons camera={camera} />
      </div>
      <MapLegend exact={exact} onExact={setExact} widened={widened} />
    </section>
  )
}

function Pieces({ state, camera }: { state: TreeState; camera: MapCamera }) {
  const { tree, selected } = state
  const { layout, drawn } = camera
  const most = useMost(state)
  const visible = useMemo(() => tree.nodes.filter((node) => !isUnmade(node.id)), [tree])
  const keys = useTreeKeys({ ...state, visible, collapsed: NOTHING, onKey: camera.onKey })
  const choose = useChoose(state)
  if (!drawn) return null
  const boxes = layout.boxes.filter((box) => box.node.id === selected || meets(box, drawn))
  const gaps = layout.gaps.filter((gap) => meets(gap, drawn))
  const specks = layout.specks.filter((speck) => meets(speck, drawn))
  const first = layout.byId.has(selected) ? selected : boxes[0]?.node.id
  return (
    <div role="tree" {...keys.container}>
      {boxes.map((box) => (
        <MapCidr
          key={box.node.id}
          box={box}
          state={state}
          most={most}
          item={isUnmade(box.node.id) ? null : keys.item(box.node)}
          tabbable={box.node.id === first}
          onZoom={camera.closeUp}
        />
      ))}
      {gaps.map((gap) => (
        <MapFree
          key={formatPrefix(gap.prefix)}
          gap={gap}
          placing={state.placing}
          usual={usualWidth(state, gap)}
          onChoose={choose}
        />
      ))}
      <MapSpecks specks={specks} most={most} />
    </div>
  )
}

const NOTHING: ReadonlySet<number> = new Set()

/** The width that is likely meant by a click on free space while no form says one. */
function usualWidth({ tree }: TreeState, gap: MapGap): number {
  const parent = tree.get(gap.parentId)
  return parent ? likelySize(parent.prefix, sizesBelow(parent.prefix)) : gap.prefix.width
}

/** Choosing free space asks the panel to add a CIDR there. */
function useChoose(state: TreeState) {
  const { plan } = useNetwork()
  const rights = useRights()
  return (gap: MapGap, prefix: MapGap['prefix']) => {
    // The free space around a draft belongs to its parent.
    const parent = plan.tree.get(gap.parentId) ?? plan.tree.get(state.selected)
    if (parent && rights.mayAddTo(parent.id)) state.actOn(parent.id, { kind: 'add', at: formatPrefix(prefix) })
  }
}

/** How dense the densest CIDR without children is: that is what shades are compared with. */
function useMost({ tree }: TreeState): number {
  const { plan } = useNetwork()
  return useMemo(
    () =>
      plan.tree.nodes.reduce((most, node) => {
        const whole = tree.get(node.id)
        const leaf = whole && tree.children(node.id).length === 0
        return leaf ? Math.max(most, density(plan.membersIn(node.id).length, node.prefix)) : most
      }, 0),
    [plan, tree],
  )
}
