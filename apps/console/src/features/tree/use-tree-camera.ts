'use client'

import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import {
  type Box,
  closeUpOf,
  drawnBox,
  fitting,
  kept,
  type Point,
  type Size,
  seenBox,
  showing,
  type View,
  ZOOM,
  zoomedAt,
} from './camera.ts'
import { type Moves, useGestures } from './use-gestures.ts'

type CameraProps = {
  frame: RefObject<HTMLElement | null>
  /** What is moved and scaled. */
  layer: RefObject<HTMLElement | null>
  drawing: Size
  selected: Box | null
}

export type TreeCamera = ReturnType<typeof useTreeCamera>

/**
 * The camera over the tree. Panning moves the layer without asking React; only when it comes to the edge of what is
 * drawn does `drawn` change, the part of the drawing that has to exist. Fitted once when it is first seen.
 */
export function useTreeCamera({ frame, layer, drawing, selected }: CameraProps) {
  const view = useRef<View | null>(null)
  const [drawn, setDrawn] = useState<Box | null>(null)
  const latest = useRef({ drawing, selected })
  latest.current = { drawing, selected }

  const place = useCallback(
    (next: View) => {
      view.current = next
      const { clientWidth: width = 0, clientHeight: height = 0 } = frame.current ?? {}
      if (layer.current) layer.current.style.transform = transformOf(next)
      setDrawn((old) => drawnBox(seenBox(next, { width, height }), old))
    },
    [frame, layer],
  )
  const moves = useMemo((): Moves & { show: (box: Box) => void } => {
    const size = (): Size => ({ width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 })
    const change = (next: (old: View) => View) => view.current && place(next(view.current))
    return {
      pan: (dx, dy) => change((old) => kept({ ...old, x: old.x + dx, y: old.y + dy }, latest.current.drawing, size())),
      zoom: (factor, at) => change((old) => zoomedAt(old, old.k * factor, at)),
      fit: () => place(fitting(latest.current.drawing, size())),
      approach: () => latest.current.selected && place(closeUpOf(latest.current.selected, size())),
      show: (box) => change((old) => showing(old, box, size())),
    }
  }, [frame, place])
  useEffect(() => moves.fit(), [moves])
  useEffect(() => watchSize(frame.current, () => view.current && place(view.current)), [frame, place])

  const { handlers, onKey } = useGestures(frame, moves)
  const middle = (): Point => [(frame.current?.clientWidth ?? 0) / 2, (frame.current?.clientHeight ?? 0) / 2]
  return {
    drawn,
    /** For the first rendering of the layer; afterwards the camera sets it by itself. */
    transform: view.current ? transformOf(view.current) : undefined,
    show: moves.show,
    fit: moves.fit,
    zoomIn: () => moves.zoom(ZOOM.step, middle()),
    zoomOut: () => moves.zoom(1 / ZOOM.step, middle()),
    handlers,
    onKey,
  }
}

const transformOf = ({ x, y, k }: View): string => `translate(${x}px, ${y}px) scale(${k})`

/** Calls when the element's size changes, and answers how to stop that. */
export function watchSize(element: HTMLElement | null, onChange: () => void): () => void {
  if (!element) return () => undefined
  const watcher = new ResizeObserver(onChange)
  watcher.observe(element)
  return () => watcher.disconnect()
}
