'use client'

import { useNetwork } from '~/features/network/context.tsx'
import { headsOf } from './cidr-card.tsx'
import type { Speck } from './map-layout.ts'
import { tintAt } from './tints.ts'

/** The fill of each tint; see `TINTS`. */
const FILLS = [
  'fill-accent/4',
  'fill-accent/8',
  'fill-accent/14',
  'fill-accent/20',
  'fill-accent/28',
  'fill-accent/36',
] as const

/** CIDRs too small to be read as shaded spots: one path for each shade, however many there are. */
export function MapSpecks({ specks, most }: { specks: readonly Speck[]; most: number }) {
  const { plan, presence } = useNetwork()
  const paths: string[][] = FILLS.map(() => [])
  for (const { x, y, width, height, node } of specks) {
    const heads = headsOf(presence, plan.tree, node.id)
    paths[tintAt(heads.all, node.prefix, most)]?.push(`M${x} ${y}h${width}v${height}h${-width}z`)
  }
  return (
    <svg aria-hidden width={1} height={1} className="pointer-events-none absolute top-0 left-0 overflow-visible">
      {FILLS.map((fill, at) => {
        const path = paths[at]?.join('')
        return path ? <path key={fill} d={path} className={`${fill} stroke-accent/25 stroke-1`} /> : null
      })}
    </svg>
  )
}
