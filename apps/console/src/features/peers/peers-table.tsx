'use client'

import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { State } from '~/ui/tag.tsx'
import { useWindow } from '~/ui/use-window.ts'
import { HandshakeCell, NameCell, TrafficCell } from './peer-cells.tsx'
import type { PeerFilter, PeerRowView, SortKey } from './peer-rows.ts'

type Column = {
  head: string
  cell: (row: PeerRowView) => ReactNode
  sort?: SortKey
  /** Shown on wide screens only. */
  wide?: true
  right?: true
  width: string
}

const columns: readonly Column[] = [
  { head: 'Name', sort: 'name', width: '22%', cell: (row) => <NameCell row={row} /> },
  { head: 'Address', sort: 'address', width: '15%', cell: (row) => <span className="mono">{row.peer.address}</span> },
  { head: 'CIDR', sort: 'cidr', width: '12%', cell: (row) => row.cidr },
  { head: 'Kind', wide: true, width: '7%', cell: (row) => row.peer.kind },
  { head: 'State', sort: 'state', width: '15%', cell: (row) => <State tone={row.state.tone}>{row.state.word}</State> },
  { head: 'Last handshake', sort: 'heard', right: true, width: '12%', cell: (row) => <HandshakeCell row={row} /> },
  { head: 'Traffic', sort: 'traffic', wide: true, right: true, width: '17%', cell: (row) => <TrafficCell row={row} /> },
  { head: 'Version', wide: true, right: true, width: '8%', cell: (row) => row.status?.version ?? '–' },
]

/** In pixels; the table's rows are all as high as this, which is what lets it draw only some of them. */
const ROW = 34

type TableProps = {
  rows: readonly PeerRowView[]
  filter: PeerFilter
  setFilter: (patch: Partial<PeerFilter>) => void
}

/** The table. Only the rows in sight exist, so ten thousand scroll like ten. */
export function PeersTable({ rows, filter, setFilter }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const { from, to } = useWindow(scroller, { total: rows.length, rowHeight: ROW })
  return (
    <div ref={scroller} className="min-h-0 shrink overflow-y-auto">
      <table aria-label="Peers" aria-rowcount={rows.length + 1} className="w-full table-fixed border-collapse">
        <thead className="sticky top-0 z-10 bg-ground shadow-[0_1px_0_var(--hairline)]">
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.head} column={column} filter={filter} setFilter={setFilter} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={from} />
          {rows.slice(from, to).map((row, at) => (
            <Row key={row.peer.id} row={row} index={from + at + 2} />
          ))}
          <Spacer rows={rows.length - to} />
        </tbody>
      </table>
    </div>
  )
}

/** Stands for the rows that are out of sight. */
function Spacer({ rows }: { rows: number }) {
  return rows === 0 ? null : <tr aria-hidden style={{ height: rows * ROW }} />
}

function Row({ row, index }: { row: PeerRowView; index: number }) {
  return (
    <tr
      aria-rowindex={index}
      style={{ height: ROW }}
      className="relative border-b border-hairline/60 last:border-b-0 hover:bg-panel"
    >
      {columns.map((column) => (
        <td key={column.head} className={clsx('truncate px-2 first:pl-4 last:pr-4', placing(column))}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

function Head({ column, filter, setFilter }: Omit<TableProps, 'rows'> & { column: Column }) {
  const { sort, head, width } = column
  const current = sort !== undefined && filter.sort === sort
  const Arrow = filter.down ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={current ? (filter.down ? 'descending' : 'ascending') : undefined}
      style={{ width }}
      className={clsx('h-8 px-2 text-left text-sm font-normal text-muted first:pl-4 last:pr-4', placing(column))}
    >
      {sort ? (
        <button
          type="button"
          onClick={() => setFilter({ sort, down: current && !filter.down })}
          className="inline-flex items-center gap-1 hover:text-ink"
        >
          {head}
          {current && <Arrow aria-hidden className="size-3" />}
        </button>
      ) : (
        head
      )}
    </th>
  )
}

const placing = (column: Column): string => clsx(column.right && 'text-right', column.wide && 'hidden wide:table-cell')
