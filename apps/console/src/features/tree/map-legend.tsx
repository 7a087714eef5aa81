'use client'

import { occupancy, sizeOf } from '@warren/cidr'
import { clsx } from 'clsx'
import { useNetwork } from '~/features/network/context.tsx'
import { count, percent } from '~/ui/format.ts'
import { Dot } from '~/ui/tag.tsx'
import { TINTS } from './tints.ts'

type LegendProps = {
  exact: boolean
  onExact: (exact: boolean) => void
  /** Whether something is drawn larger than it is while the map is not exact. */
  widened: boolean
}

/** How the map is to be read: shades, dots, and whether areas are to scale. */
export function MapLegend({ exact, onExact, widened }: LegendProps) {
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-t bg-panel px-3 py-1.5 text-sm text-muted nav:px-4">
      <span className="flex items-center gap-1.5">
        sparse
        <span aria-hidden className="flex gap-px">
          {TINTS.map((tint) => (
            <span key={tint} className={clsx('size-2.5 rounded-[2px] border border-accent/25', tint)} />
          ))}
        </span>
        dense
      </span>
      <span className="flex items-center gap-1.5">
        <Dot tone="online" /> online
      </span>
      <span className="flex items-center gap-1.5">
        <Dot tone="off" /> offline
      </span>
      {widened && (
        <label className="flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={exact}
            onChange={(event) => onExact(event.target.checked)}
            className="size-3.5 accent-accent"
          />
          True scale
          {!exact && <span className="max-nav:hidden">(small CIDRs are drawn larger)</span>}
        </label>
      )}
      <MapLegendLine />
    </div>
  )
}

/** How much of the address space is given to CIDRs, and to peers. */
export function MapLegendLine() {
  const { plan } = useNetwork()
  const { root } = plan.tree
  const assigned = occupancy(
    root.prefix,
    plan.tree.children(root.id).map((child) => child.prefix),
  )
  return (
    <span className="ml-auto text-ink">
      {percent(assigned)} of {count(sizeOf(root.prefix))} assigned · {count(plan.members.length)} in use
    </span>
  )
}
