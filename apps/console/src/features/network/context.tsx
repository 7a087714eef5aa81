'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import { useTRPC, useTRPCClient } from '~/trpc/client.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { type Plan, planOf } from './plan.ts'
import { type Presence, presenceOf } from './presence.ts'
import { type Held, heldAfter } from './store.ts'

/** What every page of a network works with. */
export type NetworkView = { readonly plan: Plan; readonly presence: Presence; readonly revision: number }

const Current = createContext<NetworkView | null>(null)

/** The network of the page. Only inside `NetworkProvider`, which renders nothing below it before there is one. */
export function useNetwork(): NetworkView {
  const view = useContext(Current)
  if (!view) throw new Error('useNetwork outside of NetworkProvider')
  return view
}

/** How often states that age by themselves (a handshake, an expiry) are looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 15_000

export function NetworkProvider({ state, children }: { state: Held; children: ReactNode }) {
  const nowMs = useServerNow(LOOK_AGAIN_MS)
  const { network, revision, cidrs, peers, associations, invitations, status, hub, vouchedAt } = state
  const plan = useMemo(
    () => planOf({ network, revision, cidrs, peers, associations, invitations }),
    [network, revision, cidrs, peers, associations, invitations],
  )
  // Not a memo: what time alone did not change is found in the presence before.
  const last = useRef<Presence | null>(null)
  const presence = presenceOf(plan, { status, hub, vouchedAt }, nowMs, last.current)
  useEffect(() => {
    last.current = presence
  }, [presence])
  const view = useMemo(() => ({ plan, presence, revision }), [plan, presence, revision])
  return <Current.Provider value={view}>{children}</Current.Provider>
}

/** After how long a state that could not be had is asked for again, in milliseconds. */
const AGAIN_MS = 4000

/** All networks of the console. Asked for every `everyMs` as well, it tells when the console stops answering. */
export function useNetworks(everyMs?: number) {
  return useQuery(useTRPC().network.list.queryOptions(undefined, { refetchInterval: everyMs ?? false }))
}

/** How often counters and running times are asked for, in milliseconds; everything else comes when it happens. */
const FIGURES_MS = 10_000

/** What is held of one network; what is new in it is asked for whenever the event stream says that there is something. */
export function useNetworkState(networkId: number | undefined) {
  const trpc = useTRPC()
  const server = useTRPCClient()
  const client = useQueryClient()
  const figuresAt = useRef(0)
  const queryKey = heldKey(trpc, networkId ?? 0)
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<Held> => {
      const held = client.getQueryData<Held>(queryKey) ?? null
      const figures = Date.now() - figuresAt.current >= FIGURES_MS
      const asked = { networkId: networkId ?? 0, since: held?.mark ?? null, figures }
      const news = await server.network.follow.query(asked, { signal })
      if (figures) figuresAt.current = Date.now()
      return heldAfter(held, news, Date.now())
    },
    enabled: networkId !== undefined,
    // The store keeps identities itself, and knows where there can be a difference.
    structuralSharing: false,
    // The event stream may be down for the same reason as the answer, and then says nothing when it is over.
    refetchInterval: (query) => (query.state.status === 'error' ? AGAIN_MS : FIGURES_MS),
  })
}

/** Returns a function that asks what is new in a network and ends when it is there. */
export function useRefresh(): (networkId: number) => Promise<void> {
  const trpc = useTRPC()
  const client = useQueryClient()
  return (networkId) => client.invalidateQueries({ queryKey: heldKey(trpc, networkId) })
}

/** Where the query client keeps what is held of a network. */
export const heldKey = (trpc: ReturnType<typeof useTRPC>, networkId: number) => [
  ...trpc.network.follow.pathKey(),
  { held: networkId },
]
