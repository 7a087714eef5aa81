import { curveBundle } from 'd3-shape'
import { type Circle, onCircle, type Point, type Seat } from './circle.ts'

/** How closely a tunnel keeps to the tree: 0 is a straight line, 1 runs through every knot (Holten 2006). */
const TENSION = 0.86

const bundle = curveBundle.beta(TENSION)

/** What a curve is drawn on: a canvas, a Path2D, or the record of a test. */
export type Pen = {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void
  closePath(): void
}

/**
 * The points that a tunnel between two seats is drawn along: up the tree from one, and down to the other. The CIDR that
 * both lie in is left out, or every bundle would run through the middle. Within one CIDR nothing is bundled: such tunnels
 * are arcs, the deeper the further apart their ends.
 */
export function routeOf(circle: Circle, a: number, b: number): Point[] {
  const [one, other] = [circle.seats[a], circle.seats[b]]
  if (!one || !other) return []
  if (one.group === other.group) return [one, between(one, other), other]
  const up = sectorsAbove(circle, one.group)
  const down = sectorsAbove(circle, other.group)
  let shared = 0
  while (shared < up.length && up.at(-1 - shared) === down.at(-1 - shared)) shared += 1
  const knots = [...up.slice(0, up.length - shared), ...down.slice(0, down.length - shared).toReversed()]
  return [one, ...knots.flatMap((at) => circle.sectors[at]?.knot ?? []), other]
}

/** How deep arcs within one CIDR reach at least, and how much more for their span, as shares of the radius. */
const ARC = { least: 0.03, more: 1.25, most: 0.8 } as const

function between(one: Seat, other: Seat): Point {
  const span = Math.abs(one.angle - other.angle)
  const depth = Math.min(ARC.most, ARC.least + ARC.more * Math.sin(Math.min(Math.PI / 2, span / 2)))
  return onCircle((one.angle + other.angle) / 2, 1 - depth)
}

function sectorsAbove(circle: Circle, group: number): number[] {
  const above: number[] = []
  for (let at: number | null = group; at !== null; at = circle.sectors[at]?.parent ?? null) above.push(at)
  return above
}

/** Draws the tunnel between two seats as one curve. */
export function traceTunnel(pen: Pen, circle: Circle, [a, b]: readonly [number, number]): void {
  const curve = bundle(pen as CanvasRenderingContext2D)
  curve.lineStart()
  for (const { x, y } of routeOf(circle, a, b)) curve.point(x, y)
  curve.lineEnd()
}
