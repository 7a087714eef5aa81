'use client'

import { useQuery } from '@tanstack/react-query'
import { useNetwork } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { isDone, type Receipt } from './words.ts'

/** How often a receipt that is not whole is asked for again, in milliseconds, should the event stream be silent. */
const AGAIN_MS = 5000
/** How often one that may just be being written is looked for, in milliseconds, and how many times. */
const SOON_MS = 500
const LOOKS = 8

/** How far a change has come; null when nothing is known of it, undefined while that is being asked. */
export function useReceipt(revision: number): Receipt | null | undefined {
  const { plan } = useNetwork()
  const input = { networkId: plan.network.id, revision }
  const receipt = useQuery(
    useTRPC().receipt.of.queryOptions(input, {
      // The coordinator writes it after the change is made: right after a save there is none yet.
      refetchInterval: ({ state: { data, dataUpdateCount } }) => {
        if (data) return isDone(data) ? false : AGAIN_MS
        return dataUpdateCount < LOOKS ? SOON_MS : false
      },
    }),
  )
  return receipt.data ?? (receipt.isPending ? undefined : null)
}
