'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '~/trpc/client.ts'
import { useNetwork } from './context.tsx'
import type { LinkPair } from './effect.ts'

const NONE: readonly LinkPair[] = []

/** The tunnels of the network as agents last told of them; none while nobody has, or while they are not `wanted`. */
export function useLinks(wanted = true): readonly LinkPair[] {
  const { plan } = useNetwork()
  const links = useQuery(useTRPC().link.list.queryOptions({ networkId: plan.network.id }, { enabled: wanted }))
  return links.data?.pairs ?? NONE
}
