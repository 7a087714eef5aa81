'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useCallback, useRef, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { allToggled, extended, nothing, type Selection, toggled } from './peers-selection.ts'

/** How many rows PageUp and PageDown pass. */
const PAGE = 20

type KeysProps = {
  order: readonly number[]
  selection: Selection
  onSelect: (next: Selection) => void
  show: (at: number) => void
}

/** The id of a peer's row, by which the table says which one its keys are at. */
export const rowId = (peerId: number): string => `peer-row-${peerId}`

/** Where the keys of the list are at, and what they do (WAI-ARIA grid: a row at a time). */
export function useListKeys({ order, selection, onSelect, show }: KeysProps) {
  const [kept, setActive] = useState<number | null>(null)
  const { plan } = useNetwork()
  const router = useRouter()
  // Who was filtered away or deleted is no place to be.
  const active = kept !== null && order.includes(kept) ? kept : (order[0] ?? null)

  const walk = (to: number, shift: boolean) => {
    const at = Math.max(0, Math.min(order.length - 1, to))
    const id = order[at]
    if (id === undefined) return
    if (shift) onSelect(extended(anchored(selection, active), order, id))
    setActive(id)
    show(at)
  }
  const latest = useRef({ selection, order, onSelect })
  latest.current = { selection, order, onSelect }
  // The same function all the time, for rows that are drawn again only when they say something else.
  const pick = useCallback((id: number, shift: boolean) => {
    const { selection, order, onSelect } = latest.current
    setActive(id)
    onSelect(shift ? extended(selection, order, id) : toggled(selection, id))
  }, [])
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Only its own: a button in the head keeps its keys.
    if (event.target !== event.currentTarget || active === null) return
    const act = actionOf(event, {
      at: order.indexOf(active),
      last: order.length - 1,
      walk: (to) => walk(to, event.shiftKey),
      pick: () => pick(active, event.shiftKey),
      all: () => onSelect(allToggled(selection, order)),
      open: () => router.push(to.peer({ network: plan.network.name, peer: active })),
      clear: () => onSelect(nothing),
    })
    if (!act) return
    event.preventDefault()
    act()
  }
  return { active, onKeyDown, pick }
}

type Does = {
  at: number
  last: number
  walk: (to: number) => void
  pick: () => void
  all: () => void
  open: () => void
  clear: () => void
}

function actionOf({ key, ctrlKey, metaKey }: KeyboardEvent, does: Does): (() => void) | null {
  if (ctrlKey || metaKey) return key.toLowerCase() === 'a' ? does.all : null
  const reached: Record<string, number> = {
    ArrowDown: does.at + 1,
    ArrowUp: does.at - 1,
    PageDown: does.at + PAGE,
    PageUp: does.at - PAGE,
    Home: 0,
    End: does.last,
  }
  const to = reached[key]
  if (to !== undefined) return () => does.walk(to)
  const plain: Record<string, () => void> = { ' ': does.pick, Enter: does.open, Escape: does.clear }
  return plain[key] ?? null
}

/** A range that nobody began begins where the keys are. */
const anchored = (selection: Selection, active: number | null): Selection =>
  selection.anchor === null ? { ...selection, anchor: active } : selection
