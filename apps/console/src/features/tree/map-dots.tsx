'use client'

import { memo, type PointerEvent, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import type { Tone } from '~/ui/tag.tsx'
import type { Box } from './camera.ts'
import { useGrip } from './drag.tsx'
import { type DotGrid, dotAt, dotGrid, dotUnder, sampled } from './peer-dots.ts'

type DotsProps = { peers: readonly Member[]; area: Box; onPick: (peer: Member) => void; found: number | null }

/** How each tone is drawn: a disc, a square where something is wrong, a ring for whoever is not there. */
const tones: Record<Tone, { shape: 'disc' | 'square' | 'ring'; className: string }> = {
  online: { shape: 'disc', className: 'fill-online' },
  relayed: { shape: 'disc', className: 'fill-relayed' },
  danger: { shape: 'square', className: 'fill-danger' },
  off: { shape: 'ring', className: 'fill-none stroke-edge' },
  accent: { shape: 'ring', className: 'fill-none stroke-accent' },
}

/** The peers that sit directly in a CIDR as dots: each can be hovered, clicked, and dragged onto another CIDR. */
export const MapDots = memo(function MapDots({ peers: all, area, onPick, found }: DotsProps) {
  const grid = dotGrid(area, all.length)
  const peers = sampled(all, grid.shown)
  const [hovered, hover] = useState<number | null>(null)
  const grip = useGrip()
  if (grid.shown === 0) return null
  const underPointer = (event: PointerEvent): Member | null => {
    const bounds = event.currentTarget.getBoundingClientRect()
    const index = dotUnder(grid, event.clientX - bounds.x + area.x, event.clientY - bounds.y + area.y)
    return index === null ? null : (peers[index] ?? null)
  }
  const hoveredPeer = hovered === null ? null : (peers[hovered] ?? null)
  return (
    <>
      <svg
        aria-hidden
        width={area.width}
        height={area.height}
        viewBox={`${area.x} ${area.y} ${area.width} ${area.height}`}
        style={{ left: area.x, top: area.y }}
        className={hoveredPeer ? 'absolute cursor-grab' : 'absolute'}
        onPointerMove={(event) => {
          const peer = underPointer(event)
          hover(peer ? peers.indexOf(peer) : null)
        }}
        onPointerLeave={() => hover(null)}
        onPointerDown={(event) => {
          const peer = underPointer(event)
          if (!peer) return
          // A finger may want to pan; a mouse that holds a peer does not.
          if (event.pointerType !== 'touch') event.stopPropagation()
          grip({ kind: 'peer', id: peer.id }).onPointerDown?.(event)
        }}
        onClick={() => hoveredPeer && onPick(hoveredPeer)}
      >
        <DotPaths peers={peers} grid={grid} />
        {found !== null && <Found grid={grid} index={peers.findIndex((peer) => peer.id === found)} />}
      </svg>
      {hoveredPeer && hovered !== null && <DotTip peer={hoveredPeer} spot={dotAt(grid, hovered)} />}
    </>
  )
})

function DotPaths({ peers, grid }: { peers: readonly Member[]; grid: DotGrid }) {
  const { presence } = useNetwork()
  const paths: Partial<Record<Tone, string[]>> = {}
  for (let at = 0; at < grid.shown; at += 1) {
    const peer = peers[at]
    if (!peer) break
    const { tone } = presence.state(peer)
    const list = paths[tone] ?? []
    paths[tone] = list
    list.push(shapePath(tones[tone].shape, grid.r, dotAt(grid, at)))
  }
  return Object.entries(paths).map(([tone, parts]) => (
    <path key={tone} d={parts.join('')} className={tones[tone as Tone].className} />
  ))
}

function shapePath(shape: 'disc' | 'square' | 'ring', radius: number, { x, y }: { x: number; y: number }): string {
  // A ring's line lies half outside of its path.
  const r = shape === 'ring' ? radius - 0.5 : radius
  if (shape === 'square') return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`
}

function Found({ grid, index }: { grid: DotGrid; index: number }) {
  if (index < 0 || index >= grid.shown) return null
  const { x, y } = dotAt(grid, index)
  return <circle cx={x} cy={y} r={grid.r + 2} className="fill-none stroke-accent stroke-[1.5]" />
}

function DotTip({ peer, spot }: { peer: Member; spot: { x: number; y: number } }) {
  const { presence } = useNetwork()
  return (
    <span
      aria-hidden
      style={{ left: spot.x, top: spot.y }}
      className="pointer-events-none absolute z-20 mt-2 ml-2 w-max rounded-md bg-solid px-2 py-1 text-sm text-on-solid shadow-float"
    >
      {peer.name} <span className="mono opacity-80">{peer.address}</span> · {presence.state(peer).word}
    </span>
  )
}
