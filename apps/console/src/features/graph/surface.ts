import type { Circle } from './circle.ts'
import { labellingOf } from './labels.ts'
import { drawCidrNames, drawPeerNames, hasRoomForNames } from './lettering.ts'
import type { Palette } from './palette.ts'
import { drawArcs, drawDots, type Mark, type Ring } from './rim.ts'
import type { Path, Strand } from './strands.ts'
import { type Frame, HOME, middleOf, radiusOf, rimOf, type View } from './view.ts'
import { alphaOfMany, drawStrands, type Ink, tracesOf } from './web-layer.ts'
import { WebLayers } from './web-layers.ts'

/** What a drawing is about right now: one peer or one CIDR. */
export type Followed = {
  /** Null when it is a CIDR. */
  readonly seat: number | null
  readonly strands: readonly Strand[]
  /** Seats at the other ends, and its own. */
  readonly bright: ReadonlySet<number>
  /** The most important first. */
  readonly names: readonly number[]
  readonly sectors: ReadonlySet<number>
}

/** Everything that is drawn except where it is seen from. */
export type Picture = {
  readonly circle: Circle
  readonly strands: readonly Strand[]
  readonly marks: readonly Mark[]
  readonly followed: Followed | null
  /** Seats that a filter is about, the others being faded; null without a filter. */
  readonly focus: ReadonlySet<number> | null
  readonly palette: Palette
}

/** How long fading takes, in milliseconds; the web is this faint while somebody is followed. */
const FADE = { ms: 130, to: 0.22 } as const

/** Draws the graph on a canvas, at most once per frame, and only when something has changed. */
export class Surface {
  #picture: Picture | null = null
  #frame: Frame = { width: 1, height: 1, ratio: 1 }
  #view: View = HOME
  #web = 1
  #before = 0
  #asked = 0
  #own: ReadonlyMap<Strand, Path2D> = new Map()
  readonly #ctx: CanvasRenderingContext2D
  readonly #layers = new WebLayers(() => this.#ask())
  /** Of those that are followed, when they are many. */
  readonly #ownLayers = new WebLayers(() => this.#ask())
  readonly #still: () => boolean

  /** `still`: whether motion is unwanted. Throws when the browser has no canvas to draw on. */
  constructor(canvas: HTMLCanvasElement, still: () => boolean) {
    const ctx = canvas.getContext('2d')
    if (!ctx) throw new Error('this browser cannot draw on a canvas')
    this.#ctx = ctx
    this.#still = still
  }

  show(picture: Picture): void {
    const old = this.#picture
    this.#picture = picture
    if (old?.followed !== picture.followed) {
      this.#own = tracesOf(picture.circle, picture.followed?.strands ?? [])
      this.#before = performance.now()
      this.#ownLayers.clear()
      this.#redrawOwn()
    } else if (old.palette !== picture.palette) this.#redrawOwn()
    if (old?.strands !== picture.strands || old.palette !== picture.palette) this.#redraw()
    this.#ask()
  }

  resize(frame: Frame): void {
    this.#frame = frame
    const { canvas } = this.#ctx
    canvas.width = Math.round(frame.width * frame.ratio)
    canvas.height = Math.round(frame.height * frame.ratio)
    this.#redraw()
    this.#redrawOwn()
    this.#paint(performance.now())
  }

