import type { Tree } from '@warren/cidr'
import { collapsedAtFirst } from './layout.ts'

const keyOf = (networkId: number): string => `warren.tree.${networkId}.collapsed`

/** The CIDRs of a network that were collapsed when this browser last showed it; of a network seen first, a fitting lot. */
export function keptCollapsed(networkId: number, tree: Tree): ReadonlySet<number> {
  const kept = read(keyOf(networkId))
  return kept ? new Set(kept.filter((id) => tree.get(id) !== null)) : collapsedAtFirst(tree)
}

/** Keeps what is collapsed for the next visit. */
export function keepCollapsed(networkId: number, collapsed: ReadonlySet<number>): void {
  try {
    localStorage.setItem(keyOf(networkId), JSON.stringify([...collapsed]))
  } catch {
    // A browser that keeps nothing (private, full) draws the tree as if it were seen first.
  }
}

function read(key: string): number[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'number') : null
  } catch {
    return null
  }
}

/** `collapsed` without the CIDRs above `id`: what is to be seen must not be hidden. */
export function opened(collapsed: ReadonlySet<number>, tree: Tree, id: number): ReadonlySet<number> {
  const above = tree
    .ancestors(id)
    .slice(1)
    .filter((node) => collapsed.has(node.id))
  if (above.length === 0) return collapsed
  const next = new Set(collapsed)
  for (const node of above) next.delete(node.id)
  return next
}

/** `collapsed` with `id` shut if it was open, and the other way round. */
export function toggled(collapsed: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(collapsed)
  if (!next.delete(id)) next.add(id)
  return next
}
