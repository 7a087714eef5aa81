'use client'

import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Where a drawing is seen from: its origin on the screen in pixels, and its scale. */
export type View = { readonly x: number; readonly y: number; readonly k: number }

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

const ZOOM = { least: 0.25, most: 2, step: 1.25, perPixel: 0.002 } as const
const MARGIN = 28
/** Fitting never makes text smaller than can be read, and on a wide screen a little larger than elsewhere. */
const FIT = { least: 0.7, most: 1, mostWide: 1.3, wide: 1600 } as const

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/** The view with scale `k` in which the point (px, py) of the screen shows what it shows now. */
function zoomedAt(view: View, k: number, [px, py]: readonly [number, number]): View {
  const scale = clamp(k, ZOOM.least, ZOOM.most)
  const share = scale / view.k
  return { k: scale, x: px - (px - view.x) * share, y: py - (py - view.y) * share }
}

/** The view that shows a drawing of this size whole, or its left part where it would become too small. */
function fitting(width: number, height: number, frame: DOMRect): View {
  const whole = Math.min((frame.width - 2 * MARGIN) / width, (frame.height - 2 * MARGIN) / height)
  const k = clamp(whole, FIT.least, frame.width > FIT.wide ? FIT.mostWide : FIT.most)
  const y = (frame.height - height * k) / 2
  return { k, x: MARGIN, y: height * k > frame.height - 2 * MARGIN ? y : Math.max(MARGIN, y) }
}

/** The least movement that brings a box of the drawing into the frame. */
function showing(view: View, box: Box, frame: DOMRect): View {
  const shift = (start: number, size: number, room: number) => {
    if (start < MARGIN) return MARGIN - start
    return start + size > room - MARGIN ? room - MARGIN - start - size : 0
  }
  const dx = shift(box.x * view.k + view.x, box.width * view.k, frame.width)
  const dy = shift(box.y * view.k + view.y, box.height * view.k, frame.height)
  return dx === 0 && dy === 0 ? view : { ...view, x: view.x + dx, y: view.y + dy }
}

export type PanZoom = ReturnType<typeof usePanZoom>

/**
 * Panning by drag, wheel and touch, zooming by pinch, Ctrl-wheel and buttons. The drawing is `width` × `height` pixels;
 * it is fitted once when it is first seen, and then only when asked.
 */
export function usePanZoom(frame: RefObject<HTMLElement | null>, { width, height }: { width: number; height: number }) {
  const [view, setView] = useState<View | null>(null)
  const size = useRef({ width, height })
  size.current = { width, height }

  const rect = useCallback(() => frame.current?.getBoundingClientRect() ?? new DOMRect(), [frame])
  const fit = useCallback(() => setView(fitting(size.current.width, size.current.height, rect())), [rect])
  useEffect(fit, [fit])

  const zoomBy = useCallback(
    (factor: number) => setView((old) => old && zoomedAt(old, old.k * factor, [rect().width / 2, rect().height / 2])),
    [rect],
  )
  const show = useCallback((box: Box) => setView((old) => old && showing(old, box, rect())), [rect])

  useWheel(frame, setView)
  const drag = useDrag(frame, setView)
  return {
    view: view ?? { x: MARGIN, y: MARGIN, k: 1 },
    ready: view !== null,
    fit,
    zoomIn: () => zoomBy(ZOOM.step),
    zoomOut: () => zoomBy(1 / ZOOM.step),
    show,
    handlers: drag,
  }
}

type SetView = (change: (old: View | null) => View | null) => void

function useWheel(frame: RefObject<HTMLElement | null>, setView: SetView): void {
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const bounds = element.getBoundingClientRect()
      const at = [event.clientX - bounds.x, event.clientY - bounds.y] as const
      setView((old) => {
        if (!old) return old
        // Browsers report a pinch on a trackpad as a wheel with Ctrl.
        if (event.ctrlKey || event.metaKey)
          return zoomedAt(old, old.k * Math.exp(-event.deltaY * ZOOM.perPixel * 3), at)
        return { ...old, x: old.x - event.deltaX, y: old.y - event.deltaY }
      })
    }
    // React listens passively to wheels; this one has to keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [frame, setView])
}

type Point = { x: number; y: number }

function useDrag(frame: RefObject<HTMLElement | null>, setView: SetView) {
  const fingers = useRef(new Map<number, Point>())
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || (event.target as Element).closest('[data-card], button')) return
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const before = fingers.current.get(event.pointerId)
    if (!before) return
    const now = { x: event.clientX, y: event.clientY }
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1]
    fingers.current.set(event.pointerId, now)
    const bounds = frame.current?.getBoundingClientRect()
    if (!bounds) return
    setView((old) => old && (other ? pinched(old, { before, now, other }, bounds) : dragged(old, before, now)))
  }
  const release = (event: PointerEvent<HTMLElement>) => void fingers.current.delete(event.pointerId)
  return { onPointerDown, onPointerMove, onPointerUp: release, onPointerCancel: release }
}

const dragged = (view: View, before: Point, now: Point): View => ({
  ...view,
  x: view.x + now.x - before.x,
  y: view.y + now.y - before.y,
})

function pinched(
  view: View,
  { before, now, other }: { before: Point; now: Point; other: Point },
  bounds: DOMRect,
): View {
  const apart = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y)
  const at = [(now.x + other.x) / 2 - bounds.x, (now.y + other.y) / 2 - bounds.y] as const
  return zoomedAt(view, view.k * (apart(now) / Math.max(1, apart(before))), at)
}
