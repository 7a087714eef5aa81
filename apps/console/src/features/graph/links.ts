'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { type Adjacency, adjacencyOf } from './adjacency.ts'

type LinksAnswer = Answers['link']['list']

/** Every tunnel of the network as [a, b, code of its path], and the same by peer; kept true by the event stream. */
export type Links = {
  /** Null until they have come. */
  readonly pairs: LinksAnswer['pairs'] | null
  readonly adjacency: Adjacency
  readonly error: unknown
}

const nobody = adjacencyOf([])

export function useLinks(): Links {
  const { plan } = useNetwork()
  const { data, error } = useQuery(
    useTRPC().link.list.queryOptions(
      { networkId: plan.network.id },
      // Thousands of small arrays: comparing them one by one as React Query does takes longer than asking for them.
      { structuralSharing: (old, next) => keptIfSame(old as LinksAnswer | undefined, next as LinksAnswer) },
    ),
  )
  const pairs = data?.pairs ?? null
  const adjacency = useMemo(() => (pairs ? adjacencyOf(pairs) : nobody), [pairs])
  return { pairs, adjacency, error }
}

/** The old pairs when nothing has changed, so that nothing is drawn anew. */
function keptIfSame(old: LinksAnswer | undefined, next: LinksAnswer): LinksAnswer {
  if (old?.pairs.length !== next.pairs.length) return next
  const same = next.pairs.every(([a, b, code], at) => {
    const pair = old.pairs[at]
    return pair !== undefined && pair[0] === a && pair[1] === b && pair[2] === code
  })
  return same ? { ...next, pairs: old.pairs } : next
}
