'use client'

import { type RefObject, useEffect, useState } from 'react'

/** Rows drawn beyond each edge, so that fast scrolling shows no gap. */
const BEYOND = 12

/** Before the first measurement: enough for a tall screen. */
const AT_FIRST = 60

/** Which of `total` rows of equal height are in sight of a scrolling element: from, and up to but without to. */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  { total, rowHeight }: { total: number; rowHeight: number },
) {
  const [range, setRange] = useState({ from: 0, to: AT_FIRST })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => {
      const from = Math.max(0, Math.floor(element.scrollTop / rowHeight) - BEYOND)
      const to = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + BEYOND
      setRange((old) => (old.from === from && old.to === to ? old : { from, to }))
    }
    measure()
    const watcher = new ResizeObserver(measure)
    watcher.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      watcher.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [scroller, rowHeight])
  return { from: Math.min(range.from, total), to: Math.min(range.to, total) }
}
