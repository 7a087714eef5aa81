'use client'

import { useQuery } from '@tanstack/react-query'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { useNetwork } from './context.tsx'
import type { LinkPair } from './effect.ts'

type LinksAnswer = Answers['link']['list']

const NONE: readonly LinkPair[] = []

/** The tunnels of the network as agents last told of them; none while nobody has, or while they are not `wanted`. */
export function useLinks(wanted = true): readonly LinkPair[] {
  const { plan } = useNetwork()
  return useLinkList(plan.network.id, wanted).data?.pairs ?? NONE
}

/** The same as a query, for who has to tell waiting from having none; asked for while it is `wanted` and the id is known. */
export const useLinkList = (networkId: number | undefined, wanted: boolean) =>
  useQuery(
    useTRPC().link.list.queryOptions(
      { networkId: networkId ?? 0 },
      {
        enabled: wanted && networkId !== undefined,
        // Thousands of small arrays: comparing them one by one as React Query does takes longer than asking for them.
        structuralSharing: (old, next) => keptIfSame(old as LinksAnswer | undefined, next as LinksAnswer),
      },
    ),
  )

/** The old pairs when nothing has changed, so that nothing is drawn anew. */
function keptIfSame(old: LinksAnswer | undefined, next: LinksAnswer): LinksAnswer {
  if (old?.pairs.length !== next.pairs.length) return next
  const same = next.pairs.every(([a, b, code], at) => {
    const pair = old.pairs[at]
    return pair !== undefined && pair[0] === a && pair[1] === b && pair[2] === code
  })
  return same ? { ...next, pairs: old.pairs } : next
}
