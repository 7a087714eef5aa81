'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { type Plan, planOf } from './plan.ts'
import { type Presence, presenceOf } from './presence.ts'

type NetworkState = Answers['network']['state']

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

export function NetworkProvider({ state, children }: { state: NetworkState; children: ReactNode }) {
  const nowMs = useServerNow(LOOK_AGAIN_MS)
  const { network, revision, cidrs, peers, associations, invitations, status, hub } = state
  // Rows that did not change keep their identity from answer to answer, so this runs once per revision at most.
  const plan = useMemo(
    () => planOf({ network, revision, cidrs, peers, associations, invitations }),
    [network, revision, cidrs, peers, associations, invitations],
  )
  const presence = useMemo(() => presenceOf(plan, { status, hub }, nowMs), [plan, status, hub, nowMs])
  const view = useMemo(() => ({ plan, presence, revision }), [plan, presence, revision])
  return <Current.Provider value={view}>{children}</Current.Provider>
}

/** After how long a state that could not be had is asked for again, in milliseconds. */
const AGAIN_MS = 4000

/** All networks of the console. Asked for every `everyMs` as well, it tells when the console stops answering. */
export function useNetworks(everyMs?: number) {
  return useQuery(useTRPC().network.list.queryOptions(undefined, { refetchInterval: everyMs ?? false }))
}

/** The state of one network; asked again whenever the event stream says that it changed. */
export function useNetworkState(networkId: number | undefined) {
  const trpc = useTRPC()
  return useQuery(
    trpc.network.state.queryOptions(
      { networkId: networkId ?? 0 },
      {
        enabled: networkId !== undefined,
        // The event stream may be down for the same reason, and then says nothing when it is over.
        refetchInterval: (query) => (query.state.status === 'error' ? AGAIN_MS : false),
      },
    ),
  )
}

/** Returns a function that asks for a network's state again and ends when it is there. */
export function useRefresh(): (networkId: number) => Promise<void> {
  const trpc = useTRPC()
  const client = useQueryClient()
  return (networkId) => client.invalidateQueries(trpc.network.state.queryFilter({ networkId }))
}
