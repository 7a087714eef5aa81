'use client'

import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useRef } from 'react'
import { type Point, ZOOM } from './camera.ts'

/** What a drawing can be asked to do. Points are pixels from the upper left corner of its frame. */
export type Moves = {
  pan(dx: number, dy: number): void
  zoom(factor: number, at: Point): void
  fit(): void
  /** Shows the selection large. */
  approach(): void
}

/** How fast a wheel zooms, per pixel of its turn. */
const PER_PIXEL = 0.006
/** Less than this is a click with an unsteady hand, in pixels. */
const UNSTEADY = 5
/** How far an arrow key pans, in pixels. */
const KEY_PAN = 80

/**
 * Panning by drag, wheel, touch and Shift with arrow keys; zooming by pinch, wheel with Ctrl, plus and minus. Movements
 * between two frames of the screen become one. What carries `data-grip` is dragged by a mouse instead of the drawing.
 */
export function useGestures(frame: RefObject<HTMLElement | null>, moves: Moves) {
  const batch = useBatch(moves)
  useWheel(frame, batch)
  const drag = useDragPan(frame, batch)
  const latest = useRef(moves)
  latest.current = moves
  /** Whether the key was one of the camera's. */
  const onKey = (event: KeyboardEvent): boolean => {
    const act = keyMove(event, latest.current, middleOf(frame.current))
    if (act) event.preventDefault()
    act?.()
    return act !== null
  }
  return { handlers: drag, onKey }
}

const middleOf = (element: HTMLElement | null): Point => [
  (element?.clientWidth ?? 0) / 2,
  (element?.clientHeight ?? 0) / 2,
]

/** What a key asks of the camera; null when it is none of its keys. Shift with 1 and 2 are what drawing programs use. */
function keyMove(event: KeyboardEvent, moves: Moves, middle: Point): (() => void) | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (event.key === '+' || event.key === '=') return () => moves.zoom(ZOOM.step, middle)
  if (event.key === '-' || event.key === '_') return () => moves.zoom(1 / ZOOM.step, middle)
  if (!event.shiftKey) return null
  switch (event.code) {
    case 'ArrowLeft':
      return () => moves.pan(KEY_PAN, 0)
    case 'ArrowRight':
      return () => moves.pan(-KEY_PAN, 0)
    case 'ArrowUp':
      return () => moves.pan(0, KEY_PAN)
    case 'ArrowDown':
      return () => moves.pan(0, -KEY_PAN)
    case 'Digit1':
      return () => moves.fit()
    case 'Digit2':
      return () => moves.approach()
    default:
      return null
  }
}

type Batch = Pick<Moves, 'pan' | 'zoom'>

/** Collects movements and hands them on once per frame of the screen. */
function useBatch(moves: Moves): Batch {
  const latest = useRef(moves)
  latest.current = moves
  const batch = useMemo(() => {
    let [dx, dy, factor] = [0, 0, 1]
    let at: Point = [0, 0]
    let asked = 0
    const flush = () => {
      asked = 0
      const now = { dx, dy, factor, at }
      ;[dx, dy, factor] = [0, 0, 1]
      if (now.dx !== 0 || now.dy !== 0) latest.current.pan(now.dx, now.dy)
      if (now.factor !== 1) latest.current.zoom(now.factor, now.at)
    }
    const ask = () => {
      if (asked === 0) asked = requestAnimationFrame(flush)
    }
    return {
      pan: (x: number, y: number) => {
        dx += x
        dy += y
        ask()
      },
      zoom: (by: number, point: Point) => {
        factor *= by
        at = point
        ask()
      },
      drop: () => cancelAnimationFrame(asked),
    }
  }, [])
  useEffect(() => batch.drop, [batch])
  return batch
}

function useWheel(frame: RefObject<HTMLElement | null>, batch: Batch): void {
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const bounds = element.getBoundingClientRect()
      // Browsers report a pinch on a trackpad as a wheel with Ctrl.
      if (event.ctrlKey || event.metaKey) {
        batch.zoom(Math.exp(-event.deltaY * PER_PIXEL), [event.clientX - bounds.x, event.clientY - bounds.y])
      } else if (event.shiftKey && event.deltaX === 0) batch.pan(-event.deltaY, 0)
      else batch.pan(-event.deltaX, -event.deltaY)
    }
    // React listens passively to wheels; this one has to keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [frame, batch])
}

type Finger = { x: number; y: number; moved: boolean }

function useDragPan(frame: RefObject<HTMLElement | null>, batch: Batch) {
  const fingers = useRef(new Map<number, Finger>())
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const gripped = event.pointerType !== 'touch' && (event.target as Element).closest('[data-grip]')
    if (event.button > 1 || gripped) return
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY, moved: false })
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const before = fingers.current.get(event.pointerId)
    if (!before) return
    // Something else took the pointer over: a peer or a CIDR is being dragged.
    if (document.documentElement.hasAttribute('data-dragging')) return void fingers.current.clear()
    const now = { x: event.clientX, y: event.clientY, moved: true }
    if (!before.moved && Math.hypot(now.x - before.x, now.y - before.y) < UNSTEADY) return
    // Not before it moved: a captured pointer would take the click from what it was meant for.
    if (!before.moved) event.currentTarget.setPointerCapture(event.pointerId)
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1]
    fingers.current.set(event.pointerId, now)
    const bounds = frame.current?.getBoundingClientRect()
    if (!bounds) return
    if (!other) return batch.pan(now.x - before.x, now.y - before.y)
    const apart = (finger: Finger) => Math.hypot(finger.x - other.x, finger.y - other.y)
    const middle = [(now.x + other.x) / 2 - bounds.x, (now.y + other.y) / 2 - bounds.y] as const
    batch.zoom(apart(now) / Math.max(1, apart(before)), middle)
    batch.pan((now.x - before.x) / 2, (now.y - before.y) / 2)
  }
  const release = (event: PointerEvent<HTMLElement>) => void fingers.current.delete(event.pointerId)
  return { onPointerDown, onPointerMove, onPointerUp: release, onPointerCancel: release }
}
