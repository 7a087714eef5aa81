'use client'

import type { CidrNode, Tree } from '@warren/cidr'
import { type KeyboardEvent, useEffect, useRef } from 'react'

type TreeKeys = {
  tree: Tree
  /** What is shown, in document order. */
  visible: readonly CidrNode[]
  collapsed: ReadonlySet<number>
  setCollapsed: (collapsed: ReadonlySet<number>) => void
  selected: number
  /** Moves the selection; `open` when the person asked for it outright (Enter) and not in passing. */
  onSelect: (id: number, open: boolean) => void
  /** Asked first: whether the key belongs to something else, such as a camera. */
  onKey?: (event: KeyboardEvent) => boolean
}

/** Letters typed within this time make one word, in milliseconds. */
const TYPED_TOGETHER_MS = 600

/** The keys of the WAI-ARIA tree pattern; the selection follows the focus. Spread `container` on the
 * element with role tree, `item(node)` on each treeitem. */
export function useTreeKeys(keys: TreeKeys) {
  const items = useRef(new Map<number, HTMLElement>())
  const typed = useRef({ text: '', at: 0 })
  const wantFocus = useRef(false)

  useEffect(() => {
    const item = items.current.get(keys.selected)
    if (!wantFocus.current || !item) return
    wantFocus.current = false
    item.focus({ preventScroll: true })
  }, [keys.selected])

  const move = (id: number | undefined) => {
    if (id === undefined) return
    wantFocus.current = true
    items.current.get(id)?.focus({ preventScroll: true })
    keys.onSelect(id, false)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.onKey?.(event)) return
    const act = actionOf(event.key, keys)
    if (act) {
      event.preventDefault()
      act(move)
    } else if (event.key.length === 1 && event.key !== ' ') {
      const now = event.timeStamp
      const text = now - typed.current.at < TYPED_TOGETHER_MS ? typed.current.text + event.key : event.key
      typed.current = { text, at: now }
      move(startingWith(keys, text.toLowerCase()))
    }
  }

  const item = (node: CidrNode) => ({
    onClick: () => keys.onSelect(node.id, true),
    'aria-level': keys.tree.depth(node.id) + 1,
    'aria-selected': node.id === keys.selected,
    ...(keys.tree.children(node.id).length > 0 ? { 'aria-expanded': !keys.collapsed.has(node.id) } : {}),
    ...placeAmongSiblings(keys.tree, node),
    ref: (element: HTMLElement | null) => {
      if (!element) return void items.current.delete(node.id)
      items.current.set(node.id, element)
      // Where only what is in sight exists, the item that the keys moved to comes after the move.
      if (!wantFocus.current || node.id !== keys.selected) return
      wantFocus.current = false
      element.focus({ preventScroll: true })
    },
  })
  return { container: { 'aria-label': 'CIDRs', onKeyDown }, item }
}

type Move = (id: number | undefined) => void

/** What a key does, or null when it is none of the tree's. */
function actionOf(key: string, keys: TreeKeys): ((move: Move) => void) | null {
  const { visible, selected, tree, onSelect } = keys
  const at = visible.findIndex((node) => node.id === selected)
  switch (key) {
    case 'ArrowDown':
      return (move) => move(visible[at + 1]?.id)
    case 'ArrowUp':
      return (move) => move(visible[at - 1]?.id)
    case 'Home':
      return (move) => move(visible[0]?.id)
    case 'End':
      return (move) => move(visible.at(-1)?.id)
    case 'ArrowRight':
      return (move) =>
        keys.collapsed.has(selected) ? fold(keys, [selected], false) : move(tree.children(selected)[0]?.id)
    case 'ArrowLeft':
      return (move) => {
        const open = tree.children(selected).length > 0 && !keys.collapsed.has(selected)
        if (open) fold(keys, [selected], true)
        else move(tree.get(selected)?.parentId ?? undefined)
      }
    case '*':
      return () =>
        fold(
          keys,
          siblings(tree, selected).map((node) => node.id),
          false,
        )
    case 'Enter':
    case ' ':
      return () => onSelect(selected, true)
    default:
      return null
  }
}

function fold({ collapsed, setCollapsed }: TreeKeys, ids: readonly number[], shut: boolean): void {
  const next = new Set(collapsed)
  for (const id of ids) shut ? next.add(id) : next.delete(id)
  setCollapsed(next)
}

function startingWith({ visible, selected }: TreeKeys, text: string): number | undefined {
  const at = visible.findIndex((node) => node.id === selected)
  // One letter goes on to the next match, a longer word may stay where it is.
  const from = text.length === 1 ? at + 1 : at
  const round = [...visible.slice(from), ...visible.slice(0, from)]
  return round.find((node) => node.name.startsWith(text))?.id
}

const siblings = (tree: Tree, id: number): readonly CidrNode[] => {
  const parentId = tree.get(id)?.parentId
  return parentId === null || parentId === undefined ? [tree.root] : tree.children(parentId)
}

function placeAmongSiblings(tree: Tree, node: CidrNode) {
  const family = siblings(tree, node.id)
  return { 'aria-posinset': family.findIndex((other) => other.id === node.id) + 1, 'aria-setsize': family.length }
}
