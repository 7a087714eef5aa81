'use client'

import { type RefObject, useLayoutEffect, useState } from 'react'
import { watchSize } from './use-tree-camera.ts'

/** The width of an element in pixels; 0 before it is measured. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setWidth(element.current?.clientWidth ?? 0)
    measure()
    return watchSize(element.current, measure)
  }, [element])
  return width
}
