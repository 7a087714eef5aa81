'use client'

import { type Mutation, useQueryClient } from '@tanstack/react-query'
import type { Change } from '@warren/protocol'
import { useEffect, useRef, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { useMe } from '~/features/session/me.ts'
import { useTRPCClient } from '~/trpc/client.ts'

/** The routers whose mutations change a network. A trial that is settled shows in its own banner. */
const CHANGING: ReadonlySet<string> = new Set(['cidr', 'association', 'peer', 'invitation', 'network', 'activity'])

/** A mutation's key begins with the path of its procedure. */
function routerOf(mutation: Mutation): string | null {
  const [path] = (mutation.options.mutationKey ?? []) as unknown[]
  return Array.isArray(path) && typeof path[0] === 'string' ? path[0] : null
}

/** The change that the person made last on this page, null before the first; and a way to let go of it. */
export function useOwnChange(): [Change | null, () => void] {
  const [own, setOwn] = useState<Change | null>(null)
  const find = useFindOwn()
  const cache = useQueryClient().getMutationCache()
  const latest = useRef(find)
  latest.current = find
  // Saving what is so already makes no change; the one before is then not told again.
  const told = useRef(useNetwork().revision)
  useEffect(() => {
    let asked = 0
    const stop = cache.subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'success') return
      const router = routerOf(event.mutation)
      if (router === null || !CHANGING.has(router)) return
      asked += 1
      const mine = asked
      void latest.current().then((change) => {
        if (!change || mine !== asked || change.revision <= told.current) return
        told.current = change.revision
        setOwn(change)
      })
    })
    return () => {
      asked += 1
      stop()
    }
  }, [cache])
  return [own, () => setOwn(null)]
}

/** More changes than others are likely to make between a person's and the question for it. */
const LOOKS_BACK = 10

/** Returns a function that finds the person's latest change: verbs answer with what they made, not with its revision. */
function useFindOwn(): () => Promise<Change | null> {
  const { plan } = useNetwork()
  const me = useMe()
  const client = useTRPCClient()
  const networkId = plan.network.id
  return async () => {
    if (!me) return null
    const changes = await client.activity.list.query({ networkId, limit: LOOKS_BACK }).catch(() => [])
    return changes.find(({ actor }) => actor.kind === 'user' && actor.id === me.id) ?? null
  }
}
