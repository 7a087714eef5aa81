'use client'

import { useMutation } from '@tanstack/react-query'
import { useNetwork, useRefresh } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'

/** What can be done to CIDRs and associations. Each ends when the page shows it. */
export function useCidrChanges() {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const networkId = useNetwork().plan.network.id
  const then = { onSuccess: () => refresh(networkId) }
  return {
    networkId,
    create: useMutation(trpc.cidr.create.mutationOptions(then)),
    edit: useMutation(trpc.cidr.edit.mutationOptions(then)),
    split: useMutation(trpc.cidr.split.mutationOptions(then)),
    addIpv6: useMutation(trpc.cidr.addIpv6.mutationOptions(then)),
    removeIpv6: useMutation(trpc.cidr.removeIpv6.mutationOptions(then)),
    remove: useMutation(trpc.cidr.delete.mutationOptions(then)),
    associate: useMutation(trpc.association.create.mutationOptions(then)),
    dissociate: useMutation(trpc.association.delete.mutationOptions(then)),
  }
}
