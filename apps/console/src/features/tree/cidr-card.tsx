'use client'

import { type CidrNode, formatPrefix } from '@warren/cidr'
import { clsx } from 'clsx'
import { ChevronDown, ChevronLeft, ChevronRight } from 'lucide-react'
import { DRAFT_ID } from '~/features/network/effect.ts'
import type { HeadCount } from '~/features/network/presence.ts'
import { count } from '~/ui/format.ts'
import { Bar, Tag } from '~/ui/tag.tsx'

type CardProps = {
  node: CidrNode
  heads: HeadCount
  holdsHub: boolean
  selected: boolean
}

/** What a card says: name, prefix, how many are online, of how many. */
export function CidrCard({ node, heads, holdsHub, selected }: CardProps) {
  const draft = node.id === DRAFT_ID
  return (
    <span
      className={clsx(
        'flex h-full items-center gap-2 rounded-md border px-2.5 transition-colors duration-150',
        draft && 'border-dashed border-accent bg-accent-ground',
        !draft &&
          (selected
            ? 'border-accent bg-accent-ground shadow-[0_0_0_0.5px_var(--accent)]'
            : 'bg-card hover:border-edge'),
      )}
    >
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className="truncate leading-4 font-medium">{node.name}</span>
          {holdsHub && <Tag className="leading-3">hub</Tag>}
          {node.isolated && <Tag className="leading-3">isolated</Tag>}
        </span>
        <span className="mono block truncate leading-4 text-muted">{formatPrefix(node.prefix)}</span>
      </span>
      {!draft && heads.all > 0 && (
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

/** What a screen reader says of a card. */
export const spokenCard = (node: CidrNode, heads: HeadCount): string =>
  [
    node.name,
    formatPrefix(node.prefix),
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
      onClick={(event) => {
        event.stopPropagation()
        onClick()
      }}
      className={clsx(
        'flex h-5 min-w-5 items-center justify-center gap-0.5 rounded-full border bg-card px-1 text-xs text-muted transition-opacity duration-150 hover:text-ink',
        !collapsed && !always && 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
      )}
    >
      {collapsed && <span>{hidden}</span>}
      <Icon className="size-3" />
    </button>
  )
}
