'use client'

import { type RefObject, useEffect, useState } from 'react'

/** Cells drawn beyond each edge, so that fast scrolling shows no gap. */
const BEYOND = 4

/** Before the first measurement: enough for a usual screen. */
const AT_FIRST = 48

type Grid = {
  /** Width and height of a cell in pixels. */
  readonly cell: number
  /** Cells in each direction. */
  readonly total: number
  /** Pixels that stay in place at the left and at the top. */
  readonly left: number
  readonly top: number
}

/** Which rows and columns of a square grid are in sight of a scrolling element: from, and up to but without to. */
export function usePane(scroller: RefObject<HTMLElement | null>, { cell, total, left, top }: Grid) {
  const [pane, setPane] = useState({ fromRow: 0, toRow: AT_FIRST, fromColumn: 0, toColumn: AT_FIRST })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const span = (start: number, room: number): [number, number] => [
      Math.max(0, Math.floor(start / cell) - BEYOND),
      Math.ceil((start + room) / cell) + BEYOND,
    ]
    const measure = () => {
      const [fromRow, toRow] = span(element.scrollTop, element.clientHeight - top)
      const [fromColumn, toColumn] = span(element.scrollLeft, element.clientWidth - left)
      setPane((old) =>
        old.fromRow === fromRow && old.toRow === toRow && old.fromColumn === fromColumn && old.toColumn === toColumn
          ? old
          : { fromRow, toRow, fromColumn, toColumn },
      )
    }
    measure()
    const watcher = new ResizeObserver(measure)
    watcher.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      watcher.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [scroller, cell, left, top])
  const within = (place: number) => Math.min(place, total)
  return {
    fromRow: within(pane.fromRow),
    toRow: within(pane.toRow),
    fromColumn: within(pane.fromColumn),
    toColumn: within(pane.toColumn),
  }
}
