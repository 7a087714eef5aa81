'use client'

import { useIsMutating, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useRef } from 'react'
import { namesIn } from '~/features/activity/names.ts'
import { sentenceOf, whoDid } from '~/features/activity/sentence.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { useToast } from '~/ui/toast.tsx'
import { useOutdate } from './use-outdate.ts'

/** Keeps the page of a network true: asks again for what the server says has changed. Shows nothing itself. */
export function LiveFeed({ networkId }: { networkId: number }) {
  const trpc = useTRPC()
  const { revision } = useNetwork()
  const known = useRef(revision)
  known.current = revision
  const tellElsewhere = useTellElsewhere(networkId)

  const outdate = useOutdate(networkId)

  useSubscription(
    trpc.live.events.subscriptionOptions(undefined, {
      onData: (event) => {
        if (event.kind === 'change') outdate('networks')
        if (event.networkId !== networkId) return
        if (event.kind === 'change' && event.revision <= known.current) return
        outdate(event.kind)
        if (event.kind === 'change') tellElsewhere(event.revision, known.current)
      },
      // Nobody signed in any more, or the console gone: the state's own answer says which.
      onError: () => outdate('status'),
    }),
  )
  return null
}

/** This many changes at once are an import, not news. */
const NEWS_AT_ONCE = 3

/** Returns a function that says what was done up to `revision`, unless this page is doing it itself right now. */
function useTellElsewhere(networkId: number): (revision: number, known: number) => void {
  const trpc = useTRPC()
  const client = useQueryClient()
  const say = useToast()
  const doing = useIsMutating() > 0
  const names = namesIn(useNetwork().plan)
  const busyUntil = useRef(0)
  if (doing) busyUntil.current = Number.POSITIVE_INFINITY
  else if (busyUntil.current === Number.POSITIVE_INFINITY) busyUntil.current = Date.now() + OWN_ECHO_MS

  return (revision, known) => {
    if (known === 0 || Date.now() < busyUntil.current) return
    const limit = Math.min(NEWS_AT_ONCE, revision - known)
    // Asked apart from the activity page's own list, which has another length.
    const news = client.fetchQuery(
      trpc.activity.list.queryOptions({ networkId, limit, before: revision + 1 }, { staleTime: 0 }),
    )
    void news.then(
      (changes) => {
        for (const change of changes.toReversed()) {
          // Every new network begins with it, and nobody has to know.
          if (change.kind !== 'hub.key-set') say(`${whoDid(change.actor)} ${sentenceOf(change, names)}`)
        }
      },
      // News that cannot be told are in the activity all the same.
      () => undefined,
    )
  }
}

/** The stream may tell of a change of our own shortly after the answer to it, in milliseconds. */
const OWN_ECHO_MS = 1500
