import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { heldKey } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { paced } from './paced.ts'

/** What may happen: the kinds of event, and `networks` when any network has changed. */
export type Happening = 'change' | 'status' | 'links' | 'receipt' | 'trial' | 'networks'

/** Returns a function that asks again for what has become out of date, at a pace that the server bears. */
export function useOutdate(networkId: number): (what: Happening) => void {
  const trpc = useTRPC()
  const client = useQueryClient()
  const outdate = useRef<(what: Happening) => void>(() => undefined)
  useEffect(() => {
    const again = (...keys: QueryKey[]) =>
      paced(() => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey }))))
    const held = heldKey(trpc, networkId)
    // A router's answers are kept under its name, the first part of their path.
    const of = (router: string): QueryKey => [[router]]
    const paces = {
      status: again(held),
      change: again(of('activity'), of('receipt'), of('trial')),
      links: again(of('link'), of('traffic')),
      receipt: again(of('receipt')),
      trial: again(of('trial'), of('activity')),
      networks: again(trpc.network.list.queryKey()),
    }
    outdate.current = (what) => {
      if (what === 'change') paces.status.soon()
      paces[what].soon()
    }
    return () => {
      for (const pace of Object.values(paces)) pace.stop()
    }
  }, [client, trpc, networkId])
  return useRef((what: Happening) => outdate.current(what)).current
}
