'use client'

import { useTheme } from 'next-themes'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { type Palette, paletteOf } from './palette.ts'
import { type Picture, Surface } from './surface.ts'
import { type Frame, HOME, type View } from './view.ts'

/** Where a drawing is seen from, apart from React: a pan must not render anything. */
export type Camera = {
  readonly frame: RefObject<Frame>
  readonly view: RefObject<View>
  /** Changes the view and shows it. */
  move(change: (view: View, frame: Frame) => View): void
}

const REDUCED = '(prefers-reduced-motion: reduce)'

/** Keeps a canvas drawn: in its element's size, at the screen's resolution, in the theme's colours. */
export function useSurface(canvas: RefObject<HTMLCanvasElement | null>, picture: Omit<Picture, 'palette'>): Camera {
  const surface = useRef<Surface | null>(null)
  const frame = useRef<Frame>({ width: 1, height: 1, ratio: 1 })
  const view = useRef<View>(HOME)
  const palette = usePalette(canvas)

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const drawn = new Surface(element, () => window.matchMedia(REDUCED).matches)
    surface.current = drawn
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element
      frame.current = { width: Math.max(1, width), height: Math.max(1, height), ratio: window.devicePixelRatio || 1 }
      drawn.resize(frame.current)
    }
    measure()
    const stop = watchSize(element, measure)
    return () => {
      stop()
      drawn.end()
      surface.current = null
    }
  }, [canvas])

  const { circle, strands, marks, followed, focus } = picture
  useEffect(() => {
    if (palette) surface.current?.show({ circle, strands, marks, followed, focus, palette })
  }, [circle, strands, marks, followed, focus, palette])

  return useMemo(
    () => ({
      frame,
      view,
      move: (change) => {
        view.current = change(view.current, frame.current)
        surface.current?.look(view.current)
      },
    }),
    [],
  )
}

/** Calls back when the element's size changes, or the screen's resolution. */
function watchSize(element: Element, changed: () => void): () => void {
  const watcher = new ResizeObserver(changed)
  watcher.observe(element)
  const resolution = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
  resolution.addEventListener('change', changed)
  return () => {
    watcher.disconnect()
    resolution.removeEventListener('change', changed)
  }
}

/** The colours as they are now; null before there is anything to read them from. */
function usePalette(canvas: RefObject<HTMLCanvasElement | null>): Palette | null {
  const { resolvedTheme } = useTheme()
  const [palette, setPalette] = useState<Palette | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens change with the theme
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    // Text that is measured before its face has come would be drawn in another.
    let gone = false
    void document.fonts.ready.then(() => !gone && setPalette(paletteOf(element)))
    return () => {
      gone = true
    }
  }, [canvas, resolvedTheme])
  return palette
}
