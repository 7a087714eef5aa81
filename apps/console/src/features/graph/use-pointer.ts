'use client'

import { type PointerEvent, type RefObject, useEffect, useRef } from 'react'
import type { Circle, Point } from './circle.ts'
import { labellingOf } from './labels.ts'
import type { Camera } from './use-surface.ts'
import { type Hit, hitAt, moved, radiusOf, rimOf, zoomed } from './view.ts'

/** A pointer that moved less than this between down and up, in pixels, has clicked. */
const CLICK_WITHIN = 4

const WHEEL = { perPixel: 0.002, pinch: 5 } as const

type Heard = {
  readonly circle: Circle
  readonly camera: Camera
  onHover(hit: Hit | null): void
  onClick(hit: Hit | null, event: PointerEvent<HTMLElement>): void
}

type Finger = Point & { readonly from: Point }

/** Pan by drag, wheel and touch, zoom by pinch and Ctrl-wheel, hover and click, on the element that covers the drawing. */
export function usePointer(element: RefObject<HTMLElement | null>, { circle, camera, onHover, onClick }: Heard) {
  const fingers = useRef(new Map<number, Finger>())
  useWheel(element, camera)

  const hitOf = (event: PointerEvent<HTMLElement>): Hit | null => {
    const [view, frame] = [camera.view.current, camera.frame.current]
    const radius = radiusOf(frame, view.k) + rimOf(frame).arcs
    const labelled = labellingOf(circle, radius).named.map(({ at }) => at)
    return hitAt(circle, { view, frame, labelled }, pointOf(event))
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    const point = pointOf(event)
    fingers.current.set(event.pointerId, { ...point, from: point })
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const was = fingers.current.get(event.pointerId)
    if (!was) {
      if (event.pointerType !== 'touch') onHover(hitOf(event))
      return
    }
    const now = pointOf(event)
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1]
    fingers.current.set(event.pointerId, { ...now, from: was.from })
    camera.move((view, frame) => {
      if (other) return zoomed(view, frame, pinch(was, now, other))
      return moved(view, frame, { x: now.x - was.x, y: now.y - was.y })
    })
  }
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const finger = fingers.current.get(event.pointerId)
    fingers.current.delete(event.pointerId)
    const now = pointOf(event)
    if (finger && Math.hypot(now.x - finger.from.x, now.y - finger.from.y) < CLICK_WITHIN) onClick(hitOf(event), event)
  }
  return {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: (event: PointerEvent<HTMLElement>) => void fingers.current.delete(event.pointerId),
    onPointerLeave: () => onHover(null),
  }
}

const pointOf = (event: PointerEvent<HTMLElement>): Point => {
  const bounds = event.currentTarget.getBoundingClientRect()
  return { x: event.clientX - bounds.x, y: event.clientY - bounds.y }
}

function pinch(was: Point, now: Point, other: Point): { factor: number; at: Point } {
  const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y))
  return { factor: apart(now) / apart(was), at: { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 } }
}

function useWheel(element: RefObject<HTMLElement | null>, camera: Camera): void {
  useEffect(() => {
    const target = element.current
    if (!target) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const bounds = target.getBoundingClientRect()
      const at = { x: event.clientX - bounds.x, y: event.clientY - bounds.y }
      camera.move((view, frame) =>
        // Browsers report a pinch on a trackpad as a wheel with Ctrl.
        event.ctrlKey || event.metaKey
          ? zoomed(view, frame, { factor: Math.exp(-event.deltaY * WHEEL.perPixel * WHEEL.pinch), at })
          : moved(view, frame, { x: -event.deltaX, y: -event.deltaY }),
      )
    }
    // React listens passively to wheels; this one has to keep the page from scrolling.
    target.addEventListener('wheel', onWheel, { passive: false })
    return () => target.removeEventListener('wheel', onWheel)
  }, [element, camera])
}
