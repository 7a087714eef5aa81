'use client'

import type { Tree } from '@warren/cidr'
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Draft } from '~/features/cidrs/drafts.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { keepCollapsed, keptCollapsed, opened, toggled } from './collapsed.ts'
import { draftedTree } from './draft.ts'
import { type Find, useFind } from './use-find.ts'

/** What the panel is asked to do with the selected CIDR. */
export type PanelAction =
  /** `at` is the place that was chosen in a drawing or from the free blocks. */
  | { readonly kind: 'add'; readonly at: string | null }
  | { readonly kind: 'insert' | 'split' | 'resize' | 'rename' | 'isolate' | 'ipv6' }
  | { readonly kind: 'associate'; readonly other: number | null }
  | { readonly kind: 'dissociate'; readonly association: number }
  | { readonly kind: 'move-peer'; readonly peer: number; readonly to: number | null }

/** What both drawings and the panel share. */
export type TreeState = {
  /** With the draft in it, if there is one. */
  readonly tree: Tree
  /** What of the tree is not yet so. */
  readonly drafted: ReadonlySet<number>
  readonly collapsed: ReadonlySet<number>
  setCollapsed(collapsed: ReadonlySet<number>): void
  toggle(id: number): void
  readonly selected: number
  onSelect(id: number, open: boolean): void
  /** Selects by name: for a CIDR that was made after what is drawn. */
  selectNamed(name: string): void
  readonly action: PanelAction | null
  act(action: PanelAction | null): void
  /** Selects a CIDR and asks the panel to do something with it. */
  actOn(id: number, action: PanelAction): void
  setDraft(draft: Draft | null): void
  /** The width of the CIDR that a form is looking a place for; null when none is. */
  readonly placing: number | null
  setPlacing(width: number | null): void
  readonly find: Find
  /** Where the panel is a sheet: whether it is up. */
  readonly panelUp: boolean
  setPanelUp(up: boolean): void
}

/** The state of the tree page. The selection is in the address, so that it can be linked to and survives a reload. */
export function useTreeState(): TreeState {
  const { plan } = useNetwork()
  const [selected, selectNamed] = useSelection(plan.tree)
  const select = useCallback((id: number) => selectNamed(plan.tree.get(id)?.name ?? ''), [selectNamed, plan.tree])
  const { collapsed, setCollapsed } = useCollapsed(plan.network.id, plan.tree, selected)
  const { action, act, setDraft, draft, placing, setPlacing, panelUp, setPanelUp } = useAction()
  const { tree, drafted } = useMemo(() => draftedTree(plan, draft), [plan, draft])

  const onSelect = useCallback(
    (id: number, open: boolean) => {
      if (id !== selected) act(null)
      select(id)
      if (open) setPanelUp(true)
    },
    [selected, select, act, setPanelUp],
  )
  const find = useFind(plan, (cidrId) => onSelect(cidrId, false))
  return {
    tree,
    drafted,
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
    actOn: (id, next) => {
      select(id)
      act(next)
    },
    setDraft,
    placing,
    setPlacing,
    find,
    panelUp,
    setPanelUp,
  }
}

function useAction() {
  const [action, setAction] = useState<PanelAction | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [placing, setPlacing] = useState<number | null>(null)
  const [panelUp, setPanelUp] = useState(false)
  const act = useCallback((next: PanelAction | null) => {
    setAction(next)
    if (next) setPanelUp(true)
  }, [])
  useAskedForm(act)
  return { action, act, draft, setDraft, placing, setPlacing, panelUp, setPanelUp }
}

/** Opens the form that a link asks for, once: the address forgets it. */
function useAskedForm(act: (action: PanelAction) => void): void {
  const params = useSearchParams()
  const path = usePathname()
  useEffect(() => {
    if (params.get('add') !== 'cidr') return
    act({ kind: 'add', at: null })
    const rest = new URLSearchParams(params)
    rest.delete('add')
    window.history.replaceState(null, '', rest.size > 0 ? `${path}?${rest}` : path)
  }, [params, path, act])
}

function useCollapsed(networkId: number, tree: Tree, selected: number) {
  const [collapsed, setState] = useState<ReadonlySet<number>>(() =>
    opened(keptCollapsed(networkId, tree), tree, selected),
  )
  const setCollapsed = useCallback(
    (next: ReadonlySet<number>) => {
      setState(next)
      keepCollapsed(networkId, next)
    },
    [networkId],
  )
  // A selection that comes from elsewhere (a link, a search) may lie in a collapsed CIDR.
  useEffect(() => setState((old) => opened(old, tree, selected)), [tree, selected])
  return { collapsed, setCollapsed }
}

function useSelection(tree: Tree): [selected: number, select: (name: string) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const name = params.get('cidr') ?? ''
  const last = useRef(tree.root.id)
  // A CIDR that was renamed, by whomever, is still the one that was selected; of one that is gone only a name is left.
  const selected = tree.byName(name) ?? (name === '' ? null : tree.get(last.current)) ?? tree.root
  const select = useCallback(
    (next: string) => {
      const query = new URLSearchParams(window.location.search)
      query.set('cidr', next)
      // Next takes this up in useSearchParams without asking the server for the page again.
      window.history.replaceState(null, '', `${path}?${query}`)
    },
    [path],
  )
  useEffect(() => {
    last.current = selected.id
    if (name !== '' && name !== selected.name) select(selected.name)
  }, [name, selected.id, selected.name, select])
  return [selected.id, select]
}
