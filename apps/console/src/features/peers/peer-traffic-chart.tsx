'use client'

import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from 'react'
import { bytes } from '~/ui/format.ts'
import { baseline, HEIGHT, heightOf, outlines, type Scale, type Series, scaleOf } from './peer-traffic-shape.ts'

/** Received upwards and sent downwards from one line, to one scale. The pointer and the arrow keys read a span. */
export function PeerTrafficChart({ series, label }: { series: Series; label: string }) {
  const [at, setAt] = useState<number | null>(null)
  const steps = series.rx.length
  const scale = useMemo(() => scaleOf(series), [series])
  const read = readingOf(series, at ?? steps - 1)
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect()
    setAt(clamp(Math.floor(((event.clientX - bounds.x) / bounds.width) * steps), steps))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = moves[event.key]
    if (by === undefined) return
    event.preventDefault()
    setAt((old) => clamp((old ?? steps - 1) + by * (event.shiftKey ? 12 : 1), steps))
  }
  return (
    <div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={steps - 1}
        aria-valuenow={at ?? steps - 1}
        aria-valuetext={read}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={onKeyDown}
        className="relative mr-16 h-40 touch-pan-y"
      >
        <Drawing series={series} scale={scale} at={at} />
        <Levels scale={scale} />
      </div>
      <Times series={series} />
      <p aria-hidden className="h-4 text-sm text-muted">
        {at === null ? '' : read}
      </p>
    </div>
  )
}

const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }

const clamp = (at: number, steps: number): number => Math.min(steps - 1, Math.max(0, at))

/** One span in words. */
function readingOf({ from, stepS, rx, tx }: Series, at: number): string {
  const begin = new Date(Date.parse(from) + at * stepS * 1000)
  const time = begin.toLocaleString(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  const [received, sent] = [rx[at], tx[at]]
  if (typeof received !== 'number' || typeof sent !== 'number') return `${time}: nothing was told`
  return `${time}: received ${bytes(received / stepS)}/s, sent ${bytes(sent / stepS)}/s`
}

function Drawing({ series, scale, at }: { series: Series; scale: Scale; at: number | null }) {
  const hatch = useId()
  const paths = useMemo(
    () => ({ rx: outlines(series, 'rx', scale).join(''), tx: outlines(series, 'tx', scale).join('') }),
    [series, scale],
  )
  const steps = series.rx.length
  const zero = baseline(scale)
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${steps} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="absolute inset-0 size-full"
    >
      <defs>
        <pattern id={hatch} width={steps / 160} height="3.5" patternUnits="userSpaceOnUse">
          <path
            d={`M0,3.5L${steps / 160},0`}
            className="stroke-edge"
            strokeWidth="1"
            vectorEffect="non-scaling-stroke"
          />
        </pattern>
      </defs>
      {levelsOf(scale).map(({ key, top }) => (
        <Line key={key} x1={0} x2={steps} y1={top} y2={top} dashed />
      ))}
      <path d={paths.rx} className="fill-accent/20 stroke-accent" strokeWidth="1" vectorEffect="non-scaling-stroke" />
      <path
        d={paths.tx}
        fill={`url(#${hatch})`}
        className="stroke-edge"
        strokeWidth="1"
        vectorEffect="non-scaling-stroke"
      />
      <Line x1={0} x2={steps} y1={zero} y2={zero} />
      {at !== null && <Line x1={at + 0.5} x2={at + 0.5} y1={0} y2={HEIGHT} strong />}
    </svg>
  )
}

type LineProps = { x1: number; x2: number; y1: number; y2: number; dashed?: boolean; strong?: boolean }

function Line({ dashed, strong, ...ends }: LineProps) {
  return (
    <line
      {...ends}
      className={strong ? 'stroke-ink' : 'stroke-hairline'}
      strokeWidth="1"
      vectorEffect="non-scaling-stroke"
      {...(dashed ? { strokeDasharray: '2 3' } : {})}
    />
  )
}

/** Two figures nearer than this, in percent of the height, would lie on each other. */
const APART = 9

/** The largest rates and the line between, from the top; one that is too near to the line is left out. */
function levelsOf(scale: Scale) {
  const { rx, tx } = scale.levels
  return [
    { key: 'rx', top: heightOf(scale, 'rx', rx), text: `↓ ${bytes(rx)}/s` },
    { key: 'zero', top: baseline(scale), text: '0' },
    { key: 'tx', top: heightOf(scale, 'tx', tx), text: `↑ ${bytes(tx)}/s` },
  ].filter((level) => level.key === 'zero' || Math.abs(level.top - baseline(scale)) >= APART)
}

/** The rates at the top, in the middle and at the bottom, beside the drawing. */
function Levels({ scale }: { scale: Scale }) {
  const levels = levelsOf(scale)
  return (
    <div aria-hidden className="absolute inset-y-0 left-full text-xs text-muted">
      {levels.map(({ key, top, text }) => (
        <span key={key} className="absolute left-2 -translate-y-1/2 whitespace-nowrap" style={{ top: `${top}%` }}>
          {text}
        </span>
      ))}
    </div>
  )
}

/** About this many times fit below the drawing on a narrow screen. */
const TIMES = 4

function Times({ series: { from, stepS, rx } }: { series: Series }) {
  const whole = stepS * rx.length
  const long = whole > 2 * 86_400
  const label = (share: number) => {
    const time = new Date(Date.parse(from) + share * whole * 1000)
    return long
      ? time.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
      : time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
  }
  return (
    <div aria-hidden className="mt-1 mr-16 flex justify-between text-xs text-muted">
      {Array.from({ length: TIMES }, (_, nth) => nth / TIMES).map((share) => (
        <span key={share} className="flex-1">
          {label(share)}
        </span>
      ))}
      <span>now</span>
    </div>
  )
}
