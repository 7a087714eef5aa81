'use client'

import { useMemo } from 'react'
import { encode } from 'uqr'

/** Modules of white around a code (ISO/IEC 18004, 6.3.8). */
const QUIET = 4

/** A QR code of a text. Black on white in dark mode as well: many cameras cannot read the inverse. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => draw(text), [text])
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="aspect-square w-full rounded-md bg-white"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function draw(text: string): { size: number; path: string } {
  const { data } = encode(text, { ecc: 'L', border: QUIET })
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { size: data.length, path }
}
