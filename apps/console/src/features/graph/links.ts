'use client'

import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { useLinkList } from '~/features/network/use-links.ts'
import type { Answers } from '~/trpc/client.ts'
import { type Adjacency, adjacencyOf } from './adjacency.ts'

/** Every tunnel of the network as [a, b, code of its path], and the same by peer; kept true by the event stream. */
export type Links = {
  /** Null until they have come. */
  readonly pairs: Answers['link']['list']['pairs'] | null
  readonly adjacency: Adjacency
  readonly error: unknown
}

const nobody = adjacencyOf([])

export function useLinks(): Links {
  const { plan } = useNetwork()
  const { data, error } = useLinkList(plan.network.id, true)
  const pairs = data?.pairs ?? null
  const adjacency = useMemo(() => (pairs ? adjacencyOf(pairs) : nobody), [pairs])
  return { pairs, adjacency, error }
}
