'use client'

import { useQuery } from '@tanstack/react-query'
import { type Answers, useTRPC } from '~/trpc/client.ts'

/** Who is signed in, and with which rights. */
export type Me = NonNullable<Answers['session']['me']>

/** Rights may be given and taken while a page is open: it is asked again this often (milliseconds). */
const AGAIN_MS = 60_000

export const useMeQuery = () => useQuery(useTRPC().session.me.queryOptions(undefined, { refetchInterval: AGAIN_MS }))

/** Who is signed in; undefined until the answer is there, null when nobody is. */
export const useMe = (): Me | null | undefined => useMeQuery().data
