import type { Circle, Point } from './circle.ts'
import { type Labelled, ownArc } from './labels.ts'
import type { Palette } from './palette.ts'

/** What a dot looks like; a shape for each, so that colour is not the only carrier. */
export type Mark = 'on' | 'off' | 'hub' | 'behind' | 'fault'

/** The circle's middle and radius in pixels of the frame, and how far outside of it the arcs are. */
export type Ring = { readonly middle: Point; readonly radius: number; readonly arcs: number }

/** How the rim is to be drawn: whom it is about, if anybody. */
export type RimLook = {
  readonly palette: Palette
  readonly marks: readonly Mark[]
  /** Seats to stand out, the others being faded; null when nobody is followed. */
  readonly bright: ReadonlySet<number> | null
  /** The seat that is followed. */
  readonly centre: number | null
}

/** Dots lie this far outside the ends of the lines, in pixels. */
const OUTSIDE = 7

const DOT = { share: 0.36, least: 0.55, most: 3.1, tickBelow: 1.1 } as const

/** How large the dots are: as the room between neighbours lets them. */
export const dotRadius = (circle: Circle, radius: number): number =>
  Math.min(DOT.most, Math.max(DOT.least, circle.spacing * radius * DOT.share))

const TURN = Math.PI / 2

/** In this order: what stands out lies above. */
const order = ['off', 'on', 'behind', 'fault', 'hub'] as const satisfies readonly Mark[]

/** How faint those are whom the drawing is not about. */
const FADED = 0.32

/** Draws the peers. Where there is no room for dots they are ticks. */
export function drawDots(ctx: CanvasRenderingContext2D, circle: Circle, { ring, look }: { ring: Ring; look: RimLook }) {
  const size = dotRadius(circle, ring.radius)
  const [faded, clear] = sorted(circle, look)
  const stage = { circle, ring, palette: look.palette }
  ctx.globalAlpha = FADED
  for (const mark of order) drawMarks(ctx, stage, { mark, size, seats: faded[mark] })
  ctx.globalAlpha = 1
  for (const mark of order) drawMarks(ctx, stage, { mark, size, seats: clear[mark] })
  drawFollowed(ctx, { circle, ring, look }, size)
}

type Sorted = Record<Mark, number[]>

function sorted(circle: Circle, { marks, bright }: RimLook): [faded: Sorted, clear: Sorted] {
  const none = (): Sorted => ({ on: [], off: [], hub: [], behind: [], fault: [] })
  const [faded, clear] = [none(), none()]
  for (let at = 0; at < circle.seats.length; at += 1) {
    const side = bright && !bright.has(at) ? faded : clear
    side[marks[at] ?? 'off'].push(at)
  }
  return [faded, clear]
}

/** The peer that is followed, and those of its partners that are online, in the accent. */
function drawFollowed(
  ctx: CanvasRenderingContext2D,
  { circle, ring, look }: { circle: Circle; ring: Ring; look: RimLook },
  size: number,
): void {
  if (look.centre === null) return
  ctx.fillStyle = look.palette.accent
  ctx.beginPath()
  for (const at of look.bright ?? []) {
    const seat = circle.seats[at]
    if (seat && look.marks[at] === 'on') addDot(ctx, ring, { seat, size: Math.max(1.4, size) })
  }
  const centre = circle.seats[look.centre]
  if (centre) addDot(ctx, ring, { seat: centre, size: Math.max(4.5, size * 1.5) })
  ctx.fill()
}

type Stage = { readonly circle: Circle; readonly ring: Ring; readonly palette: Palette }
type Marks = { readonly mark: Mark; readonly size: number; readonly seats: readonly number[] }

function drawMarks(
  ctx: CanvasRenderingContext2D,
  { circle, ring, palette }: Stage,
  { mark, size, seats }: Marks,
): void {
  if (seats.length === 0) return
  const tick = size < DOT.tickBelow && mark !== 'hub' && mark !== 'fault'
  const frame = { x: ctx.canvas.width, y: ctx.canvas.height }
  ctx.beginPath()
  for (const at of seats) {
    const seat = circle.seats[at]
    if (!seat) continue
    const distance = ring.radius + OUTSIDE
    const x = ring.middle.x + seat.x * distance
    const y = ring.middle.y + seat.y * distance
    if (x < -20 || y < -20 || x > frame.x + 20 || y > frame.y + 20) continue
    if (tick) {
      const length = mark === 'off' ? 2 : 5
      ctx.moveTo(x - seat.x * 2, y - seat.y * 2)
      ctx.lineTo(x + seat.x * (length - 2), y + seat.y * (length - 2))
    } else if (mark === 'fault') ctx.rect(x - size, y - size, 2 * size, 2 * size)
    else {
      const grown = mark === 'hub' ? Math.max(4, size * 1.5) : size
      ctx.moveTo(x + grown, y)
      ctx.arc(x, y, grown, 0, 2 * Math.PI)
    }
  }
  inkMarks(ctx, palette, { mark, tick, size })
}

function inkMarks(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { mark, tick, size }: { mark: Mark; tick: boolean; size: number },
): void {
  const fills: Record<Mark, string> = {
    on: palette.edge,
    off: palette.ground,
    hub: palette.ground,
    behind: palette.relayed,
    fault: palette.danger,
  }
  const strokes: Record<Mark, string> = { ...fills, off: palette.faint, hub: palette.ink }
  ctx.fillStyle = fills[mark]
  // As ticks they lie close: a band of them would be darker than dots are.
  ctx.strokeStyle = tick && mark === 'on' ? palette.faint : strokes[mark]
  ctx.lineWidth = tick ? Math.max(0.6, size) : mark === 'hub' ? 2 : 1.1
  if (!tick) ctx.fill()
  if (tick || mark === 'off' || mark === 'hub') ctx.stroke()
}

function addDot(ctx: CanvasRenderingContext2D, ring: Ring, { seat, size }: { seat: Point; size: number }): void {
  const distance = ring.radius + OUTSIDE
  const [x, y] = [ring.middle.x + seat.x * distance, ring.middle.y + seat.y * distance]
  ctx.moveTo(x + size, y)
  ctx.arc(x, y, size, 0, 2 * Math.PI)
}

/** Draws the arc of every CIDR that has peers; those of `bright` in the accent. */
export function drawArcs(
  ctx: CanvasRenderingContext2D,
  circle: Circle,
  {
    ring,
    palette,
    bright,
    named,
  }: { ring: Ring; palette: Palette; bright: ReadonlySet<number>; named: readonly Labelled[] },
): void {
  const radius = ring.radius + ring.arcs
  const arc = (start: number, end: number, at: number) => {
    ctx.moveTo(ring.middle.x + Math.sin(start) * at, ring.middle.y - Math.cos(start) * at)
    ctx.arc(ring.middle.x, ring.middle.y, at, start - TURN, end - TURN)
  }
  for (const lit of [false, true]) {
    ctx.beginPath()
    circle.sectors.forEach((sector, at) => {
      if (sector.own === 0 || bright.has(at) !== lit) return
      const { start, end } = ownArc(circle, sector)
      arc(start, end, radius)
    })
    ctx.strokeStyle = lit ? palette.accent : palette.hairline
    ctx.lineWidth = 2.75
    ctx.lineCap = 'butt'
    ctx.stroke()
  }
  ctx.beginPath()
  for (const { start, end, outer } of named) if (outer) arc(start, end, radius + 6)
  ctx.strokeStyle = palette.faint
  ctx.lineWidth = 1
  ctx.stroke()
}
