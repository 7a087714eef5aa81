import type { Circle, Point } from './circle.ts'

/** The drawing's frame: its size in CSS pixels, and how many pixels of the screen one of these is. */
export type Frame = { readonly width: number; readonly height: number; readonly ratio: number }

/** Where the drawing is seen from: how far its middle lies from the frame's, in pixels, and the scale. */
export type View = { readonly x: number; readonly y: number; readonly k: number }

export const HOME: View = { x: 0, y: 0, k: 1 }

const ZOOM = { least: 0.7, most: 64 } as const

/** Below this width and height, in pixels, there is no room for names around the circle. */
const SMALL = 560

/** Room around the circle for arcs and names, in pixels. */
export const rimOf = (frame: Frame): { readonly arcs: number; readonly margin: number } =>
  Math.min(frame.width, frame.height) < SMALL ? { arcs: 20, margin: 62 } : { arcs: 82, margin: 126 }

/** Pixels of the circle's radius. */
export const radiusOf = (frame: Frame, k: number): number =>
  Math.max(40, Math.min(frame.width, frame.height) / 2 - rimOf(frame).margin) * k

export const middleOf = (frame: Frame, view: View): Point => ({
  x: frame.width / 2 + view.x,
  y: frame.height / 2 + view.y,
})

/** Zooms so that the point of the frame that is `at` shows what it shows now. */
export function zoomed(view: View, frame: Frame, { factor, at }: { factor: number; at: Point }): View {
  const k = Math.min(ZOOM.most, Math.max(ZOOM.least, view.k * factor))
  const middle = middleOf(frame, view)
  const share = k / view.k
  return kept(
    {
      k,
      x: at.x - (at.x - middle.x) * share - frame.width / 2,
      y: at.y - (at.y - middle.y) * share - frame.height / 2,
    },
    frame,
  )
}

/** Moves by pixels; the circle cannot be pushed out of sight. */
export const moved = (view: View, frame: Frame, by: Point): View =>
  kept({ ...view, x: view.x + by.x, y: view.y + by.y }, frame)

function kept(view: View, frame: Frame): View {
  const reach = radiusOf(frame, view.k)
  const within = (value: number, most: number) => Math.min(most, Math.max(-most, value))
  return { ...view, x: within(view.x, reach), y: within(view.y, reach) }
}

/** The least movement that brings a seat into sight. */
export function showing(view: View, frame: Frame, seat: Point): View {
  const radius = radiusOf(frame, view.k)
  const middle = middleOf(frame, view)
  const into = (at: number, size: number) => Math.min(size - SHOWN, Math.max(SHOWN, at)) - at
  const [x, y] = [middle.x + seat.x * radius, middle.y + seat.y * radius]
  return kept({ ...view, x: view.x + into(x, frame.width), y: view.y + into(y, frame.height) }, frame)
}

/** How far from the edge what is looked at should be, in pixels. */
const SHOWN = 40

/** What lies under a point of the frame: a peer, or a CIDR's arc. */
export type Hit = { readonly kind: 'seat'; readonly at: number } | { readonly kind: 'sector'; readonly at: number }

/** How far a pointer may miss the circle, in pixels: inwards, outwards, and along it. */
const NEAR = { inwards: 14, outwards: 26, along: 12 } as const

/** Finds what a point of the frame means. `labelled` are the sectors whose arcs are drawn. */
export function hitAt(
  circle: Circle,
  { view, frame, labelled }: { view: View; frame: Frame; labelled: readonly number[] },
  point: Point,
): Hit | null {
  const middle = middleOf(frame, view)
  const radius = radiusOf(frame, view.k)
  const [x, y] = [point.x - middle.x, point.y - middle.y]
  const off = Math.hypot(x, y) - radius
  const angle = (Math.atan2(x, -y) + 2 * Math.PI) % (2 * Math.PI)
  if (off > -NEAR.inwards && off < NEAR.outwards) {
    const at = nearestSeat(circle, angle)
    const away = at === null ? Infinity : apart(circle.seats[at]?.angle ?? 0, angle) * radius
    if (at !== null && away < NEAR.along) return { kind: 'seat', at }
  }
  const { arcs, margin } = rimOf(frame)
  if (off < arcs - NEAR.inwards || off > margin) return null
  const sector = labelled.find((at) => isOver(circle, at, angle))
  return sector === undefined ? null : { kind: 'sector', at: sector }
}

function isOver(circle: Circle, at: number, angle: number): boolean {
  const sector = circle.sectors[at]
  return sector !== undefined && sector.start <= angle && angle <= sector.end
}

function nearestSeat(circle: Circle, angle: number): number | null {
  const { seats } = circle
  let low = 0
  let high = seats.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((seats[middle]?.angle ?? 0) < angle) low = middle + 1
    else high = middle
  }
  const candidates = [low - 1, low, 0, seats.length - 1].filter((at) => seats[at])
  const distance = (at: number) => apart(seats[at]?.angle ?? 0, angle)
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null
}

/** The smaller angle between two directions, in radians. */
const apart = (a: number, b: number): number => {
  const d = Math.abs(a - b) % (2 * Math.PI)
  return Math.min(d, 2 * Math.PI - d)
}
