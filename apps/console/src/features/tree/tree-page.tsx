'use client'

import { Link2, PanelRight, Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { usePathname, useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { Segmented } from '~/ui/segmented.tsx'
import { Sheet } from '~/ui/sheet.tsx'
import { NAV_BESIDE, PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { AddressStrip } from './address-strip.tsx'
import { Breadcrumb } from './breadcrumb.tsx'
import { CidrPanel } from './cidr-panel.tsx'
import { DragProvider } from './drag.tsx'
import { FindBox } from './find-box.tsx'
import { FirstSteps } from './first-steps.tsx'
import { TreeDrawing } from './tree-drawing.tsx'
import { type TreeState, useTreeState } from './tree-state.ts'
import { useDrops } from './use-drops.ts'

// Whoever looks at the tree does not need the map's code, nor on a wide screen that of the narrow one.
const AddressMap = dynamic(() => import('./address-map.tsx').then((module) => module.AddressMap), {
  loading: () => <div className="min-h-0 flex-1" />,
})

const TreeOutline = dynamic(() => import('./tree-outline.tsx').then((module) => module.TreeOutline), {
  loading: () => <div className="min-h-0 flex-1" />,
})

/** The tree of a network: one selection in two drawings, and a panel that tells about it. */
export function TreePage() {
  const { plan } = useNetwork()
  const state = useTreeState()
  const drops = useDrops(state)
  const [view, setView] = useView()
  return (
    <DragProvider {...drops}>
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
          <Beside state={state} />
        </div>
      </Page>
    </DragProvider>
  )
}

const views = [
  { value: 'tree', label: 'Tree' },
  { value: 'map', label: 'Map' },
] as const
type View = (typeof views)[number]['value']

/** The panel: beside the drawing where there is room, else a sheet that comes up from below. */
function Beside({ state }: { state: TreeState }) {
  if (useMedia(PANEL_BESIDE)) {
    return (
      <aside aria-label="Selected CIDR" className="w-85 shrink-0 overflow-y-auto border-l bg-ground">
        <CidrPanel state={state} />
      </aside>
    )
  }
  return (
    <Sheet side="bottom" title="Selected CIDR" open={state.panelUp} onClose={() => state.setPanelUp(false)}>
      <CidrPanel state={state} />
    </Sheet>
  )
}

function Drawings({ state, view }: { state: TreeState; view: View }) {
  const roomy = useMedia(NAV_BESIDE)
  if (view === 'map') {
    return (
      <AddressMap state={state}>
        <Finding>
          <FindBox find={state.find} />
        </Finding>
      </AddressMap>
    )
  }
  if (!roomy) {
    return (
      <>
        <div className="border-b p-2">
          <FindBox find={state.find} />
        </div>
        <TreeOutline state={state} />
      </>
    )
  }
  return (
    <>
      <TreeDrawing state={state}>
        <Finding>
          <FindBox find={state.find} />
        </Finding>
      </TreeDrawing>
      <AddressStrip state={state} />
    </>
  )
}

/** The upper left corner of a drawing. */
const Finding = ({ children }: { children: ReactNode }) => (
  <div className="absolute top-2.5 left-3 nav:left-4">{children}</div>
)

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
  const whyNot = useRights().whyNotInside(state.selected)
  return (
    <>
      <Button
        whyNot={whyNot}
        onClick={() => state.act({ kind: 'associate', other: null })}
        className="max-panel:hidden"
      >
        <Link2 aria-hidden /> Associate
      </Button>
      <IconButton name="About the selected CIDR" onClick={() => state.setPanelUp(true)} className="panel:hidden">
        <PanelRight />
      </IconButton>
      <Button tone="solid" whyNot={whyNot} onClick={() => state.act({ kind: 'add', at: null })}>
        <Plus aria-hidden className="nav:hidden" />
        <span className="sr-only nav:not-sr-only">Add CIDR</span>
      </Button>
    </>
  )
}
