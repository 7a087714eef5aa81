'use client'

import type { CidrNode } from '@warren/cidr'
import { useNetwork } from '~/features/network/context.tsx'
import { marks } from './spread.ts'

/** The height of a level, and the gap between pieces; in pixels. */
export const ROW = 32
export const GAP = 2

/** CIDRs too narrow to be pointed at: a stroke each. The close-up and the map show more. */
export function Narrow({ places }: { places: ReadonlySet<string> }) {
  const strokes = [...places].map((place) => {
    const [x = 0, level = 0] = place.split(' ').map(Number)
    return `M${x + 1.5} ${level * ROW}v${ROW - GAP}`
  })
  return (
    <svg aria-hidden width={1} height={1} className="absolute overflow-visible">
      <path d={strokes.join('')} className="stroke-accent/40 stroke-[3]" />
    </svg>
  )
}

/** A tick for each peer where its address lies: green for those online. Peers on one pixel are one tick. */
export function Marks({ top, width }: { top: CidrNode; width: number }) {
  const { plan, presence } = useNetwork()
  const members = plan.membersWithin(top.id)
  const ticks = (online: boolean) => {
    const shares = marks(
      top.prefix,
      members.filter((peer) => presence.state(peer).online === online).map((peer) => peer.at),
    )
    return [...new Set(shares.map((share) => Math.round(share * width)))].map((x) => `M${x + 0.5} 0v6`).join('')
  }
  return (
    <svg aria-hidden width={width} height={6} className="absolute top-full left-0 mt-1">
      <path d={ticks(false)} className="stroke-faint stroke-1" />
      <path d={ticks(true)} className="stroke-online stroke-1" />
    </svg>
  )
}
