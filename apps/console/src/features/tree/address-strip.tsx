'use client'

import { type CidrNode, formatPrefix, type Prefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { type MouseEvent, memo, useMemo, useRef, useState } from 'react'
import { likelySize, sizesBelow } from '~/features/cidrs/sizes.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import { headsOf } from './cidr-card.tsx'
import { isUnmade } from './draft.ts'
import { MapLegendLine } from './map-legend.tsx'
import { closeUp, density, inSight, type Piece, placeIn, spread } from './spread.ts'
import { GAP, Marks, Narrow, ROW } from './strip-marks.tsx'
import { tintOf } from './tints.ts'
import type { TreeState } from './tree-state.ts'
import { useWidth } from './use-width.ts'

/** The address space below the tree, to scale: a row for each level, free space dotted. For the mouse; the tree says it all. */
export function AddressStrip({ state }: { state: TreeState }) {
  const { tree, selected, drafted, placing } = state
  const { top, button } = useCloseUp(state)
  const on = useOn(state)
  return (
    <section
      aria-label="Address space"
      className="max-h-56 shrink-0 overflow-y-auto border-t bg-panel px-4 pt-2 pb-4 wide:px-7"
    >
      <div className="mb-1.5 flex min-h-6 flex-wrap items-center gap-x-3 text-sm">
        <h2 className="text-muted">Address space, to scale</h2>
        {button}
        <MapLegendLine />
      </div>
      <Strip tree={tree} selected={selected} drafted={drafted} placing={placing} top={top} on={on} />
    </section>
  )
}

function useOn(state: TreeState): On {
  const rights = useRights()
  const latest = useRef({ state, rights })
  latest.current = { state, rights }
  return useMemo(
    () => ({
      select: (id) => latest.current.state.onSelect(id, true),
      choose: (parentId, prefix) => {
        const { actOn, selected } = latest.current.state
        // The free space around a draft belongs to its parent.
        const id = isUnmade(parentId) ? selected : parentId
        if (latest.current.rights.mayAddTo(id)) actOn(id, { kind: 'add', at: formatPrefix(prefix) })
      },
    }),
    [],
  )
}

type StripProps = Pick<TreeState, 'tree' | 'selected' | 'drafted' | 'placing'> & { top: CidrNode; on: On }

/** What the strip asks of the page. */
type On = { select: (id: number) => void; choose: (parentId: number, prefix: Prefix) => void }

/** The strip itself. A search or an action in the panel leaves it alone. */
const Strip = memo(function Strip(props: StripProps) {
  const { tree, top, selected, drafted } = props
  const { plan, presence } = useNetwork()
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const all = useMemo(() => spread(tree, top), [tree, top])
  const kept = useMemo(() => new Set([selected, ...drafted]), [selected, drafted])
  const { wide, narrow } = useMemo(() => inSight(all, width, kept), [all, width, kept])
  const most = wide.reduce((found, piece) => {
    if (piece.kind === 'free') return found
    return Math.max(found, density(headsOf(presence, plan.tree, piece.node.id).all, piece.node.prefix))
  }, 0)
  const levels = all.reduce((deepest, piece) => Math.max(deepest, piece.level), 0) + 1
  return (
    <div ref={frame} aria-hidden className="relative mb-2.5" style={{ height: levels * ROW - GAP }}>
      <Narrow places={narrow} />
      {wide.map((piece) =>
        piece.kind === 'free' ? (
          <Free key={piece.key} piece={piece} strip={props} />
        ) : (
          <Block key={piece.key} piece={piece} strip={props} most={most} width={width} />
        ),
      )}
      <Marks top={top} width={width} />
    </div>
  )
})

const boxOf = (piece: Piece) => ({
  left: `${piece.from * 100}%`,
  width: `max(4px, calc(${piece.share * 100}% - ${GAP}px))`,
  top: piece.level * ROW,
  height: ROW - GAP,
})

function Free({ piece, strip }: { piece: Piece & { kind: 'free' }; strip: StripProps }) {
  const { tree, placing, on } = strip
  const choose = (event: MouseEvent) => {
    const bounds = event.currentTarget.getBoundingClientRect()
    const parent = tree.get(piece.parentId)
    if (!parent) return
    const width = placing ?? likelySize(parent.prefix, sizesBelow(parent.prefix))
    on.choose(parent.id, placeIn(piece, (event.clientX - bounds.x) / bounds.width, width))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: for the mouse; the panel lists free places for keys
    <div
      title={`Free: ${piece.text}`}
      data-free={piece.text}
      onClick={choose}
      className={clsx(
        'absolute rounded border border-dashed',
        placing === null ? 'border-faint/60' : 'cursor-copy border-accent/60 hover:bg-accent-ground',
      )}
      style={boxOf(piece)}
    />
  )
}

type BlockProps = { piece: Piece & { kind: 'cidr' }; strip: StripProps; most: number; width: number }

/** How wide a letter is about, in pixels. */
const LETTER = { name: 6.1, mono: 6.7 } as const

function Block({ piece, strip, most, width }: BlockProps) {
  const { plan, presence } = useNetwork()
  const { node } = piece
  const drafted = strip.drafted.has(node.id)
  const heads = headsOf(presence, plan.tree, node.id)
  const prefix = formatPrefix(node.prefix)
  const room = piece.share * width - GAP - 12
  const named = room >= node.name.length * LETTER.name
  return (
    <button
      type="button"
      tabIndex={-1}
      data-cidr={node.id > 0 ? node.id : undefined}
      title={`${node.name} ${prefix}`}
      onClick={() => node.id > 0 && strip.on.select(node.id)}
      style={boxOf(piece)}
      className={clsx(
        named && 'px-1.5',
        'absolute overflow-hidden rounded border text-left whitespace-nowrap data-over:ring-2 data-over:ring-accent',
        tintOf(heads.all, node.prefix, most),
        drafted && 'border-dashed border-accent',
        !drafted &&
          (node.id === strip.selected
            ? 'border-accent shadow-[0_0_0_0.5px_var(--accent)]'
            : 'border-accent/20 hover:border-accent/50'),
      )}
    >
      {named && (
        <>
          <span className="block text-sm leading-3.5 font-medium">{node.name}</span>
          {room >= prefix.length * LETTER.mono && <span className="mono block text-xs leading-3">{prefix}</span>}
        </>
      )}
    </button>
  )
}

/** Whether the strip shows the whole network or the surroundings of the selection, and the button between the two. */
function useCloseUp(state: TreeState) {
  const [close, setClose] = useState(false)
  const near = closeUp(state.tree, state.selected)
  const top = close ? near : state.tree.root
  const nothingToGain = !close && near.id === state.tree.root.id
  const label = close ? 'Whole network' : `Close-up of ${near.name}`
  const button = nothingToGain ? null : (
    <Button size="small" tone="quiet" onClick={() => setClose(!close)}>
      {label}
    </Button>
  )
  return { top, button }
}
