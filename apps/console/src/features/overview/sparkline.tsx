'use client'

import { area, line } from 'd3-shape'
import { type PointerEvent, useMemo, useState } from 'react'
import { bytes } from '~/ui/format.ts'
import { highestIn, rateAt, type Series } from './series.ts'

const HEIGHT = 56

/** The last day, received and sent together; the pointer reads a moment of it. */
export function Sparkline({ series }: { series: Series }) {
  const [at, read] = useState<number | null>(null)
  const steps = series.rx.length
  const peak = useMemo(() => highestIn(series), [series])
  const paths = useMemo(() => drawn(series, peak?.perS ?? 0), [series, peak])
  if (!peak) return null
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    read(Math.max(0, Math.min(steps - 1, Math.floor(((event.clientX - box.left) / box.width) * steps))))
  }
  const shown = at ?? peak.at
  const rate = rateAt(series, shown)
  return (
    <figure>
      <svg
        role="img"
        aria-label={`Traffic of the last day, at most ${bytes(peak.perS)} per second at ${clock(series, peak.at)}`}
        viewBox={`0 0 ${steps} ${HEIGHT}`}
        preserveAspectRatio="none"
        onPointerMove={onPointerMove}
        onPointerLeave={() => read(null)}
        className="h-14 w-full"
      >
        <path d={paths.area} className="fill-hairline" />
        <path d={paths.line} vectorEffect="non-scaling-stroke" className="fill-none stroke-muted" />
        {at !== null && (
          <line
            x1={at + 0.5}
            x2={at + 0.5}
            y1={0}
            y2={HEIGHT}
            vectorEffect="non-scaling-stroke"
            className="stroke-ink"
          />
        )}
      </svg>
      <figcaption className="flex justify-between border-t pt-1 text-sm text-muted">
        <span>24 h ago</span>
        <span>
          {at === null ? 'most at ' : ''}
          {clock(series, shown)}: {rate === null ? 'not told' : `${bytes(rate)}/s`}
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  )
}

const clock = (series: Series, at: number): string =>
  new Date(Date.parse(series.from) + at * series.stepS * 1000).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })

function drawn(series: Series, most: number): { area: string; line: string } {
  const rates = series.rx.map((_, at) => rateAt(series, at))
  const y = (rate: number | null) => HEIGHT - 1 - (most === 0 ? 0 : ((rate ?? 0) / most) * (HEIGHT - 4))
  const x = (_: number | null, at: number) => at + 0.5
  const isTold = (rate: number | null) => rate !== null
  return {
    area: area<number | null>().defined(isTold).x(x).y0(HEIGHT).y1(y)(rates) ?? '',
    line: line<number | null>().defined(isTold).x(x).y(y)(rates) ?? '',
  }
}
