/** Where a drawing is seen from: its origin on the screen in pixels, and its scale. */
export type View = { readonly x: number; readonly y: number; readonly k: number }

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Size = { readonly width: number; readonly height: number }
export type Point = readonly [x: number, y: number]

export const ZOOM = { least: 0.1, most: 2, step: 1.25 } as const

/** What is left free around a drawing that is fitted, in pixels. */
export const MARGIN = 28

/** What is left free above it: the search and the camera's buttons float there. */
const MARGIN_TOP = 56

/** Fitting never makes text smaller than can be read, and on a wide screen a little larger than elsewhere. */
const FIT = { least: 0.8, most: 1, mostWide: 1.3, wide: 1600 } as const

export const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/** The view with scale `k` in which the point of the screen shows what it shows now. */
export function zoomedAt(view: View, k: number, [px, py]: Point): View {
  const scale = clamp(k, ZOOM.least, ZOOM.most)
  const share = scale / view.k
  return { k: scale, x: px - (px - view.x) * share, y: py - (py - view.y) * share }
}

/** The view that shows a drawing whole, or its left part where it would become too small. */
export function fitting(drawing: Size, frame: Size): View {
  const room = frame.height - MARGIN_TOP - MARGIN
  const whole = Math.min((frame.width - 2 * MARGIN) / drawing.width, room / drawing.height)
  const k = clamp(whole, FIT.least, frame.width > FIT.wide ? FIT.mostWide : FIT.most)
  const middle = MARGIN_TOP + (room - drawing.height * k) / 2
  const left = (frame.width - drawing.width * k) / 2
  // One that is too high shows its middle, where the root is.
  return { k, x: frame.width > FIT.wide ? Math.max(MARGIN, Math.round(left)) : MARGIN, y: Math.round(middle) }
}

/** The least movement that brings a box of the drawing into the frame; of a larger one, its upper left corner. */
export function showing(view: View, box: Box, frame: Size): View {
  const shift = (start: number, size: number, { room, least }: { room: number; least: number }) => {
    const over = start + size - (room - MARGIN)
    if (over > 0 && start - over >= least) return -over
    return start < least || over > 0 ? least - start : 0
  }
  const dx = shift(box.x * view.k + view.x, box.width * view.k, { room: frame.width, least: MARGIN })
  const dy = shift(box.y * view.k + view.y, box.height * view.k, { room: frame.height, least: MARGIN_TOP })
  return dx === 0 && dy === 0 ? view : { ...view, x: view.x + dx, y: view.y + dy }
}

/** The view that shows a box of the drawing in the middle of the frame, as large as text stays crisp. */
export function closeUpOf(box: Box, frame: Size): View {
  const k = clamp(Math.min(frame.width / (box.width * 3), frame.height / (box.height * 3)), 0.5, ZOOM.most)
  return {
    k,
    x: frame.width / 2 - (box.x + box.width / 2) * k,
    y: frame.height / 2 - (box.y + box.height / 2) * k,
  }
}

/** So much of a drawing stays in the frame however far it is panned, in pixels. */
const KEPT = 96

/** Keeps a piece of the drawing in the frame: nobody should have to look for it. */
export function kept(view: View, drawing: Size, frame: Size): View {
  return {
    k: view.k,
    x: clamp(view.x, KEPT - drawing.width * view.k, frame.width - KEPT),
    y: clamp(view.y, KEPT - drawing.height * view.k, frame.height - KEPT),
  }
}

/** What of a drawing is in the frame, in the drawing's own pixels. */
export const seenBox = (view: View, frame: Size): Box => ({
  x: -view.x / view.k,
  y: -view.y / view.k,
  width: frame.width / view.k,
  height: frame.height / view.k,
})

/** How much is drawn beyond the edges of the frame, as a share of it: so much can be panned before more is drawn. */
const BEYOND = 0.5

/**
 * What to draw: `old` as long as it holds what is seen and is not far too much, else what is seen and a seam around it.
 * Answering `old` itself lets a component see that there is nothing to do.
 */
export function drawnBox(seen: Box, old: Box | null): Box {
  if (old && holdsBox(old, seen) && old.width <= seen.width * (1 + 4 * BEYOND)) return old
  const [dx, dy] = [seen.width * BEYOND, seen.height * BEYOND]
  return { x: seen.x - dx, y: seen.y - dy, width: seen.width + 2 * dx, height: seen.height + 2 * dy }
}

const holdsBox = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

/** Whether two boxes share a point. */
export const meets = (a: Box, b: Box): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height
