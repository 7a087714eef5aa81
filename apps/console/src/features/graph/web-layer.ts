import { traceTunnel } from './bundle.ts'
import type { Circle, Point } from './circle.ts'
import { type Palette, pathColour } from './palette.ts'
import { type Path, paths, type Strand } from './strands.ts'

/** Lengths of dashes and gaps of tunnels without handshake, in pixels. */
const DASH = [3, 4]

/** How a set of lines is laid on the canvas. */
export type Ink = {
  readonly palette: Palette
  readonly width: number
  /** One of many, or one to look at. */
  readonly calm: boolean
  readonly alpha: (path: Path) => number
}

/** Where the circle's middle is and how many units of the canvas its radius has. */
export type Placing = { readonly middle: Point; readonly radius: number }

/**
 * The lines of a web, each a path of its own: where they lie on each other they add up. Made once, drawn at any scale, in
 * the order of `paths`: relayed ones last, so that they are seen.
 */
export function tracesOf(circle: Circle, strands: readonly Strand[]): Map<Strand, Path2D> {
  return new Map(
    strands
      .toSorted((p, q) => paths.indexOf(p.path) - paths.indexOf(q.path))
      .map((strand) => {
        const path = new Path2D()
        traceTunnel(path, circle, [strand.a, strand.b])
        return [strand, path]
      }),
  )
}

/** How faint a line of little weight may become: any fainter and it is not there. */
const FAINTEST = 0.3

/** Draws lines; a canvas's transform is left as it was found. */
export function drawStrands(
  ctx: CanvasRenderingContext2D,
  lines: Iterable<readonly [Strand, Path2D]>,
  { placing, ink }: { placing: Placing; ink: Ink },
): void {
  const { middle, radius } = placing
  ctx.save()
  ctx.translate(middle.x, middle.y)
  ctx.scale(radius, radius)
  ctx.lineCap = 'round'
  for (const [strand, path] of lines) {
    ctx.strokeStyle = pathColour(ink.palette, strand.path, ink.calm)
    ctx.globalAlpha = Math.min(1, ink.alpha(strand.path) * Math.max(FAINTEST, strand.weight ?? 1))
    ctx.lineWidth = ink.width / radius
    ctx.setLineDash(strand.path === 'none' ? DASH.map((length) => length / radius) : [])
    ctx.stroke(path)
  }
  ctx.restore()
}

/** How dense many lines may be: the more there are, the fainter each. */
export const alphaOfMany = (many: number): number => Math.min(0.5, Math.max(0.07, 4.2 / Math.sqrt(Math.max(1, many))))

/** How long drawing may hold up a frame, in milliseconds. */
const SLICE_MS = 7

/**
 * Draws many lines into a bitmap of its own, a slice of a frame at a time, and calls `done` with it. Returns a function
 * that gives up.
 */
export function drawSlowly(
  { width, height, ratio }: { width: number; height: number; ratio: number },
  draw: (ctx: CanvasRenderingContext2D, lines: Iterable<readonly [Strand, Path2D]>) => void,
  { lines, done }: { lines: ReadonlyMap<Strand, Path2D>; done: (bitmap: HTMLCanvasElement) => void },
): () => void {
  const bitmap = document.createElement('canvas')
  bitmap.width = Math.max(1, Math.round(width * ratio))
  bitmap.height = Math.max(1, Math.round(height * ratio))
  const ctx = bitmap.getContext('2d')
  const rest = lines.entries()
  let frame = 0
  const slice = () => {
    const until = performance.now() + SLICE_MS
    let line = rest.next()
    for (; ctx && !line.done; line = rest.next()) {
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
      draw(ctx, [line.value])
      if (performance.now() > until) break
    }
    if (line.done) done(bitmap)
    else frame = requestAnimationFrame(slice)
  }
  frame = requestAnimationFrame(slice)
  return () => cancelAnimationFrame(frame)
}
