'use client'

import { PanelRight } from 'lucide-react'
import Link from 'next/link'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button, IconButton } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Notice } from '~/ui/notice.tsx'
import { Segmented } from '~/ui/segmented.tsx'
import { Sheet } from '~/ui/sheet.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { GraphDrawing } from './graph-drawing.tsx'
import { GraphFilter } from './graph-filter.tsx'
import { GraphLegend } from './graph-legend.tsx'
import { GraphPanel } from './graph-panel.tsx'
import { type GraphState, useGraphState } from './graph-state.ts'
import { type Links, useLinks } from './links.ts'
import { type Scene, useScene } from './use-scene.ts'

/** Peers around a circle by CIDR, and the tunnels between them; a panel tells about the chosen one. */
export function GraphPage() {
  const state = useGraphState()
  const links = useLinks()
  const scene = useScene(state, links)
  const panelBeside = useMedia(PANEL_BESIDE)
  const panel = <GraphPanel scene={scene} state={state} links={links} />
  return (
    <Page
      title="Graph"
      tools={<Segmented label="Tunnels" value={state.mode} onChange={state.setMode} choices={modes} />}
      actions={<GraphActions state={state} />}
    >
      <div className="flex min-h-0 flex-1">
        <div className="relative min-w-0 flex-1">
          <Drawing scene={scene} state={state} links={links} />
        </div>
        {panelBeside ? (
          <aside aria-label="About the selection" className="w-85 shrink-0 overflow-y-auto border-l bg-ground">
            {panel}
          </aside>
        ) : (
          <Sheet side="bottom" title="About the selection" open={state.panelUp} onClose={() => state.setPanelUp(false)}>
            {panel}
          </Sheet>
        )}
      </div>
    </Page>
  )
}

const modes = [
  { value: 'live', label: 'Live' },
  { value: 'allowed', label: 'Allowed' },
] as const

function GraphActions({ state }: { state: GraphState }) {
  return (
    <>
      <IconButton name="About the selection" onClick={() => state.setPanelUp(true)} className="panel:hidden">
        <PanelRight />
      </IconButton>
      <GraphFilter state={state} />
    </>
  )
}

function Drawing({ scene, state, links }: { scene: Scene; state: GraphState; links: Links }) {
  const { plan } = useNetwork()
  if (scene.circle.seats.length < 2) return <NobodyYet network={plan.network.name} />
  if (state.mode === 'live' && links.error && !links.pairs) return <Untold error={links.error} />
  if (state.mode === 'live' && !links.pairs) return <CircleSkeleton />
  return (
    <>
      <GraphDrawing scene={scene} state={state} links={links} />
      <GraphLegend web={scene.web} state={state} />
    </>
  )
}

function NobodyYet({ network }: { network: string }) {
  return (
    <Empty
      title="There is nobody to have a tunnel with yet"
      action={
        <Button asChild>
          <Link href={to.tree({ network })}>To the tree</Link>
        </Button>
      }
    >
      Peers appear around a circle, and their tunnels in it, as soon as they are added.
    </Empty>
  )
}

function Untold({ error }: { error: unknown }) {
  return (
    <div className="p-4">
      <Notice tone="warning" title="The tunnels cannot be shown">
        {sentenceOf(error)}
      </Notice>
    </div>
  )
}

function CircleSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="absolute inset-0 grid place-items-center">
      <div className="aspect-square w-[min(60%,58vh)] animate-pulse rounded-full border-[10px] border-hairline/60" />
    </div>
  )
}
