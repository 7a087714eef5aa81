'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback } from 'react'

/** Rows drawn beyond each edge, so that fast scrolling shows no gap. */
const BEYOND = 12

/** Which of `total` rows of `height` pixels are in sight of a scrolling element, and how to bring one there. */
export function useRows(scroller: RefObject<HTMLElement | null>, { total, height }: { total: number; height: number }) {
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: BEYOND,
    paddingStart: height / 4,
    paddingEnd: height / 4,
    useFlushSync: false,
  })
  const show = useCallback((row: number) => row >= 0 && virtual.scrollToIndex(row, { align: 'auto' }), [virtual])
  return { rows: virtual.getVirtualItems(), height: virtual.getTotalSize(), show }
}
