'use client'

import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo, useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { cells } from './peers-cells.tsx'
import type { Column } from './peers-columns.ts'
import type { PeerFilter } from './peers-filter.ts'
import { type PeerRowView, rowOf } from './peers-rows.ts'
import { coverOf, type Selection } from './peers-selection.ts'
import { SelectAll, SelectRow } from './select-box.tsx'
import { rowId, useListKeys } from './use-list-keys.ts'
import { useRowsInSight } from './use-rows-in-sight.ts'

/** In pixels; the rows are all as high as this, which is what lets the table draw only some of them. */
const ROW = 32
/** Of the column of check boxes, in pixels. */
const BOX = 36
const TICK_MS = 5000

export type PeersViewProps = {
  /** In order. */
  peers: readonly Member[]
  filter: PeerFilter
  setFilter: (patch: Partial<PeerFilter>) => void
  columns: readonly Column[]
  selection: Selection
  onSelect: (next: Selection) => void
}

/**
 * The table. Only the rows in sight exist, so ten thousand scroll like ten. It is one stop of the Tab key: arrows move,
 * Space selects, Shift stretches, Enter opens.
 */
export function PeersGrid(props: PeersViewProps) {
  const { peers, columns, selection, onSelect } = props
  const { plan, presence } = useNetwork()
  const { scroller, items, before, after, show } = useRowsInSight(peers.length, ROW)
  const order = useMemo(() => peers.map((peer) => peer.id), [peers])
  const keys = useListKeys({ order, selection, onSelect, show })
  const nowMs = useServerNow(TICK_MS)
  const least = columns.reduce((sum, column) => sum + column.width, BOX)
  return (
    <div ref={scroller} className="min-h-0 shrink overflow-auto">
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose rows can be walked
        role="grid"
        aria-label="Peers"
        aria-rowcount={peers.length + 1}
        aria-multiselectable
        aria-activedescendant={keys.active === null ? undefined : rowId(keys.active)}
        tabIndex={0}
        onKeyDown={keys.onKeyDown}
        style={{ minWidth: least }}
        className="group/grid w-full table-fixed border-collapse outline-none"
      >
        <Widths columns={columns} />
        <Heads {...props} order={order} />
        <tbody>
          <Spacer height={before} />
          {items.map((at) => {
            const peer = peers[at]
            return (
              peer && (
                <Row
                  key={peer.id}
                  row={rowOf(plan, presence, peer)}
                  at={at}
                  columns={columns}
                  nowMs={nowMs}
                  selected={selection.ids.has(peer.id)}
                  active={keys.active === peer.id}
                  onPick={keys.pick}
                />
              )
            )
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </div>
  )
}

function Widths({ columns }: { columns: readonly Column[] }) {
  return (
    <colgroup>
      <col style={{ width: BOX }} />
      {columns.map((column) => (
        <col key={column.key} style={{ width: column.width }} />
      ))}
    </colgroup>
  )
}

/** Stands for the rows that are out of sight. */
function Spacer({ height }: { height: number }) {
  return height === 0 ? null : <tr aria-hidden style={{ height }} />
}

type RowProps = {
  row: PeerRowView
  at: number
  columns: readonly Column[]
  nowMs: number
  selected: boolean
  active: boolean
  onPick: (id: number, shift: boolean) => void
}

/** A row that says the same is not drawn again: while the list scrolls, only those that come into sight are. */
const Row = memo(PlainRow, (old, now) => {
  const same = (key: 'at' | 'columns' | 'nowMs' | 'selected' | 'active' | 'onPick') => old[key] === now[key]
  const { peer, cidr, state, status } = now.row
  return (
    old.row.peer === peer &&
    old.row.status === status &&
    old.row.state === state &&
    old.row.cidr === cidr &&
    (['at', 'columns', 'nowMs', 'selected', 'active', 'onPick'] as const).every(same)
  )
})

function PlainRow({ row, at, columns, nowMs, selected, active, onPick }: RowProps) {
  return (
    <tr
      id={rowId(row.peer.id)}
      aria-rowindex={at + 2}
      aria-selected={selected}
      style={{ height: ROW }}
      className={clsx(
        'relative border-b border-hairline/60',
        selected ? 'bg-accent-ground' : 'hover:bg-panel',
        active && '-outline-offset-2 outline-accent group-focus-visible/grid:outline-2',
      )}
    >
      <td className="pl-4">
        <SelectRow name={row.peer.name} selected={selected} onToggle={(shift) => onPick(row.peer.id, shift)} />
      </td>
      {columns.map(({ key, figure }) => {
        const Cell = cells[key]
        return (
          <td key={key} className={clsx('truncate px-2 last:pr-4', figure && 'text-right')}>
            <Cell row={row} nowMs={nowMs} />
          </td>
        )
      })}
    </tr>
  )
}

function Heads({
  order,
  columns,
  filter,
  setFilter,
  selection,
  onSelect,
}: PeersViewProps & { order: readonly number[] }) {
  return (
    <thead className="sticky top-0 z-10 bg-ground shadow-[0_1px_0_var(--hairline)]">
      <tr aria-rowindex={1}>
        <th scope="col" className="pl-4 text-left">
          <SelectAll cover={coverOf(selection, order)} order={order} selection={selection} onSelect={onSelect} />
        </th>
        {columns.map((column) => (
          <Head key={column.key} column={column} filter={filter} setFilter={setFilter} />
        ))}
      </tr>
    </thead>
  )
}

function Head({ column, filter, setFilter }: Pick<PeersViewProps, 'filter' | 'setFilter'> & { column: Column }) {
  const { key, head, note, figure } = column
  const current = filter.sort === key
  const Arrow = filter.down ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={current ? (filter.down ? 'descending' : 'ascending') : undefined}
      className={clsx('h-8 px-2 text-sm font-normal text-muted last:pr-4', figure ? 'text-right' : 'text-left')}
    >
      <button
        type="button"
        title={note}
        onClick={() => setFilter({ sort: key, down: current ? !filter.down : figure === true })}
        className={clsx(
          'inline-flex items-center gap-1 hover:text-ink',
          current && 'text-ink',
          figure && 'flex-row-reverse',
        )}
      >
        {head}
        {current && <Arrow aria-hidden className="size-3" />}
      </button>
    </th>
  )
}
