'use client'

import { type PointerEvent, type RefObject, useRef, useState } from 'react'
import { CARD, type Layout, type Placed } from './layout.ts'
import type { View } from './use-pan-zoom.ts'

type DragProps = {
  layout: Layout
  view: View
  frame: RefObject<HTMLElement | null>
  /** One CIDR was dragged onto another. */
  onDrop: (from: number, to: number) => void
}

type Drag = { from: number; x: number; y: number; over: number | null }

/** Less than this is a click with an unsteady hand, in pixels. */
const UNSTEADY = 6

/** Dragging one card onto another asks to associate the two. `path` is the line from the card to the pointer. */
export function useAssociateDrag({ layout, view, frame, onDrop }: DragProps) {
  const [drag, setDrag] = useState<Drag | null>(null)
  const start = useRef<{ id: number; x: number; y: number } | null>(null)
  const dragged = useRef(false)

  const inDrawing = (event: PointerEvent): [number, number] => {
    const bounds = frame.current?.getBoundingClientRect() ?? new DOMRect()
    return [(event.clientX - bounds.x - view.x) / view.k, (event.clientY - bounds.y - view.y) / view.k]
  }
  const handlers = (id: number) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      dragged.current = false
      // A finger pans and taps; a mouse or a pen can drag a card.
      if (event.button !== 0 || event.pointerType === 'touch') return
      start.current = { id, x: event.clientX, y: event.clientY }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const begun = start.current
      if (!begun || Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < UNSTEADY) return
      if (!dragged.current) event.currentTarget.setPointerCapture(event.pointerId)
      dragged.current = true
      const [x, y] = inDrawing(event)
      const over = layout.cards.find((card) => holds(card, x, y))?.node.id ?? null
      setDrag({ from: begun.id, x, y, over: over === begun.id ? null : over })
    },
    onPointerUp: () => {
      if (drag?.over) onDrop(drag.from, drag.over)
      start.current = null
      setDrag(null)
    },
    onPointerCancel: () => {
      start.current = null
      setDrag(null)
    },
  })
  const from = drag && layout.byId.get(drag.from)
  return {
    handlers,
    over: drag?.over ?? null,
    path: from ? `M${from.x + CARD.width} ${from.y + CARD.height / 2}L${drag.x} ${drag.y}` : null,
    /** Whether the click that comes now is the end of a drag. */
    justDragged: () => dragged.current,
  }
}

const holds = (card: Placed, x: number, y: number): boolean =>
  x >= card.x && x <= card.x + CARD.width && y >= card.y && y <= card.y + CARD.height
