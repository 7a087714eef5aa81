'use client'

import type { Tree } from '@warren/cidr'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type Box, drawnBox, type Point, type Size, seenBox, showing } from './camera.ts'
import { held, MAP_ZOOM, type MapView, mapCloseUp, mapZoomedAt, WHOLE } from './map-camera.ts'
import { type MapLayout, mapLayout, mapSource } from './map-layout.ts'
import { type Moves, useGestures } from './use-gestures.ts'
import { watchSize } from './use-tree-camera.ts'

type CameraProps = {
  frame: RefObject<HTMLElement | null>
  layer: RefObject<HTMLElement | null>
  tree: Tree
  exact: boolean
  selected: number
}

const NOTHING: MapLayout = { boxes: [], gaps: [], specks: [], byId: new Map(), places: new Map() }

/** How long a box is on its way when the map jumps, in milliseconds. */
const GLIDE_MS = 150

export type MapCamera = ReturnType<typeof useMapCamera>

/** The camera over the map. Panning moves the layer without asking React; zooming lays the map out anew. */
export function useMapCamera({ frame, layer, tree, exact, selected }: CameraProps) {
  const size = useFrameSize(frame)
  const source = useMemo(() => mapSource(tree, tree.root), [tree])
  const layoutAt = useMemo(() => layouts(source, size, exact), [source, size, exact])
  const view = useRef<MapView>(WHOLE)
  const [k, setK] = useState<number>(WHOLE.k)
  const [drawn, setDrawn] = useState<Box | null>(null)
  const [gliding, glide] = useGlide()

  const apply = useCallback(() => {
    view.current = held(view.current, size)
    const { x, y } = view.current
    if (layer.current) layer.current.style.transform = `translate(${x}px, ${y}px)`
    setDrawn((old) => drawnBox(seenBox({ x, y, k: 1 }, size), old))
  }, [layer, size])
  const place = useCallback(
    (next: MapView) => {
      view.current = next
      setK(next.k)
      apply()
    },
    [apply],
  )
  // What is laid out anew and the camera over it have to be seen in the same frame.
  useLayoutEffect(apply)

  const latest = useRef({ layoutAt, size, selected, tree })
  latest.current = { layoutAt, size, selected, tree }
  const moves = useMemo(() => movesOf(latest, view, { place, glide }), [place, glide])
  const { handlers, onKey } = useGestures(frame, moves)
  const middle = (): Point => [size.width / 2, size.height / 2]
  return {
    layout: layoutAt(k),
    drawn,
    k,
    gliding,
    ...moves,
    zoomIn: () => moves.zoom(MAP_ZOOM.step, middle()),
    zoomOut: () => moves.zoom(1 / MAP_ZOOM.step, middle()),
    handlers,
    onKey,
  }
}

type Latest = RefObject<{ layoutAt: (k: number) => MapLayout; size: Size; selected: number; tree: Tree }>
type Acts = { place: (view: MapView) => void; glide: () => void }

function movesOf(latest: Latest, view: RefObject<MapView>, { place, glide }: Acts) {
  const closeUp = (id: number) => {
    const { tree, size, layoutAt } = latest.current
    glide()
    place(
      mapCloseUp(
        tree.ancestors(id).map((node) => node.id),
        size,
        layoutAt,
      ),
    )
  }
  const moves: Moves = {
    pan: (dx, dy) => {
      const { x, y, k } = view.current
      place(held({ x: x + dx, y: y + dy, k }, latest.current.size))
    },
    zoom: (factor, at) => {
      const { size: frame, layoutAt } = latest.current
      place(mapZoomedAt(view.current, { k: view.current.k * factor, at, frame }, layoutAt))
    },
    fit: () => {
      glide()
      place(WHOLE)
    },
    approach: () => closeUp(latest.current.selected),
  }
  const show = (id: number) => {
    const box = latest.current.layoutAt(view.current.k).byId.get(id)
    if (!box) return closeUp(id)
    const { x, y } = showing({ ...view.current, k: 1 }, box, latest.current.size)
    place(held({ x, y, k: view.current.k }, latest.current.size))
  }
  return { ...moves, closeUp, show }
}

/** Lays a map out for each scale that is asked for; the last two are kept, which is what zooming compares. */
function layouts(source: ReturnType<typeof mapSource>, size: Size, exact: boolean): (k: number) => MapLayout {
  const kept: { k: number; layout: MapLayout }[] = []
  return (k) => {
    if (size.width === 0 || size.height === 0) return NOTHING
    const known = kept.find((one) => one.k === k)
    if (known) return known.layout
    const layout = mapLayout(source, { width: size.width * k, height: size.height * k }, exact)
    kept.unshift({ k, layout })
    kept.length = Math.min(kept.length, 2)
    return layout
  }
}

function useFrameSize(frame: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = frame.current
    const measure = () => {
      const [width, height] = [element?.clientWidth ?? 0, element?.clientHeight ?? 0]
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }))
    }
    measure()
    return watchSize(element, measure)
  }, [frame])
  return size
}

/** Whether boxes glide to their new places, which shows where they went; and how to let them for a moment. */
function useGlide(): [gliding: boolean, glide: () => void] {
  const [gliding, setGliding] = useState(false)
  useEffect(() => {
    if (!gliding) return
    const timer = setTimeout(() => setGliding(false), GLIDE_MS + 50)
    return () => clearTimeout(timer)
  }, [gliding])
  return [gliding, useCallback(() => setGliding(true), [])]
}
