'use client'

import { type CidrNode, formatPrefix, type Tree } from '@warren/cidr'
import { clsx } from 'clsx'
import { ChevronDown, ChevronLeft, ChevronRight } from 'lucide-react'
import type { HeadCount, Presence } from '~/features/network/presence.ts'
import { count, endOf } from '~/ui/format.ts'
import { Bar, Tag } from '~/ui/tag.tsx'

/** How many sit in a CIDR or below it; none in one that is not made yet. */
export const headsOf = (presence: Presence, tree: Tree, id: number): HeadCount =>
  tree.get(id) ? presence.within(id) : { all: 0, online: 0 }

type CardProps = {
  node: CidrNode
  heads: HeadCount
  holdsHub?: boolean
  look: 'plain' | 'selected' | 'draft'
  /** Whether the page's search found it or a peer in it. */
  found?: boolean
  /** Its IPv6 prefix beside its IPv4 one, where a line has room for it. */
  prefix6?: string | null
}

/** What a card says: name, prefix, how many are online, of how many. */
export function CidrCard({ node, heads, holdsHub, look, found, prefix6 }: CardProps) {
  return (
    <span
      className={clsx(
        'flex h-full items-center gap-2 rounded-md border px-2.5',
        look === 'draft' && 'border-dashed border-accent bg-accent-ground',
        look === 'selected' && 'border-accent bg-accent-ground shadow-[0_0_0_0.5px_var(--accent)]',
        look === 'plain' && (found ? 'border-edge bg-card' : 'bg-card hover:border-edge'),
      )}
    >
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className={clsx('truncate leading-4 font-medium', found && FOUND)}>{node.name}</span>
          {holdsHub && <Tag className="leading-3">hub</Tag>}
          {node.isolated && <Tag className="leading-3">isolated</Tag>}
        </span>
        <span className="mono block truncate leading-4 text-muted">
          {shortened(formatPrefix(node.prefix))}
          {prefix6 && ` · ${shortened(prefix6)}`}
        </span>
      </span>
      {heads.all > 0 && (
        <span className="grid w-max shrink-0 justify-items-end gap-1">
          <span className="leading-3.5">
            <span className="font-medium">{count(heads.online)}</span>
            <span className="text-muted">/{count(heads.all)}</span>
          </span>
          <Bar share={heads.online / heads.all} className="w-10" />
        </span>
      )}
    </span>
  )
}

/** As many characters as stand beside the figures. */
const ROOM = 16

const shortened = (prefix: string): string => endOf(prefix, ROOM)

/** A name that was found is underlined, as if with a pen: shape and not only colour. */
export const FOUND = 'underline decoration-accent decoration-2 underline-offset-2'

/** What a screen reader says of a card. */
export const spokenCard = (node: CidrNode, heads: HeadCount, prefix6: string | null = null): string =>
  [
    node.name,
    formatPrefix(node.prefix),
    ...(prefix6 === null ? [] : [prefix6]),
    heads.all === 0 ? 'no peers' : `${heads.online} of ${heads.all} peers online`,
    ...(node.isolated ? ['isolated'] : []),
  ].join(', ')

type KnobProps = {
  collapsed: boolean
  /** How many CIDRs are below. */
  hidden: number
  /** Shown also while the pointer is elsewhere: on screens that have none. */
  always?: boolean
  onClick: () => void
}

/** The knob that hides or shows what is below a CIDR; the arrow keys do the same. */
export function FoldKnob({ collapsed, hidden, always, onClick }: KnobProps) {
  const Icon = collapsed ? ChevronRight : always ? ChevronDown : ChevronLeft
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden
      onPointerDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.stopPropagation()
        onClick()
      }}
      className={clsx(
        'flex h-5 min-w-5 items-center justify-center gap-0.5 rounded-full border bg-card px-1 text-xs text-muted transition-opacity duration-150 hover:text-ink',
        !collapsed && !always && 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
      )}
    >
      {collapsed && <span>{count(hidden)}</span>}
      <Icon className="size-3" />
    </button>
  )
}
