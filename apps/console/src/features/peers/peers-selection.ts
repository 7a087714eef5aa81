/**
 * Which peers of the list are selected. Moving with Shift held stretches a range from the anchor; `base` is what was
 * selected before, so that the range can shrink again.
 */
export type Selection = {
  readonly ids: ReadonlySet<number>
  readonly anchor: number | null
  readonly base: ReadonlySet<number>
}

export const nothing: Selection = { ids: new Set(), anchor: null, base: new Set() }

/** Selects a peer, or no longer; a range will begin with it. */
export function toggled(selection: Selection, id: number): Selection {
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, anchor: id, base: ids }
}

/** Selects everything from the anchor to a peer, in the order of the list. Without an anchor in the list, it alone. */
export function extended(selection: Selection, order: readonly number[], id: number): Selection {
  const to = order.indexOf(id)
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor)
  if (to < 0) return selection
  if (from < 0) return { ids: new Set([...selection.base, id]), anchor: id, base: selection.base }
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { ...selection, ids: new Set([...selection.base, ...range]) }
}

/** Puts a list's peers into the selection, or takes them out when all of them are in it. */
export function allToggled(selection: Selection, order: readonly number[]): Selection {
  const ids = new Set(selection.ids)
  if (coverOf(selection, order) === 'all') for (const id of order) ids.delete(id)
  else for (const id of order) ids.add(id)
  return { ids, anchor: null, base: ids }
}

/** How much of a list is selected. */
export function coverOf({ ids }: Selection, order: readonly number[]): 'none' | 'some' | 'all' {
  if (ids.size === 0) return 'none'
  const selected = order.filter((id) => ids.has(id)).length
  if (selected === 0) return 'none'
  return selected === order.length ? 'all' : 'some'
}
