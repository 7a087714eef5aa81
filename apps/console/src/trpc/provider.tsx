'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { type ReactNode, useState } from 'react'
import type { AppRouter } from '~/server/router.ts'
import { TRPCProvider } from './client.ts'
import { isRefused } from './refusal.ts'

const URL_PATH = '/api/trpc'

/** Asked for by itself: what is asked for in one request with it would have to wait for it. */
const LARGE = 'link.list'

/** How often a question without an answer is asked again; a refusal is an answer. */
const RETRIES = 3

export function ServerProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient)
  const [trpcClient] = useState(makeTrpcClient)
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  )
}

const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // What is shown stays true because the event stream says when it is not (features/live).
        staleTime: Number.POSITIVE_INFINITY,
        // A console on the same machine is there without any network.
        networkMode: 'always',
        retry: (failures, error) => !isRefused(error) && failures < RETRIES,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })

const makeTrpcClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url: URL_PATH }),
        false: splitLink({
          condition: ({ path }) => path === LARGE,
          true: httpLink({ url: URL_PATH }),
          false: httpBatchLink({ url: URL_PATH }),
        }),
      }),
    ],
  })
