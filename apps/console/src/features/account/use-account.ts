'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '~/trpc/client.ts'

/** How the person's account stands. */
export const useAccount = () => useQuery(useTRPC().account.state.queryOptions())

/** Asks again for everything that the account page shows. */
export function useAccountRefresh(): () => Promise<void> {
  const trpc = useTRPC()
  const queries = useQueryClient()
  return async () => {
    await Promise.all([
      queries.invalidateQueries(trpc.account.pathFilter()),
      queries.invalidateQueries(trpc.session.me.queryFilter()),
    ])
  }
}