  look(view: View): void {
    this.#view = view
    this.#layers.rest(view)
    if (this.#isCrowd()) this.#ownLayers.rest(view)
    this.#ask()
  }

  end(): void {
    cancelAnimationFrame(this.#asked)
    this.#layers.end()
    this.#ownLayers.end()
  }

  #redraw(): void {
    if (!this.#picture) return
    const { circle, strands, palette } = this.#picture
    const alpha = alphaOfMany(strands.length)
    this.#layers.show(
      tracesOf(circle, strands),
      { palette, width: 1, calm: true, alpha: (path) => alpha * fainter(path, strands.length) },
      { frame: this.#frame, view: this.#view },
    )
  }

  #ask(): void {
    cancelAnimationFrame(this.#asked)
    this.#asked = requestAnimationFrame((now) => this.#paint(now))
  }

  #paint(now: number): void {
    const picture = this.#picture
    if (!picture) return
    const ctx = this.#ctx
    const { ratio } = this.#frame
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    ctx.clearRect(0, 0, this.#frame.width, this.#frame.height)
    ctx.globalAlpha = this.#fade(now, picture.followed ? FADE.to : 1)
    this.#layers.paint(ctx, this.#view)
    ctx.globalAlpha = 1
    this.#paintOwn(picture)
    this.#paintRim(picture)
  }

  /** Moves the web's faintness towards where it belongs, and asks for the next frame until it is there. */
  #fade(now: number, to: number): number {
    const step = this.#still() ? 1 : Math.max(0, now - this.#before) / FADE.ms
    this.#before = now
    const rest = to - this.#web
    this.#web = Math.abs(rest) <= step ? to : this.#web + Math.sign(rest) * step
    if (this.#web !== to) this.#ask()
    return this.#web
  }

  #ring(): Ring {
    const middle = middleOf(this.#frame, this.#view)
    return { middle, radius: radiusOf(this.#frame, this.#view.k), arcs: rimOf(this.#frame).arcs }
  }

  /** Many lines are drawn once into a picture that is moved, as the web is; few are drawn where they belong each time. */
  readonly #isCrowd = (): boolean => this.#own.size > CROWD

  #redrawOwn(): void {
    const picture = this.#picture
    if (picture?.followed && this.#isCrowd())
      this.#ownLayers.show(this.#own, ownInk(picture, this.#own.size), { frame: this.#frame, view: this.#view })
  }

  #paintOwn(picture: Picture): void {
    if (!picture.followed) return
    if (this.#isCrowd()) {
      this.#ownLayers.paint(this.#ctx, this.#view)
      return
    }
    const { middle, radius } = this.#ring()
    drawStrands(this.#ctx, this.#own, { placing: { middle, radius }, ink: ownInk(picture, this.#own.size) })
  }

  #paintRim({ circle, followed, focus, marks, palette }: Picture): void {
    const ctx = this.#ctx
    const ring = this.#ring()
    const { named } = labellingOf(circle, ring.radius + ring.arcs)
    const sectors = followed?.sectors ?? new Set<number>()
    const bright = followed?.bright ?? focus
    drawArcs(ctx, circle, { ring, palette, bright: sectors, named })
    drawCidrNames(ctx, circle, { ring, palette, named, bright: sectors })
    drawDots(ctx, circle, { ring, look: { palette, marks, bright, centre: followed?.seat ?? null } })
    const everybody = hasRoomForNames(circle, ring.radius)
    const seats = everybody ? circle.seats.map((_, at) => at) : (followed?.names ?? [])
    const first = followed?.seat ?? null
    if (ring.arcs > ROOM_FOR_NAMES) drawPeerNames(ctx, circle, { ring, palette, seats, first, crowded: !everybody })
  }
}

/** Narrower rims have none for names, in pixels. */
const ROOM_FOR_NAMES = 40

/** More lines than this are too many to draw in each frame. */
const CROWD = 100

/** How lines that are followed look: a few strong, many so that they can still be told apart. */
function ownInk({ followed, palette }: Picture, many: number): Ink {
  const alpha = followed?.seat === null ? alphaOfMany(many) * 1.5 : Math.min(1, Math.max(0.35, 12 / Math.sqrt(many)))
  return { palette, calm: false, width: many > 60 ? 1.1 : 1.7, alpha: () => alpha }
}

/** At rest, what works is quieter than what does not. */
const FAINTER: Record<Exclude<Path, 'relayed'>, number> = { none: 0.8, direct: 0.9, allowed: 0.9 }

/** Relayed paths are meant to be seen; among so many lines that they lie over each other they are anyway. */
const relayedBoost = (many: number): number => 1 + 1.2 * Math.min(1, 700 / many)

const fainter = (path: Path, many: number): number => (path === 'relayed' ? relayedBoost(many) : FAINTER[path])
