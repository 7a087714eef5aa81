'use client'

import type { Prefix, Tree } from '@warren/cidr'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { treeWithDraft } from '~/features/network/effect.ts'
import { collapsedAtFirst } from './layout.ts'

/** A CIDR that a form is about to add; drawn before it is saved. */
export type Draft = { readonly parentId: number; readonly name: string; readonly prefix: Prefix }

/** What the panel is asked to do with the selected CIDR. */
export type PanelAction =
  | { readonly kind: 'add' }
  | { readonly kind: 'associate'; readonly other: number | null }
  | { readonly kind: 'dissociate'; readonly association: number }
  | { readonly kind: 'edit' }
  | { readonly kind: 'isolate' }

/** What both drawings and the panel share. */
export type TreeState = {
  /** With the draft in it, if there is one. */
  readonly tree: Tree
  readonly collapsed: ReadonlySet<number>
  setCollapsed(collapsed: ReadonlySet<number>): void
  toggle(id: number): void
  readonly selected: number
  onSelect(id: number, open: boolean): void
  /** Selects by name: for a CIDR that was made after what is drawn. */
  selectNamed(name: string): void
  readonly action: PanelAction | null
  act(action: PanelAction | null): void
  askToAssociate(from: number, to: number): void
  readonly draft: Draft | null
  setDraft(draft: Draft | null): void
  /** Where the panel is a sheet: whether it is up. */
  readonly panelUp: boolean
  setPanelUp(up: boolean): void
}

/** The state of the tree page. The selection is in the address, so that it can be linked to and survives a reload. */
export function useTreeState(): TreeState {
  const { plan } = useNetwork()
  const [selected, selectNamed] = useSelection(plan.tree)
  const select = useCallback((id: number) => selectNamed(plan.tree.get(id)?.name ?? ''), [selectNamed, plan.tree])
  const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(() =>
    opened(collapsedAtFirst(plan.tree), plan.tree, selected),
  )
  const [action, setAction] = useState<PanelAction | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [panelUp, setPanelUp] = useState(false)
  const tree = useMemo(
    () => (draft && plan.tree.get(draft.parentId) ? treeWithDraft(plan.tree, draft) : plan.tree),
    [plan.tree, draft],
  )

  // A selection that comes from elsewhere (a link, a search) may lie in a collapsed CIDR.
  useEffect(() => setCollapsed((old) => opened(old, plan.tree, selected)), [plan.tree, selected])

  const act = useCallback((next: PanelAction | null) => {
    setAction(next)
    if (next?.kind !== 'add') setDraft(null)
    if (next) setPanelUp(true)
  }, [])
  const onSelect = useCallback(
    (id: number, open: boolean) => {
      if (id !== selected) act(null)
      select(id)
      if (open) setPanelUp(true)
    },
    [selected, select, act],
  )
  return {
    tree,
    collapsed,
    setCollapsed,
    toggle: (id) => {
      // The selection must not vanish in what is collapsed: the keys would have nowhere to start from.
      if (!collapsed.has(id) && plan.tree.isWithin(selected, id)) select(id)
      setCollapsed(toggled(collapsed, id))
    },
    selected,
    onSelect,
    selectNamed,
    action,
    act,
    askToAssociate: (from, to) => {
      select(from)
      act({ kind: 'associate', other: to })
    },
    draft,
    setDraft,
    panelUp,
    setPanelUp,
  }
}

function useSelection(tree: Tree): [selected: number, select: (name: string) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const router = useRouter()
  const selected = tree.byName(params.get('cidr') ?? '') ?? tree.root
  const select = useCallback(
    (name: string) => {
      const next = new URLSearchParams(window.location.search)
      next.set('cidr', name)
      // Next takes this up in useSearchParams without asking the server for the page again.
      window.history.replaceState(null, '', `${path}?${next}`)
    },
    [path],
  )
  // A CIDR that was renamed or deleted meanwhile leaves a name behind that means nothing.
  useEffect(() => {
    const name = params.get('cidr')
    if (name && !tree.byName(name)) router.replace(path)
  }, [params, tree, router, path])
  return [selected.id, select]
}

function opened(collapsed: ReadonlySet<number>, tree: Tree, id: number): ReadonlySet<number> {
  const above = tree
    .ancestors(id)
    .slice(1)
    .filter((node) => collapsed.has(node.id))
  if (above.length === 0) return collapsed
  const next = new Set(collapsed)
  for (const node of above) next.delete(node.id)
  return next
}

function toggled(collapsed: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(collapsed)
  if (!next.delete(id)) next.add(id)
  return next
}
