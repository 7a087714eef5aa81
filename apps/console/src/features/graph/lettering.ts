import { type Circle, onCircle, type Point } from './circle.ts'
import type { Labelled } from './labels.ts'
import type { Palette } from './palette.ts'
import type { Ring } from './rim.ts'

/** A font size and the room a line of it takes, in pixels. */
const NAME = { size: 12, line: 15, away: 16 } as const
const PEER = { size: 10.5, line: 12, away: 16, letters: 11 } as const

/** How near to the edge of the drawing a name may come, in pixels. */
const EDGE = 4

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

const clash = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

type Names = {
  readonly ring: Ring
  readonly palette: Palette
  readonly named: readonly Labelled[]
  /** Sectors whose names stand out. */
  readonly bright: ReadonlySet<number>
}

/** Writes the names of CIDRs outside their arcs. One that would lie on another is left out, the smaller one first. */
export function drawCidrNames(ctx: CanvasRenderingContext2D, circle: Circle, names: Names): void {
  const { ring, palette, named, bright } = names
  ctx.font = `500 ${NAME.size}px ${palette.sans}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  const taken: Box[] = []
  const room = ctx.canvas.width / ctx.getTransform().a - EDGE
  const weight = (label: Labelled) => (bright.has(label.at) ? 10 : 0) + label.end - label.start
  for (const label of [...named].sort((a, b) => weight(b) - weight(a))) {
    const text = circle.sectors[label.at]?.cidr.name ?? ''
    const angle = (label.start + label.end) / 2
    const out = ring.radius + ring.arcs + NAME.away + (label.outer ? 6 : 0)
    if (isOutside(ctx, { ...ring, radius: out }, onCircle(angle))) continue
    const width = ctx.measureText(text).width
    // The whole word outside of the arc: its middle further out the more it lies beside the circle.
    const beside = ring.middle.x + Math.sin(angle) * (out + width / 2 - NAME.away / 3)
    const x = Math.min(room - width / 2, Math.max(width / 2 + EDGE, beside))
    const y = ring.middle.y - Math.cos(angle) * out
    const box = { x: x - width / 2 - 3, y: y - NAME.line / 2, width: width + 6, height: NAME.line }
    if (taken.some((other) => clash(box, other))) continue
    taken.push(box)
    ctx.fillStyle = bright.has(label.at) ? palette.ink : palette.muted
    ctx.fillText(text, x, y)
  }
}

type PeerNames = {
  readonly ring: Ring
  readonly palette: Palette
  /** Seats to name, the most important first. */
  readonly seats: readonly number[]
  /** The one whose name stands out. */
  readonly first: number | null
  /** Whether some may lie on others: then the less important ones are left out. */
  readonly crowded: boolean
}

/** Writes the names of peers outside their dots, turned outwards; as many as have room beside each other. */
export function drawPeerNames(ctx: CanvasRenderingContext2D, circle: Circle, names: PeerNames): void {
  const { ring, palette, seats, first, crowded } = names
  const apart = PEER.line / (ring.radius + PEER.away)
  const taken: number[] = []
  ctx.font = `${PEER.size}px ${palette.mono}`
  ctx.textBaseline = 'middle'
  for (const at of seats) {
    const seat = circle.seats[at]
    if (!seat || isOutside(ctx, ring, seat)) continue
    if (crowded && taken.some((angle) => Math.abs(Math.sin((angle - seat.angle) / 2)) * 2 < apart)) continue
    taken.push(seat.angle)
    const right = seat.x >= 0
    ctx.save()
    ctx.translate(ring.middle.x, ring.middle.y)
    ctx.rotate(right ? seat.angle - Math.PI / 2 : seat.angle + Math.PI / 2)
    ctx.textAlign = right ? 'left' : 'right'
    ctx.fillStyle = at === first ? palette.ink : palette.muted
    const out = ring.radius + PEER.away
    ctx.fillText(shortened(seat.peer.name), right ? out : -out, 0)
    ctx.restore()
  }
}

/** Names reach this far beyond their dot, in pixels. */
const REACH = 100

/** Whether a seat is so far outside the canvas that nothing of its name is seen. */
function isOutside(ctx: CanvasRenderingContext2D, ring: Ring, seat: Point): boolean {
  const [x, y] = [ring.middle.x + seat.x * ring.radius, ring.middle.y + seat.y * ring.radius]
  return x < -REACH || y < -REACH || x > ctx.canvas.width + REACH || y > ctx.canvas.height + REACH
}

/** The end of a name tells members of one CIDR apart, so that is what stays. */
const shortened = (name: string): string => (name.length <= PEER.letters ? name : `…${name.slice(1 - PEER.letters)}`)

/** Whether neighbours are far enough apart for everybody's name. */
export const hasRoomForNames = (circle: Circle, radius: number): boolean =>
  circle.spacing * (radius + PEER.away) >= PEER.line
