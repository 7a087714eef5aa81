import type { Circle } from './circle.ts'
import type { Labelled } from './labels.ts'
import type { Palette } from './palette.ts'
import type { Ring } from './rim.ts'

/** A font size and the room a line of it takes, in pixels. */
const NAME = { size: 12, line: 15, away: 16 } as const
const PEER = { size: 10.5, line: 12, away: 16, letters: 11 } as const

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
  const weight = (label: Labelled) => (bright.has(label.at) ? 10 : 0) + label.end - label.start
  for (const label of [...named].sort((a, b) => weight(b) - weight(a))) {
    const text = circle.sectors[label.at]?.cidr.name ?? ''
    const angle = (label.start + label.end) / 2
    const width = ctx.measureText(text).width
    const out = ring.radius + ring.arcs + NAME.away + (label.outer ? 6 : 0)
    // The whole word outside of the arc: its middle further out the more it lies beside the circle.
    const x = ring.middle.x + Math.sin(angle) * (out + width / 2 - NAME.away / 3)
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
  /** Left of it, names would lie on arcs: as long as there is room. */
  readonly first: number | null
}

/** Writes the names of peers outside their dots, turned outwards; as many as have room beside each other. */
export function drawPeerNames(ctx: CanvasRenderingContext2D, circle: Circle, names: PeerNames): void {
  const { ring, palette, seats, first } = names
  const apart = PEER.line / (ring.radius + PEER.away)
  const taken: number[] = []
  ctx.font = `${PEER.size}px ${palette.mono}`
  ctx.textBaseline = 'middle'
  for (const at of seats) {
    const seat = circle.seats[at]
    if (!seat || taken.some((angle) => Math.abs(Math.sin((angle - seat.angle) / 2)) * 2 < apart)) continue
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

/** The end of a name tells members of one CIDR apart, so that is what stays. */
const shortened = (name: string): string => (name.length <= PEER.letters ? name : `…${name.slice(1 - PEER.letters)}`)

/** Whether neighbours are far enough apart for everybody's name. */
export const hasRoomForNames = (circle: Circle, radius: number): boolean =>
  circle.spacing * (radius + PEER.away) >= PEER.line
