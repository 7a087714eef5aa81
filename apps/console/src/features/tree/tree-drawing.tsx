'use client'

import { Maximize, Minus, Plus } from 'lucide-react'
import { memo, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { IconButton } from '~/ui/button.tsx'
import { Arcs } from './arcs.tsx'
import { type Box, meets } from './camera.ts'
import { CARD, type Layout, linkPath, tidyLayout } from './layout.ts'
import { TreeCards } from './tree-cards.tsx'
import type { TreeState } from './tree-state.ts'
import { useTreeCamera } from './use-tree-camera.ts'

/** Where arcs swing out beside the last column, in pixels. */
const ARC_ROOM = 56

/** The tidy tree: cards, hairlines from parent to child, associations as dashed arcs. Only what is in sight exists. */
export function TreeDrawing({ state, children }: { state: TreeState; children?: ReactNode }) {
  const { tree, collapsed, selected } = state
  const frame = useRef<HTMLDivElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const layout = useMemo(() => tidyLayout(tree, collapsed), [tree, collapsed])
  const place = layout.byId.get(selected)
  const [x, y] = [place?.x, place?.y]
  const box = useMemo(() => (x === undefined || y === undefined ? null : { x, y, ...CARD }), [x, y])
  const drawing = { width: layout.width + ARC_ROOM, height: layout.height }
  const camera = useTreeCamera({ frame, layer, drawing, selected: box })
  const { drawn, show } = camera

  // The selection comes into sight when it changes, whoever changed it.
  useEffect(() => {
    if (box) show(box)
  }, [show, box])

  // So does what is about to be made.
  const draft = [...state.drafted].map((id) => layout.byId.get(id)).find((card) => card !== undefined)
  const [draftX, draftY] = [draft?.x, draft?.y]
  useEffect(() => {
    if (draftX !== undefined && draftY !== undefined) show({ x: draftX, y: draftY, ...CARD })
  }, [show, draftX, draftY])

  return (
    <div className="relative min-h-0 flex-1 overflow-hidden">
      <div
        ref={frame}
        {...camera.handlers}
        className="absolute inset-0 cursor-grab touch-none overflow-hidden select-none active:cursor-grabbing"
      >
        <div
          ref={layer}
          className="absolute top-0 left-0 origin-top-left"
          style={camera.transform ? { transform: camera.transform } : undefined}
        >
          {drawn && (
            <>
              <svg aria-hidden width={1} height={1} className="absolute overflow-visible">
                <Hairlines layout={layout} drawn={drawn} />
                <Arcs layout={layout} drawn={drawn} tree={tree} selected={selected} other={otherOf(state)} />
              </svg>
              <TreeCards state={state} layout={layout} drawn={drawn} onKey={camera.onKey} />
            </>
          )}
        </div>
      </div>
      {children}
      <CameraButtons camera={camera} />
    </div>
  )
}

const otherOf = ({ action }: TreeState): number | null => (action?.kind === 'associate' ? action.other : null)

const Hairlines = memo(function Hairlines({ layout, drawn }: { layout: Layout; drawn: Box }) {
  const lines = layout.cards.flatMap((card) => {
    const parent = card.node.parentId === null ? undefined : layout.byId.get(card.node.parentId)
    if (!parent) return []
    const top = Math.min(parent.y, card.y)
    const span = { x: parent.x, y: top, width: card.x - parent.x, height: Math.abs(parent.y - card.y) + CARD.height }
    return meets(span, drawn) ? linkPath(parent, card) : []
  })
  return <path d={lines.join('')} className="fill-none stroke-hairline stroke-[1.5]" />
})

type Buttons = { zoomIn: () => void; zoomOut: () => void; fit: () => void }

/** The camera for the mouse; the keys are +, −, Shift with arrows, and Shift-1. */
export function CameraButtons({ camera }: { camera: Buttons }) {
  return (
    <div className="absolute top-2.5 right-3 flex nav:right-4 rounded-md border bg-card shadow-[0_1px_2px_rgb(0_0_0/0.03)]">
      <IconButton name="Zoom out" onClick={camera.zoomOut} aria-keyshortcuts="-">
        <Minus />
      </IconButton>
      <IconButton name="Zoom in" onClick={camera.zoomIn} aria-keyshortcuts="+">
        <Plus />
      </IconButton>
      <IconButton name="Show all" onClick={camera.fit} aria-keyshortcuts="Shift+1">
        <Maximize />
      </IconButton>
    </div>
  )
}
