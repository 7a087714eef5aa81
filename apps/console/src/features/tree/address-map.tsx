'use client'

import { type CidrNode, formatPrefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { DRAFT_ID } from '~/features/network/effect.ts'
import { count } from '~/ui/format.ts'
import { spokenCard } from './cidr-card.tsx'
import { density, fullness, marks, type Piece, spread } from './spread.ts'
import type { TreeState } from './tree-state.ts'
import { useTreeKeys } from './use-tree-keys.ts'

type MapProps = { state: TreeState; top: CidrNode; rowHeight: number }

/** The address space below `top`, to scale: a row for each level, free space dotted. Only for the mouse; see AddressTree. */
export function AddressMap({ state, top, rowHeight }: MapProps) {
  const { pieces, most } = useSpread(state, top)
  return (
    <div aria-hidden className="relative" style={{ height: heightOf(pieces, rowHeight) }}>
      {pieces.map((piece) =>
        piece.kind === 'free' ? (
          <Free key={piece.key} piece={piece} rowHeight={rowHeight} />
        ) : (
          <button
            key={piece.key}
            type="button"
            tabIndex={-1}
            onClick={() => state.onSelect(piece.node.id, true)}
            className="absolute"
            style={boxOf(piece, rowHeight)}
          >
            <Block node={piece.node} state={state} most={most} />
          </button>
        ),
      )}
      <Marks top={top} />
    </div>
  )
}

/** The same as a tree of its own, with its keys: where the map is the page. */
export function AddressTree({ state, top, rowHeight }: MapProps) {
  const { pieces, most } = useSpread(state, top)
  const { presence } = useNetwork()
  const visible = pieces.flatMap((piece) => (piece.kind === 'cidr' && piece.node.id !== DRAFT_ID ? [piece.node] : []))
  const keys = useTreeKeys({ ...state, visible, collapsed: NOTHING })
  return (
    <div className="relative" style={{ height: heightOf(pieces, rowHeight) }}>
      <Marks top={top} />
      {pieces.map((piece) => piece.kind === 'free' && <Free key={piece.key} piece={piece} rowHeight={rowHeight} />)}
      <div role="tree" {...keys.container}>
        {pieces.map((piece) =>
          piece.kind === 'free' ? null : (
            <div
              key={piece.key}
              role="treeitem"
              tabIndex={piece.node.id === state.selected ? 0 : -1}
              {...keys.item(piece.node)}
              aria-label={spokenCard(piece.node, presence.within(piece.node.id))}
              className="absolute cursor-pointer rounded"
              style={boxOf(piece, rowHeight)}
            >
              <Block node={piece.node} state={state} most={most} tall />
            </div>
          ),
        )}
      </div>
    </div>
  )
}

/** The pieces of the map, and how dense the densest CIDR is. */
function useSpread(state: TreeState, top: CidrNode) {
  const { presence } = useNetwork()
  const pieces = useMemo(() => spread(state.tree, top), [state.tree, top])
  const densities = pieces.map((piece) => {
    const drawn = piece.kind === 'cidr' && piece.node.id !== DRAFT_ID
    return drawn ? density(presence.within(piece.node.id).all, piece.node.prefix) : 0
  })
  return { pieces, most: Math.max(...densities) }
}

const NOTHING: ReadonlySet<number> = new Set()

/** Between pieces, in pixels. */
const GAP = 2

const boxOf = (piece: Piece, rowHeight: number) => ({
  left: `${piece.from * 100}%`,
  // Too small to see is still there.
  width: `max(3px, calc(${piece.share * 100}% - ${GAP}px))`,
  top: piece.level * rowHeight,
  height: rowHeight - GAP,
})

const heightOf = (pieces: readonly Piece[], rowHeight: number): number =>
  (Math.max(...pieces.map((piece) => piece.level)) + 1) * rowHeight

function Free({ piece, rowHeight }: { piece: Piece & { kind: 'free' }; rowHeight: number }) {
  return (
    <div
      aria-hidden
      title={`Free: ${piece.text}`}
      className="absolute rounded border border-dashed border-faint/60"
      style={boxOf(piece, rowHeight)}
    />
  )
}

/** From nearly nothing to a strong tint; text stays readable on all of them. */
const TINTS = ['bg-accent/4', 'bg-accent/8', 'bg-accent/14', 'bg-accent/20', 'bg-accent/28', 'bg-accent/36'] as const

type BlockProps = { node: CidrNode; state: TreeState; most: number; tall?: boolean }

function Block({ node, state, most, tall }: BlockProps) {
  const { presence } = useNetwork()
  const draft = node.id === DRAFT_ID
  const heads = draft ? { all: 0, online: 0 } : presence.within(node.id)
  const tint = TINTS[Math.round(fullness(heads.all, node.prefix, most) * (TINTS.length - 1))]
  return (
    <span
      title={`${node.name} ${formatPrefix(node.prefix)}`}
      className={clsx(
        '@container block size-full overflow-hidden rounded border text-left',
        tint,
        draft && 'border-dashed border-accent',
        !draft &&
          (node.id === state.selected
            ? 'border-accent shadow-[0_0_0_0.5px_var(--accent)]'
            : 'border-accent/20 hover:border-accent/50'),
      )}
    >
      <span className="hidden px-1.5 py-px @min-[1.75rem]:block">
        <span className="block truncate text-sm leading-3.5 font-medium">{node.name}</span>
        <span className="mono hidden truncate text-xs leading-3 @min-[4.5rem]:block">{formatPrefix(node.prefix)}</span>
        {tall && heads.all > 0 && (
          <span className="mt-1 block truncate text-xs">
            {count(heads.online)}/{count(heads.all)}
          </span>
        )}
      </span>
    </span>
  )
}

/** A tick for each peer where its address lies: green for those online. */
function Marks({ top }: { top: CidrNode }) {
  const { plan, presence } = useNetwork()
  const members = plan.membersWithin(top.id)
  const ticks = (online: boolean) =>
    marks(
      top.prefix,
      members.filter((peer) => presence.state(peer).online === online).map((peer) => peer.at),
    )
      .map((share) => `M${share * 1000} 0v8`)
      .join('')
  return (
    <svg
      aria-hidden
      viewBox="0 0 1000 8"
      preserveAspectRatio="none"
      className="absolute inset-x-0 -bottom-2.5 h-2 w-full"
    >
      <path d={ticks(false)} className="stroke-faint stroke-1 [vector-effect:non-scaling-stroke]" />
      <path d={ticks(true)} className="stroke-online stroke-1 [vector-effect:non-scaling-stroke]" />
    </svg>
  )
}
