import type { Strand } from './strands.ts'
import { type Frame, middleOf, radiusOf, type View } from './view.ts'
import { drawSlowly, drawStrands, type Ink } from './web-layer.ts'

/** A finished picture of the web: where its top left corner was in the frame when it was drawn for `view`. */
type Picture = { readonly bitmap: HTMLCanvasElement; readonly view: View; readonly x: number; readonly y: number }

/** Room around the whole circle in its picture, and beyond the frame in the close-up, as shares. */
const BEYOND = { whole: 0.02, close: 0.3 } as const

/** How long the view has to rest before the close-up is drawn anew, in milliseconds. */
const REST_MS = 90

/**
 * Pictures of the web, so that panning and zooming only move bitmaps: one of the whole circle, and one of what is in the
 * frame as soon as the view rests at another scale.
 */
export class WebLayers {
  #lines: ReadonlyMap<Strand, Path2D> = new Map()
  #ink: Ink | null = null
  #frame: Frame = { width: 1, height: 1, ratio: 1 }
  #whole: Picture | null = null
  #close: Picture | null = null
  #giveUpWhole = () => {}
  #giveUpClose = () => {}
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #changed: () => void

  /** `changed` is called when there is something new to show. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** Takes over another web, size or colours. What was drawn before stays in sight until the new picture is done. */
  show(lines: ReadonlyMap<Strand, Path2D>, ink: Ink, { frame, view }: { frame: Frame; view: View }): void {
    const resized = frame.width !== this.#frame.width || frame.height !== this.#frame.height
    this.#lines = lines
    this.#ink = ink
    this.#frame = frame
    if (resized) this.#whole = null
    this.#close = null
    this.#drawWhole()
    this.rest(view)
  }

  /** Draws the close-up once the view has come to rest. */
  rest(view: View): void {
    clearTimeout(this.#timer)
    this.#giveUpClose()
    if (view.k === 1) return
    this.#timer = setTimeout(() => this.#drawClose(view), REST_MS)
  }

  /** Shows nothing until there is something new. */
  clear(): void {
    this.end()
    this.#lines = new Map()
    this.#whole = null
    this.#close = null
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#giveUpWhole()
    this.#giveUpClose()
  }

  /** Puts the web where the view has it now. */
  paint(ctx: CanvasRenderingContext2D, view: View): void {
    const close = this.#close?.view.k === view.k ? this.#close : null
    if (close && view.x === close.view.x && view.y === close.view.y) {
      this.#put(ctx, close, view)
      return
    }
    ctx.save()
    if (close) this.#leaveOut(ctx, close, view)
    if (this.#whole) this.#put(ctx, this.#whole, view)
    ctx.restore()
    if (close) this.#put(ctx, close, view)
  }

  #put(ctx: CanvasRenderingContext2D, picture: Picture, view: View): void {
    const { x, y, width, height } = this.#placeOf(picture, view)
    ctx.drawImage(picture.bitmap, x, y, width, height)
  }

  /** Where a picture belongs now; on whole pixels of the screen where it is not scaled, so that it stays crisp. */
  #placeOf({ bitmap, view: then, x, y }: Picture, view: View) {
    const { ratio } = this.#frame
    const share = view.k / then.k
    const was = middleOf(this.#frame, then)
    const is = middleOf(this.#frame, view)
    const whole = (value: number) => (share === 1 ? Math.round(value * ratio) / ratio : value)
    return {
      x: whole(is.x + (x - was.x) * share),
      y: whole(is.y + (y - was.y) * share),
      width: (bitmap.width / ratio) * share,
      height: (bitmap.height / ratio) * share,
    }
  }

  #leaveOut(ctx: CanvasRenderingContext2D, close: Picture, view: View): void {
    const { x, y, width, height } = this.#placeOf(close, view)
    ctx.beginPath()
    ctx.rect(0, 0, this.#frame.width, this.#frame.height)
    ctx.rect(x, y, width, height)
    ctx.clip('evenodd')
  }

  #drawWhole(): void {
    this.#giveUpWhole()
    const side = 2 * radiusOf(this.#frame, 1) * (1 + BEYOND.whole)
    const view = { x: 0, y: 0, k: 1 }
    const middle = middleOf(this.#frame, view)
    this.#giveUpWhole = this.#draw(
      { view, x: middle.x - side / 2, y: middle.y - side / 2 },
      [side, side],
      (picture) => {
        this.#whole = picture
      },
    )
  }

  #drawClose(view: View): void {
    const { width, height } = this.#frame
    const [x, y] = [-width * BEYOND.close, -height * BEYOND.close]
    this.#giveUpClose = this.#draw({ view, x, y }, [width - 2 * x, height - 2 * y], (picture) => {
      this.#close = picture
    })
  }

  #draw(at: Omit<Picture, 'bitmap'>, [width, height]: readonly [number, number], take: (picture: Picture) => void) {
    const ink = this.#ink
    if (!ink) return () => {}
    const middle = middleOf(this.#frame, at.view)
    const placing = { middle: { x: middle.x - at.x, y: middle.y - at.y }, radius: radiusOf(this.#frame, at.view.k) }
    return drawSlowly(
      { width, height, ratio: this.#frame.ratio },
      (ctx, lines) => drawStrands(ctx, lines, { placing, ink }),
      {
        lines: this.#lines,
        done: (bitmap) => {
          take({ ...at, bitmap })
          this.#changed()
        },
      },
    )
  }
}
