'use client'

import { type CidrNode, formatPrefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { memo, type ReactNode } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { prefix6Of } from '~/features/network/families.ts'
import type { Member, Plan } from '~/features/network/plan.ts'
import { count } from '~/ui/format.ts'
import { Tag } from '~/ui/tag.tsx'
import type { Box } from './camera.ts'
import { FOUND, headsOf, spokenCard } from './cidr-card.tsx'
import { useGrip } from './drag.tsx'
import { MapDots } from './map-dots.tsx'
import type { MapBox } from './map-layout.ts'
import { placed } from './placed.ts'
import { tintOf } from './tints.ts'
import type { TreeState } from './tree-state.ts'
import type { useTreeKeys } from './use-tree-keys.ts'

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
export const MapCidr = memo(function MapCidr({ box, state, most, item, tabbable, onZoom }: BoxProps) {
  const { plan, presence } = useNetwork()
  const { node } = box
  const heads = headsOf(presence, plan.tree, node.id)
  const selected = node.id === state.selected
  const look = clsx(
    'absolute rounded-[5px] border outline-offset-1 data-over:border-accent data-over:ring-2 data-over:ring-accent',
    box.divided ? 'bg-ground' : 'hover:z-10',
    !box.divided && tintOf(heads.all, node.prefix, most),
    state.find.cidrs.has(node.id) && 'ring-1 ring-accent/60',
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
      aria-label={spokenCard(node, heads, prefix6Of(plan, node.id))}
      // What is too narrow to be read whole is told by the browser's own tip.
      title={box.width < WIDE ? `${node.name} ${formatPrefix(node.prefix)}` : undefined}
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
}, sameBox)

/** While panning, what comes into sight must not cost what is there already: `item` says what `state` says. */
function sameBox(a: BoxProps, b: BoxProps): boolean {
  return a.box === b.box && a.state === b.state && a.most === b.most && a.tabbable === b.tabbable
}

type InsideProps = { box: MapBox; state: TreeState; heads: { all: number; online: number } }

/** How wide a letter is about, in pixels: for what has to be known before it is drawn. */
const LETTER = { name: 7, mono: 7.3, figure: 7.5, small: 6 } as const
const PAD = 8
/** From this width on a box says its name and prefix itself, in pixels. */
const WIDE = 160
/** How wide the tag of an isolated CIDR is, in pixels. */
const TAG = 56

function Inside({ box, state, heads }: InsideProps) {
  const { plan } = useNetwork()
  const { node, divided, head } = box
  const prefix = formatPrefix(node.prefix)
  if (head === 0 && divided) return <Speck box={box} name={node.name} />
  const room = box.width - 2 * PAD
  const figures = `${count(heads.online)}/${count(heads.all)}`
  const nameOnly = node.name.length * LETTER.name
  const showHeads = heads.all > 0 && room > nameOnly + figures.length * LETTER.figure + 20
  const left = room - nameOnly - (showHeads ? figures.length * LETTER.figure + 20 : 0)
  const tagged = node.isolated && left > TAG
  const beside = divided && left - (tagged ? TAG : 0) > (prefix.length + 1) * LETTER.mono
  // Three letters and dots help nobody: the peers say more.
  if (!divided && (head === 0 || room < Math.min(nameOnly, 64)))
    return <Tight box={box} peers={peersOf(plan, node)} state={state} />
  const below = !divided && box.height > 48 && room > prefix.length * LETTER.mono
  const peers = peersOf(plan, node)
  return (
    <>
      <Name
        node={node}
        label={fitted(node.name, room)}
        found={state.find.cidrs.has(node.id)}
        tagged={tagged}
        prefix={beside ? prefix : null}
      >
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

/** A name that ends in a number is told from its neighbours by its end, which is kept where the whole does not fit. */
function fitted(name: string, room: number): string {
  const letters = Math.max(3, Math.floor(room / LETTER.name) - 1)
  return /\d$/.test(name) && name.length > letters + 1 ? `…${name.slice(-letters)}` : name
}

/** A box too narrow for a head: its name in small letters where it fits, and its peers. */
function Tight({ box, peers, state }: { box: MapBox; peers: readonly Member[]; state: TreeState }) {
  const named = box.height >= 18 && box.width >= box.node.name.length * LETTER.small + 6
  const top = named ? 18 : 4
  const area = { x: 4, y: top, width: box.width - 8, height: box.height - top - 4 }
  return (
    <>
      {named && (
        <span className={clsx('block px-1 text-xs font-medium', state.find.cidrs.has(box.node.id) && FOUND)}>
          {box.node.name}
        </span>
      )}
      {peers.length > 0 && <Peers peers={peers} area={area} state={state} />}
    </>
  )
}

const peersOf = (plan: Plan, node: CidrNode): readonly Member[] =>
  plan.tree.get(node.id) ? plan.membersIn(node.id) : []

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

type NameProps = {
  node: CidrNode
  found: boolean
  tagged: boolean
  label: string
  prefix: string | null
  children: ReactNode
}

function Name({ node, label, found, tagged, prefix, children }: NameProps) {
  const grip = useGrip()
  return (
    <span className="flex h-6 items-center gap-2 px-2">
      <span
        {...(node.id > 0 ? grip({ kind: 'cidr', id: node.id }) : {})}
        className={clsx('min-w-0 cursor-grab truncate leading-5 font-medium', found && FOUND)}
      >
        {label}
      </span>
      {tagged && <Tag className="shrink-0 bg-card/60 leading-3">isolated</Tag>}
      {prefix && <span className="mono truncate text-muted">{prefix}</span>}
      {children}
    </span>
  )
}

/** A box that has no room for a head: its name where that fits on a line of its own, else nothing. */
function Speck({ box, name }: { box: Box; name: string }) {
  if (box.height < 18 || box.width < name.length * LETTER.small + 6) return null
  return <span className="block truncate px-1 text-xs font-medium">{name}</span>
}
