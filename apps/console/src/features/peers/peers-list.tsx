'use client'

import { useRef } from 'react'
import { State } from '~/ui/tag.tsx'
import { useWindow } from '~/ui/use-window.ts'
import { HandshakeCell, NameCell } from './peer-cells.tsx'
import type { PeerRowView } from './peer-rows.ts'

/** In pixels. */
const ROW = 52

/** The peers on a narrow screen: two lines each. */
export function PeersList({ rows }: { rows: readonly PeerRowView[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const { from, to } = useWindow(scroller, { total: rows.length, rowHeight: ROW })
  return (
    <div ref={scroller} className="min-h-0 shrink overflow-y-auto">
      <ul aria-label="Peers" className="relative" style={{ height: rows.length * ROW }}>
        {rows.slice(from, to).map((row, at) => (
          <li
            key={row.peer.id}
            aria-setsize={rows.length}
            aria-posinset={from + at + 1}
            style={{ height: ROW, top: (from + at) * ROW }}
            className="absolute inset-x-0 grid grid-cols-[minmax(0,1fr)_auto] content-center gap-x-3 border-b border-hairline/60 px-3"
          >
            <NameCell row={row} />
            <State tone={row.state.tone}>{row.state.word}</State>
            <span className="truncate text-muted">
              <span className="mono">{row.peer.address}</span> · {row.cidr}
            </span>
            <span className="text-right text-muted">
              <HandshakeCell row={row} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
