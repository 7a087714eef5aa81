'use client'

import { clsx } from 'clsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useServerNow } from '~/ui/ago.tsx'
import { State } from '~/ui/tag.tsx'
import { Age, NameCell } from './peers-cells.tsx'
import type { PeersViewProps } from './peers-grid.tsx'
import { rowOf } from './peers-rows.ts'
import { extended, toggled } from './peers-selection.ts'
import { SelectRow } from './select-box.tsx'
import { useRowsInSight } from './use-rows-in-sight.ts'

/** In pixels. */
const ROW = 52
const TICK_MS = 5000

/** The peers where there is no room for a table: two lines each. */
export function PeersList({ peers, selection, onSelect }: PeersViewProps) {
  const { plan, presence } = useNetwork()
  const { scroller, items } = useRowsInSight(peers.length, ROW)
  const nowMs = useServerNow(TICK_MS)
  const select = (id: number, shift: boolean) => {
    const order = peers.map((peer) => peer.id)
    onSelect(shift ? extended(selection, order, id) : toggled(selection, id))
  }
  return (
    <div ref={scroller} className="min-h-0 shrink overflow-y-auto">
      <ul aria-label="Peers" className="relative" style={{ height: peers.length * ROW }}>
        {items.map((at) => {
          const peer = peers[at]
          if (!peer) return null
          const row = rowOf(plan, presence, peer)
          const selected = selection.ids.has(row.peer.id)
          return (
            <li
              key={row.peer.id}
              aria-setsize={peers.length}
              aria-posinset={at + 1}
              style={{ height: ROW, top: at * ROW }}
              className={clsx(
                'absolute inset-x-0 grid grid-cols-[2rem_minmax(0,1fr)_auto] content-center gap-x-2 border-b border-hairline/60 pr-3 pl-1',
                selected && 'bg-accent-ground',
              )}
            >
              <label
                htmlFor={boxId(row.peer.id)}
                className="relative z-1 row-span-2 grid place-items-center self-stretch"
              >
                <SelectRow
                  id={boxId(row.peer.id)}
                  name={row.peer.name}
                  selected={selected}
                  tabIndex={0}
                  onToggle={(shift) => select(row.peer.id, shift)}
                />
              </label>
              <NameCell row={row} />
              <State tone={row.state.tone}>{row.state.word}</State>
              <span className="truncate text-muted">
                <span className="mono">{row.peer.address}</span> · {row.cidr}
              </span>
              <span className="text-right text-muted">
                <Age at={row.heard} nowMs={nowMs} />
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const boxId = (peerId: number): string => `select-peer-${peerId}`
