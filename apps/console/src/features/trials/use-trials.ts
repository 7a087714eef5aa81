'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useNetwork, useRefresh } from '~/features/network/context.tsx'
import { type Answers, useTRPC } from '~/trpc/client.ts'

export type Trial = Answers['trial']['list'][number]

/** The changes of the network that are on trial, and those that were within the last hour; newest first. */
export function useTrials(): readonly Trial[] {
  const { plan } = useNetwork()
  return useQuery(useTRPC().trial.list.queryOptions({ networkId: plan.network.id })).data ?? []
}

/** Ends a trial: keeps the change, or takes it back at once. */
export function useSettle() {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const networkId = useNetwork().plan.network.id
  const settle = useMutation(trpc.trial.settle.mutationOptions({ onSettled: () => refresh(networkId) }))
  return { settle, end: (revision: number, keep: boolean) => settle.mutate({ networkId, revision, keep }) }
}
