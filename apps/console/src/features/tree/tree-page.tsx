'use client'

import type { Tree } from '@warren/cidr'
import { Link2, PanelRight, Plus } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { Fragment } from 'react'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { Segmented } from '~/ui/segmented.tsx'
import { Sheet } from '~/ui/sheet.tsx'
import { NAV_BESIDE, PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { AddressPage, AddressStrip } from './address-strip.tsx'
import { CidrPanel } from './cidr-panel.tsx'
import { FirstSteps } from './first-steps.tsx'
import { TreeDrawing } from './tree-drawing.tsx'
import { TreeOutline } from './tree-outline.tsx'
import { type TreeState, useTreeState } from './tree-state.ts'

/** The tree of a network: one selection in two drawings, and a panel that tells about it. */
export function TreePage() {
  const { plan } = useNetwork()
  const state = useTreeState()
  const [view, setView] = useView()
  const panelBeside = useMedia(PANEL_BESIDE)
  return (
    <Page
      title={<Breadcrumb tree={plan.tree} selected={state.selected} onSelect={(id) => state.onSelect(id, false)} />}
      tools={<Segmented label="Drawing" value={view} onChange={setView} choices={views} />}
      actions={<TreeActions state={state} />}
    >
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <FirstSteps state={state} />
          <Drawings state={state} view={view} />
        </div>
        {panelBeside ? (
          <aside aria-label="Selected CIDR" className="w-85 shrink-0 overflow-y-auto border-l bg-ground">
            <CidrPanel state={state} />
          </aside>
        ) : (
          <Sheet side="bottom" title="Selected CIDR" open={state.panelUp} onClose={() => state.setPanelUp(false)}>
            <CidrPanel state={state} />
          </Sheet>
        )}
      </div>
    </Page>
  )
}

const views = [
  { value: 'tree', label: 'Tree' },
  { value: 'map', label: 'Map' },
] as const
type View = (typeof views)[number]['value']

function Drawings({ state, view }: { state: TreeState; view: View }) {
  const roomy = useMedia(NAV_BESIDE)
  if (view === 'map') return <AddressPage state={state} />
  if (!roomy) return <TreeOutline state={state} />
  return (
    <>
      <TreeDrawing state={state} />
      <AddressStrip state={state} />
    </>
  )
}

/** Which drawing fills the page; kept in the address. */
function useView(): [View, (view: View) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const setView = (view: View) => {
    const next = new URLSearchParams(window.location.search)
    if (view === 'tree') next.delete('view')
    else next.set('view', view)
    window.history.replaceState(null, '', next.size > 0 ? `${path}?${next}` : path)
  }
  return [params.get('view') === 'map' ? 'map' : 'tree', setView]
}

function TreeActions({ state }: { state: TreeState }) {
  return (
    <>
      <Button onClick={() => state.act({ kind: 'associate', other: null })} className="max-panel:hidden">
        <Link2 aria-hidden /> Associate
      </Button>
      <IconButton name="About the selected CIDR" onClick={() => state.setPanelUp(true)} className="panel:hidden">
        <PanelRight />
      </IconButton>
      <Button tone="solid" onClick={() => state.act({ kind: 'add' })}>
        <Plus aria-hidden className="nav:hidden" />
        <span className="sr-only nav:not-sr-only">Add CIDR</span>
      </Button>
    </>
  )
}

type BreadcrumbProps = { tree: Tree; selected: number; onSelect: (id: number) => void }

/** The way from the root to the selection. */
function Breadcrumb({ tree, selected, onSelect }: BreadcrumbProps) {
  const path = tree.ancestors(selected).toReversed()
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="sr-only">Tree: </span>
      {path.map((node, at) => (
        <Fragment key={node.id}>
          {at > 0 && (
            <span aria-hidden className="hidden text-muted nav:inline">
              /
            </span>
          )}
          {node.id === selected ? (
            <span className="truncate font-medium">{node.name}</span>
          ) : (
            <button
              type="button"
              onClick={() => onSelect(node.id)}
              className="hidden truncate font-normal text-muted hover:text-ink nav:inline"
            >
              {node.name}
            </button>
          )}
        </Fragment>
      ))}
    </span>
  )
}
