import { type Box, clamp, type Point, type Size } from './camera.ts'
import type { MapBox, MapLayout } from './map-layout.ts'

/** Where the map is seen from: it is laid out `k` times as large as its frame and moved by x and y. */
export type MapView = { readonly x: number; readonly y: number; readonly k: number }

/** `most` is enough to read a CIDR three levels down whose every level is a speck in the one above. */
export const MAP_ZOOM = { least: 1, most: 1024, step: 1.5 } as const
export const WHOLE: MapView = { x: 0, y: 0, k: 1 }

/** Keeps the map over its frame: there is nothing beside it to look at. */
export const held = ({ x, y, k }: MapView, frame: Size): MapView => ({
  k,
  x: clamp(x, frame.width * (1 - k), 0),
  y: clamp(y, frame.height * (1 - k), 0),
})

/**
 * The view of scale `k` in which what lies under a point of the frame stays there. Names keep their size while boxes
 * grow, so the map is laid out anew (`layoutAt`) and the innermost box under the point is held fast.
 */
export function mapZoomedAt(
  view: MapView,
  { k, at, frame }: { k: number; at: Point; frame: Size },
  layoutAt: (k: number) => MapLayout,
): MapView {
  const scale = clamp(k, MAP_ZOOM.least, MAP_ZOOM.most)
  if (scale === view.k) return view
  const before = layoutAt(view.k)
  const [px, py] = [at[0] - view.x, at[1] - view.y]
  const anchor = before.boxes.findLast((box) => isIn(box, px, py))
  const after = anchor && layoutAt(scale).byId.get(anchor.node.id)
  const [x, y] = anchor && after ? sameSpot(anchor, after, [px, py]) : [px * (scale / view.k), py * (scale / view.k)]
  return held({ k: scale, x: at[0] - x, y: at[1] - y }, frame)
}

const isIn = (box: Box, x: number, y: number): boolean =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height

/** The point that lies in `after` as the given one lies in `before`. */
const sameSpot = (before: MapBox, after: MapBox, [x, y]: Point): Point => [
  after.x + ((x - before.x) / Math.max(1, before.width)) * after.width,
  after.y + ((y - before.y) / Math.max(1, before.height)) * after.height,
]

/** How often a close-up looks again: once for each level that was too small to be laid out. */
const LOOKS = 8

/**
 * The view in which a CIDR fills most of the frame. `line` is the CIDR and those above it: where it is too small to be
 * laid out yet, the nearest above that is shows the way.
 */
export function mapCloseUp(line: readonly number[], frame: Size, layoutAt: (k: number) => MapLayout): MapView {
  let view = WHOLE
  for (let look = 0; look < LOOKS; look += 1) {
    const { places } = layoutAt(view.k)
    const id = line.find((one) => places.has(one))
    const box = id === undefined ? undefined : places.get(id)
    if (!box || id === undefined) return view
    const factor = 0.9 * Math.min(frame.width / box.width, frame.height / box.height)
    const k = clamp(view.k * factor, MAP_ZOOM.least, MAP_ZOOM.most)
    view = middled(layoutAt(k).places.get(id) ?? box, k, frame)
    // Seams and names do not grow along, so that one look may fall short.
    if (id === line[0] && factor < 1.2) return view
  }
  return view
}

function middled(box: Box, k: number, frame: Size): MapView {
  const middle = (start: number, size: number, room: number) => room / 2 - (start + size / 2)
  return held({ k, x: middle(box.x, box.width, frame.width), y: middle(box.y, box.height, frame.height) }, frame)
}
