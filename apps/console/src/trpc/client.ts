'use client'

import type { inferRouterOutputs } from '@trpc/server'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import type { AppRouter } from '~/server/router.ts'

/** The only way from a page to the server: every question meets the access rules there. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

export type Answers = inferRouterOutputs<AppRouter>
