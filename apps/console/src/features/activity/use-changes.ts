'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Change } from '@warren/protocol'
import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { useTRPC, useTRPCClient } from '~/trpc/client.ts'
import { type ActivityFilter, questionOf } from './use-activity-filter.ts'

/** How many are asked for at once. */
const PAGE = 50
/** Revisions begin with 1. */
const LATEST = 0

/** The changes that a filter lets through, newest first, page by page. */
export function useChanges(filter: ActivityFilter) {
  const { plan } = useNetwork()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const networkId = plan.network.id
  const question = questionOf(plan, filter)
  const query = useInfiniteQuery({
    queryKey: [...trpc.activity.list.pathKey(), 'pages', networkId, question],
    enabled: question !== null,
    initialPageParam: LATEST,
    queryFn: ({ pageParam, signal }) => {
      const from = pageParam === LATEST ? {} : { before: pageParam }
      return client.activity.list.query({ networkId, limit: PAGE, ...from, ...question }, { signal })
    },
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)?.revision : undefined),
  })
  const changes = useMemo(() => query.data?.pages.flat() ?? [], [query.data])
  return { query, changes, nothingAsked: question === null }
}

/** One change by its revision; null when there is none, undefined while it is being asked for. */
export function useChange(revision: number | null, known: readonly Change[] = []): Change | null | undefined {
  const { plan } = useNetwork()
  const here = known.find((change) => change.revision === revision)
  const input = { networkId: plan.network.id, before: (revision ?? 0) + 1, limit: 1 }
  const asked = useQuery(
    useTRPC().activity.list.queryOptions(input, { enabled: revision !== null && here === undefined }),
  )
  if (revision === null) return null
  if (here) return here
  if (asked.isPending) return undefined
  return asked.data?.find((change) => change.revision === revision) ?? null
}
