'use client'

import { type CidrNode, formatPrefix, type Prefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { type MouseEvent, type ReactNode, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { count } from '~/ui/format.ts'
import type { Box } from './camera.ts'
import { FOUND, headsOf, spokenCard } from './cidr-card.tsx'
import { useGrip } from './drag.tsx'
import { MapDots } from './map-dots.tsx'
import { blockAt, type MapBox, type MapGap } from './map-layout.ts'
import { tintOf } from './tints.ts'
import type { TreeState } from './tree-state.ts'
import type { useTreeKeys } from './use-tree-keys.ts'

const placed = ({ x, y, width, height }: Box) => ({ transform: `translate(${x}px, ${y}px)`, width, height })

type BoxProps = {
  box: MapBox
  state: TreeState
  /** How dense the densest CIDR is; the shade tells how near to it this one comes. */
  most: number
  item: ReturnType<ReturnType<typeof useTreeKeys>['item']> | null
  tabbable: boolean
  onZoom: (id: number) => void
}

/** A CIDR in the map. Dragged by its name it is associated; its dots are its peers. */
export function MapCidr({ box, state, most, item, tabbable, onZoom }: BoxProps) {
  const { plan, presence } = useNetwork()
  const { node } = box
  const heads = headsOf(presence, plan.tree, node.id)
  const selected = node.id === state.selected
  const look = clsx(
    'absolute rounded-[5px] border outline-offset-1 data-over:border-accent data-over:ring-2 data-over:ring-accent',
    box.divided ? 'bg-ground' : 'hover:z-10',
    !box.divided && tintOf(heads.all, node.prefix, most),
    state.drafted.has(node.id) && 'border-dashed border-accent bg-accent-ground',
    !state.drafted.has(node.id) &&
      (selected ? 'border-accent shadow-[0_0_0_0.5px_var(--accent)]' : 'hover:border-edge'),
    !state.drafted.has(node.id) && !selected && (box.divided ? 'border-hairline' : 'border-accent/25'),
  )
  const inner = <Inside box={box} state={state} heads={heads} />
  if (!item) {
    return (
      <div data-box aria-hidden className={look} style={placed(box)}>
        {inner}
      </div>
    )
  }
  return (
    <div
      data-box
      data-cidr={node.id}
      role="treeitem"
      tabIndex={tabbable ? 0 : -1}
      {...item}
      aria-label={spokenCard(node, heads)}
      title={box.head === 0 ? `${node.name} ${formatPrefix(node.prefix)}` : undefined}
      onDoubleClick={(event) => {
        event.stopPropagation()
        onZoom(node.id)
      }}
      className={look}
      style={placed(box)}
    >
      {inner}
    </div>
  )
}

type InsideProps = { box: MapBox; state: TreeState; heads: { all: number; online: number } }

/** How wide a letter is about, in pixels: for what has to be known before it is drawn. */
const LETTER = { name: 7, mono: 7.3, figure: 7.5 } as const
const PAD = 8

function Inside({ box, state, heads }: InsideProps) {
  const { plan } = useNetwork()
  const { node, divided, head } = box
  const prefix = formatPrefix(node.prefix)
  if (head === 0) return <Speck box={box} name={node.name} />
  const room = box.width - 2 * PAD
  const figures = `${count(heads.online)}/${count(heads.all)}`
  const nameWidth = node.name.length * LETTER.name + (node.isolated ? 16 : 0)
  const showHeads = heads.all > 0 && room > nameWidth + figures.length * LETTER.figure + 8
  const beside =
    divided && room > nameWidth + (prefix.length + 1) * LETTER.mono + (showHeads ? figures.length * 8 + 8 : 0)
  const below = !divided && box.height > 48 && room > prefix.length * LETTER.mono
  const peers = plan.tree.get(node.id) ? plan.membersIn(node.id) : []
  return (
    <>
      <Name node={node} found={state.find.cidrs.has(node.id)} prefix={beside ? prefix : null}>
        {showHeads && (
          <span className="ml-auto shrink-0 pl-2">
            <span className="font-medium">{count(heads.online)}</span>
            <span className="text-muted">/{count(heads.all)}</span>
          </span>
        )}
      </Name>
      {below && <span className="mono block truncate px-2 leading-4 text-muted">{prefix}</span>}
      {!divided && peers.length > 0 && <Peers peers={peers} area={dotArea(box, below)} state={state} />}
    </>
  )
}

/** Where the dots of a CIDR go: below its texts. */
const dotArea = (box: Box, below: boolean): Box => {
  const top = below ? 44 : 26
  return { x: PAD - 1, y: top, width: box.width - 2 * PAD + 2, height: box.height - top - PAD }
}

function Peers({ peers, area, state }: { peers: readonly Member[]; area: Box; state: TreeState }) {
  const { x, y, width, height } = area
  if (width < 8 || height < 8) return null
  return (
    <MapDots
      peers={peers}
      area={{ x, y, width, height }}
      found={state.find.peer}
      onPick={() => state.setPanelUp(true)}
    />
  )
}

type NameProps = { node: CidrNode; found: boolean; prefix: string | null; children: ReactNode }

function Name({ node, found, prefix, children }: NameProps) {
  const grip = useGrip()
  return (
    <span className="flex h-6 items-center gap-2 px-2">
      <span
        {...(node.id > 0 ? grip({ kind: 'cidr', id: node.id }) : {})}
        className={clsx('min-w-0 cursor-grab truncate leading-5 font-medium', found && FOUND)}
      >
        {node.name}
      </span>
      {node.isolated && (
        <span title="isolated" className="-ml-1 shrink-0 text-xs text-muted">
          iso
        </span>
      )}
      {prefix && <span className="mono truncate text-muted">{prefix}</span>}
      {children}
    </span>
  )
}

/** A box that has no room for a head: its name where that fits on a line of its own, else nothing. */
function Speck({ box, name }: { box: Box; name: string }) {
  if (box.height < 18 || box.width < name.length * 6.4 + 6) return null
  return <span className="block truncate px-1 text-xs font-medium">{name}</span>
}

type GapProps = {
  gap: MapGap
  /** The width of what is looked for a place; null when nothing is. */
  placing: number | null
  usual: number
  onChoose: (gap: MapGap, prefix: Prefix) => void
}

/** Free space: under the pointer it shows the place that a click would choose. For the mouse; the panel lists the same. */
export function MapFree({ gap, placing, usual, onChoose }: GapProps) {
  const [spot, setSpot] = useState<{ x: number; y: number } | null>(null)
  const width = Math.max(placing ?? usual, gap.prefix.width)
  const at = (event: MouseEvent) => {
    const bounds = event.currentTarget.getBoundingClientRect()
    return { x: gap.x + event.clientX - bounds.x, y: gap.y + event.clientY - bounds.y }
  }
  const ghost = spot && blockAt(gap, spot, width)
  const label = `/${gap.prefix.width}`
  return (
    <div
      aria-hidden
      data-box
      data-free={formatPrefix(gap.prefix)}
      onPointerMove={(event) => event.pointerType === 'mouse' && setSpot(at(event))}
      onPointerLeave={() => setSpot(null)}
      onClick={(event) => onChoose(gap, blockAt(gap, at(event), width).prefix)}
      className={clsx(
        'absolute rounded-[5px] border border-dashed hover:z-10',
        placing === null ? 'border-faint/50' : 'cursor-copy border-accent/50',
      )}
      style={placed(gap)}
    >
      {gap.width > 64 && gap.height > 22 && !ghost && (
        <span className="block px-2 pt-0.5 text-sm text-muted">{label} free</span>
      )}
      {ghost && (
        <span
          style={{ ...placed({ ...ghost, x: ghost.x - gap.x, y: ghost.y - gap.y }) }}
          className="pointer-events-none absolute -top-px -left-px rounded-[5px] border border-dashed border-accent bg-accent-ground"
        >
          <span className="absolute top-0.5 left-2 z-20 w-max rounded-sm bg-accent-ground px-0.5 text-sm text-accent">
            <span className="mono">{formatPrefix(ghost.prefix)}</span>
          </span>
        </span>
      )}
    </div>
  )
}
