'use client'

import { useQuery } from '@tanstack/react-query'
import { useSignedOutGuard } from '~/features/frame/signed-out.ts'
import { CardPage } from '~/features/session/card-page.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Skeleton } from '~/ui/empty.tsx'
import { FormError } from '~/ui/field.tsx'
import { useNetworks } from './context.tsx'
import { NewNetworkForm } from './new-network-form.tsx'

/** Makes a network. For the first one this is the second step of the set-up. */
export function NewNetworkPage() {
  const networks = useNetworks()
  const suggestion = useQuery(useTRPC().network.suggest.queryOptions(undefined, { staleTime: 0 }))
  useSignedOutGuard(networks.error ?? suggestion.error)
  const first = networks.data?.length === 0
  return (
    <CardPage
      title={first ? 'Draw your first network' : 'New network'}
      lead="One address space, cut into CIDRs as you like."
      {...(first ? { step: 'Step 2 of 2' } : {})}
    >
      {suggestion.error && <FormError>{sentenceOf(suggestion.error)}</FormError>}
      {suggestion.isPending && <Skeleton className="h-72" />}
      {suggestion.data && <NewNetworkForm suggestion={suggestion.data} />}
    </CardPage>
  )
}
