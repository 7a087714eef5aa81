'use client'

import { useQueryClient } from '@tanstack/react-query'
import { usePathname } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { LiveFeed } from '~/features/live/live-feed.tsx'
import { NetworkProvider, useNetworkState, useNetworks } from '~/features/network/context.tsx'
import { OwnChangeStrip } from '~/features/receipts/own-change-strip.tsx'
import { to } from '~/features/to.ts'
import { TrialBanner } from '~/features/trials/trial-banner.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { ClockSkew } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Empty, Skeleton, SkeletonRows } from '~/ui/empty.tsx'
import { Notice } from '~/ui/notice.tsx'
import { Sheet } from '~/ui/sheet.tsx'
import { NAV_BESIDE, useMedia } from '~/ui/use-media.ts'
import { Navigation } from './navigation.tsx'
import { useSignedOutGuard } from './signed-out.ts'

const OpenDrawer = createContext<() => void>(() => undefined)

/** Opens the navigation where it is a drawer. */
export const useDrawer = () => useContext(OpenDrawer)

/** How long it may go unnoticed that the console or its database is gone, in milliseconds; the list is a small question. */
const HEARTBEAT_MS = 5000

/** Everything around the pages of one network, which `name` in the address names. */
export function NetworkFrame({ name, children }: { name: string; children: ReactNode }) {
  const networks = useNetworks(HEARTBEAT_MS)
  const network = networks.data?.find((row) => row.name === name)
  const state = useNetworkState(network?.id)
  useSignedOutGuard(networks.error ?? state.error)
  useEarlyLinks(network?.id)

  if (networks.data && !network) return <NoSuchNetwork name={name} />
  const error = networks.error ?? state.error
  if (error && !state.data) return <Unreachable error={error} retry={() => void networks.refetch()} />
  if (!network || !state.data) return <FrameSkeleton />
  return (
    <ClockSkew ms={state.data.skewMs}>
      <NetworkProvider state={state.data}>
        <LiveFeed networkId={network.id} />
        <Columns>
          {error && <Stale error={error} since={state.dataUpdatedAt} />}
          <TrialBanner />
          {children}
        </Columns>
        <OwnChangeStrip />
      </NetworkProvider>
    </ClockSkew>
  )
}

/** Asks for the tunnels together with the network, not after it, where the page will want them: they are as much again. */
function useEarlyLinks(networkId: number | undefined): void {
  const client = useQueryClient()
  const trpc = useTRPC()
  const wanted = usePathname().endsWith('/graph')
  useEffect(() => {
    if (networkId !== undefined && wanted) void client.prefetchQuery(trpc.link.list.queryOptions({ networkId }))
  }, [client, trpc, networkId, wanted])
}

/** Navigation of 196 px beside the page, or in a drawer where there is no room for it. */
function Columns({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const beside = useMedia(NAV_BESIDE)
  return (
    <OpenDrawer.Provider value={() => setOpen(true)}>
      <div className="flex h-dvh overflow-hidden">
        <aside className="hidden w-49 shrink-0 border-r bg-panel nav:flex">
          <Navigation />
        </aside>
        <main className="flex min-w-0 flex-1 flex-col">{children}</main>
      </div>
      <Sheet side="left" title="Navigation" open={open && !beside} onClose={() => setOpen(false)}>
        <Navigation onChosen={() => setOpen(false)} />
      </Sheet>
    </OpenDrawer.Provider>
  )
}

/** What is shown while nothing newer can be had. */
function Stale({ error, since }: { error: unknown; since: number }) {
  return (
    <div className="px-3 pt-3 nav:px-4">
      <Notice tone="warning" title={`Shown is how things stood at ${new Date(since).toLocaleTimeString()}`}>
        {sentenceOf(error)}
      </Notice>
    </div>
  )
}

function FrameSkeleton() {
  return (
    <div className="flex h-dvh overflow-hidden">
      <div className="hidden w-49 shrink-0 content-start gap-3 border-r bg-panel p-4 nav:grid">
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-12 w-full" />
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-4 w-16" />
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-4 w-14" />
      </div>
      <main className="min-w-0 flex-1">
        <div className="h-12 border-b" />
        <SkeletonRows />
      </main>
    </div>
  )
}

function NoSuchNetwork({ name }: { name: string }) {
  return (
    <main className="grid h-dvh place-items-center">
      <Empty
        title={`There is no network named ${name}`}
        action={
          <Button asChild>
            <a href={to.home()}>To your networks</a>
          </Button>
        }
      >
        It may have been renamed, or the address is mistyped.
      </Empty>
    </main>
  )
}

function Unreachable({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="grid h-dvh place-items-center">
      <Empty title="This network cannot be shown" action={<Button onClick={retry}>Try again</Button>}>
        {sentenceOf(error)}
      </Empty>
    </main>
  )
}
