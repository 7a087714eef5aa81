'use client'

import { clsx } from 'clsx'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useMemo, useRef } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { type Line, type Mark, markOf, markWords } from './matrix-cells.ts'
import { MatrixMark } from './matrix-mark.tsx'
import { usePane } from './use-pane.ts'

/** Width and height of a cell, the room for row names, and for column names, in pixels. */
const CELL = 24
const NAMES = 188
const HEAD = 104

/** The cell that the panel tells about, by CIDR ids. */
export type Cell = { readonly x: number; readonly y: number }

type MatrixProps = {
  lines: readonly Line[]
  chosen: Cell | null
  onChoose: (cell: Cell) => void
  onToggle: (id: number) => void
}

/** CIDRs against CIDRs: whose members reach whose, and by which rule. Only what is in sight is drawn. */
export function Matrix({ lines, chosen, onChoose, onToggle }: MatrixProps) {
  const { plan } = useNetwork()
  const scroller = useRef<HTMLDivElement>(null)
  const size = lines.length * CELL
  const pane = usePane(scroller, { cell: CELL, total: lines.length, left: NAMES, top: HEAD })
  const at = useChosen(lines, chosen)
  const onKeyDown = useMatrixKeys({ lines, at, onChoose, onToggle, scroller })
  const row = lines[at.row]
  const column = lines[at.column]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be scrolled and drawn in part
    <div
      ref={scroller}
      role="grid"
      aria-label="Access between CIDRs"
      aria-rowcount={lines.length}
      aria-colcount={lines.length}
      aria-activedescendant={row && column ? cellId({ x: row.node.id, y: column.node.id }) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="relative min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
    >
      <div className="relative" style={{ width: NAMES + size + HEAD / 2, height: HEAD + size + CELL }}>
        <ColumnNames lines={lines} pane={pane} active={at.column} />
        {lines.slice(pane.fromRow, pane.toRow).map((line, offset) => {
          const place = pane.fromRow + offset
          return (
            // biome-ignore lint/a11y/useSemanticElements: see above
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
            <div
              key={line.node.id}
              role="row"
              aria-rowindex={place + 1}
              className={clsx('absolute left-0 flex', place === at.row && 'bg-panel')}
              style={{ top: HEAD + place * CELL, height: CELL, width: NAMES + size }}
            >
              <RowName line={line} active={place === at.row} onToggle={onToggle} />
              {lines.slice(pane.fromColumn, pane.toColumn).map((other, across) => (
                <CellView
                  key={other.node.id}
                  cell={{ x: line.node.id, y: other.node.id }}
                  column={pane.fromColumn + across}
                  mark={markOf(plan, line, other)}
                  names={[line.node.name, other.node.name]}
                  state={{
                    active: place === at.row && pane.fromColumn + across === at.column,
                    crossed: pane.fromColumn + across === at.column,
                  }}
                  onChoose={onChoose}
                />
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

const cellId = ({ x, y }: Cell): string => `access-${x}-${y}`

type CellProps = {
  cell: Cell
  column: number
  mark: Mark
  names: readonly [string, string]
  state: { active: boolean; crossed: boolean }
  onChoose: (cell: Cell) => void
}

function CellView({ cell, column, mark, names, state, onChoose }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the grid's
    <div
      role="gridcell"
      id={cellId(cell)}
      aria-colindex={column + 1}
      aria-selected={state.active}
      aria-label={`${names[0]} – ${names[1]}: ${markWords[mark]}`}
      title={`${names[0]} – ${names[1]}: ${markWords[mark]}`}
      onClick={() => onChoose(cell)}
      className={clsx(
        'absolute grid cursor-pointer place-items-center border-r border-b border-hairline/50 hover:bg-accent-ground',
        state.crossed && 'bg-panel',
        state.active && 'z-1 outline-2 -outline-offset-2 outline-accent',
      )}
      style={{ left: NAMES + column * CELL, width: CELL, height: CELL }}
    >
      <MatrixMark mark={mark} />
    </div>
  )
}

type RowNameProps = { line: Line; active: boolean; onToggle: (id: number) => void }

function RowName({ line, active, onToggle }: RowNameProps) {
  const { node, depth, parent, closed } = line
  const Twist = closed ? ChevronRight : ChevronDown
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    <div
      role="rowheader"
      className={clsx(
        'sticky left-0 z-2 flex items-center gap-0.5 border-r border-b border-b-hairline/50 bg-ground pr-2',
        active && 'font-medium',
      )}
      style={{ width: NAMES, paddingLeft: 8 + Math.min(depth, 6) * 12 }}
    >
      {parent ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={closed ? `Open ${node.name}` : `Close ${node.name}`}
          aria-expanded={!closed}
          onClick={() => onToggle(node.id)}
          className="grid size-4 shrink-0 place-items-center rounded text-muted hover:text-ink"
        >
          <Twist aria-hidden className="size-3" />
        </button>
      ) : (
        <span className="w-4 shrink-0" />
      )}
      <span className="truncate" title={node.name}>
        {node.name}
      </span>
    </div>
  )
}

type ColumnProps = { lines: readonly Line[]; pane: { fromColumn: number; toColumn: number }; active: number }

/** Names above the columns, slanted: as long as a row's name and still readable. */
function ColumnNames({ lines, pane, active }: ColumnProps) {
  return (
    <div aria-hidden className="sticky top-0 z-3 bg-ground" style={{ height: HEAD }}>
      <div className="absolute inset-x-0 bottom-0 border-b" />
      {lines.slice(pane.fromColumn, pane.toColumn).map((line, offset) => {
        const place = pane.fromColumn + offset
        return (
          <span
            key={line.node.id}
            className={clsx(
              'absolute w-32 origin-bottom-left -rotate-45 truncate text-sm',
              place === active ? 'font-medium' : 'text-muted',
            )}
            style={{ left: NAMES + place * CELL + CELL / 2 + 4, bottom: 4 }}
          >
            {line.node.name}
          </span>
        )
      })}
      <div className="sticky left-0 h-full border-r bg-ground" style={{ width: NAMES }} />
    </div>
  )
}

/** Where the chosen cell is among the lines; the first one when nothing is chosen or it is out of sight. */
function useChosen(lines: readonly Line[], chosen: Cell | null): { row: number; column: number } {
  return useMemo(() => {
    const place = (id: number | undefined) => lines.findIndex((line) => line.node.id === id)
    return chosen ? { row: place(chosen.x), column: place(chosen.y) } : { row: -1, column: -1 }
  }, [lines, chosen])
}

type Keys = Pick<MatrixProps, 'lines' | 'onChoose' | 'onToggle'> & {
  at: { row: number; column: number }
  scroller: { readonly current: HTMLElement | null }
}

/** Arrows go from cell to cell, Home and End to the edges of the row, Space opens or closes the row's CIDR. */
function useMatrixKeys({ lines, at, onChoose, onToggle, scroller }: Keys) {
  const steps: Readonly<Record<string, (row: number, column: number) => [number, number]>> = {
    ArrowUp: (row, column) => [row - 1, column],
    ArrowDown: (row, column) => [row + 1, column],
    ArrowLeft: (row, column) => [row, column - 1],
    ArrowRight: (row, column) => [row, column + 1],
    Home: (row) => [row, 0],
    End: (row) => [row, lines.length - 1],
  }
  return (event: KeyboardEvent) => {
    const here = lines[at.row]
    if (event.key === ' ' && here?.parent) {
      event.preventDefault()
      onToggle(here.node.id)
      return
    }
    const step = steps[event.key]
    if (!step) return
    event.preventDefault()
    const [row, column] = step(Math.max(0, at.row), Math.max(0, at.column)).map((n) =>
      Math.min(lines.length - 1, Math.max(0, n)),
    )
    const [x, y] = [lines[row ?? 0], lines[column ?? 0]]
    if (!x || !y) return
    onChoose({ x: x.node.id, y: y.node.id })
    reveal(scroller.current, row ?? 0, column ?? 0)
  }
}

/** Scrolls so that a cell is not hidden below the names. */
function reveal(element: HTMLElement | null, row: number, column: number): void {
  if (!element) return
  const { scrollTop, scrollLeft, clientWidth, clientHeight } = element
  const nearestTo = (start: number, from: number, room: number) => Math.min(Math.max(from, start + CELL - room), start)
  element.scrollTop = nearestTo(row * CELL, scrollTop, clientHeight - HEAD)
  element.scrollLeft = nearestTo(column * CELL, scrollLeft, clientWidth - NAMES)
}
