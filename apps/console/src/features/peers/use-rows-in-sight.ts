'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useRef } from 'react'

/** Rows drawn beyond each edge, so that fast scrolling shows no gap. */
const BEYOND = 10

type InSight = {
  scroller: RefObject<HTMLDivElement | null>
  /** The numbers of the rows to draw. */
  items: number[]
  /** Pixels that the rows above and below them take. */
  before: number
  after: number
  /** Brings a row into sight. */
  show: (at: number) => void
}

/** Which of `total` rows of `height` pixels to draw. */
export function useRowsInSight(total: number, height: number): InSight {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: BEYOND,
    // The head stays above the first row.
    scrollPaddingStart: height,
    scrollPaddingEnd: height,
    useFlushSync: false,
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const show = useCallback((at: number) => virtual.scrollToIndex(at, { align: 'auto' }), [virtual])
  return { scroller, items: items.map((item) => item.index), before, after, show }
}
