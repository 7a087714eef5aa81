'use client'

import { formatPrefix, type Prefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { type MouseEvent, useState } from 'react'
import { blockAt, type MapGap } from './map-layout.ts'
import { placed } from './placed.ts'

type GapProps = {
  gap: MapGap
  /** The width of what is looked for a place; null when nothing is. */
  placing: number | null
  usual: number
  onChoose: (gap: MapGap, prefix: Prefix) => void
}

/** Free space: under the pointer it shows the place that a click would choose. For the mouse; the panel lists the same. */
export function MapFree({ gap, placing, usual, onChoose }: GapProps) {
  const [spot, setSpot] = useState<{ x: number; y: number } | null>(null)
  const width = Math.max(placing ?? usual, gap.prefix.width)
  const at = (event: MouseEvent) => {
    const bounds = event.currentTarget.getBoundingClientRect()
    return { x: gap.x + event.clientX - bounds.x, y: gap.y + event.clientY - bounds.y }
  }
  const ghost = spot && blockAt(gap, spot, width)
  const label = `/${gap.prefix.width}`
  return (
    <div
      aria-hidden
      data-box
      data-free={formatPrefix(gap.prefix)}
      onPointerMove={(event) => event.pointerType === 'mouse' && setSpot(at(event))}
      onPointerLeave={() => setSpot(null)}
      onClick={(event) => onChoose(gap, blockAt(gap, at(event), width).prefix)}
      className={clsx(
        'absolute rounded-[5px] border border-dashed hover:z-10',
        placing === null ? 'border-faint/40' : 'cursor-copy border-accent/50',
      )}
      style={placed(gap)}
    >
      {gap.width > 64 && gap.height > 22 && !ghost && (
        <span className="block px-2 pt-0.5 text-sm text-muted">{label} free</span>
      )}
      {ghost && (
        <span
          style={{ ...placed({ ...ghost, x: ghost.x - gap.x, y: ghost.y - gap.y }) }}
          className="pointer-events-none absolute -top-px -left-px rounded-[5px] border border-dashed border-accent bg-accent-ground"
        >
          <span className="absolute top-0.5 left-2 z-20 w-max rounded-sm bg-accent-ground px-0.5 text-sm text-accent">
            <span className="mono">{formatPrefix(ghost.prefix)}</span>
          </span>
        </span>
      )}
    </div>
  )
}
