'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Empty, Skeleton } from '~/ui/empty.tsx'

/** The front door: leads to the set-up, the login, the first network, or the making of one. */
export function Entrance() {
  const trpc = useTRPC()
  const router = useRouter()
  const me = useQuery(trpc.session.me.queryOptions())
  const setUp = useQuery(trpc.setup.state.queryOptions(undefined, { enabled: me.data === null }))
  const networks = useQuery(trpc.network.list.queryOptions(undefined, { enabled: Boolean(me.data) }))

  const [first] = networks.data ?? []
  const goal = whereTo({
    signedIn: me.data,
    setUp: setUp.data?.state,
    networks: networks.data?.length,
    first: first?.name,
  })
  useEffect(() => {
    if (goal) router.replace(goal)
  }, [goal, router])

  const error = me.error ?? setUp.error ?? networks.error
  return (
    <main className="grid h-dvh place-items-center">
      {error ? (
        <Empty
          title="The console does not answer"
          action={<Button onClick={() => window.location.reload()}>Try again</Button>}
        >
          {sentenceOf(error)}
        </Empty>
      ) : (
        <Skeleton className="h-40 w-80" />
      )}
    </main>
  )
}

type Known = { signedIn: unknown; setUp: string | undefined; networks: number | undefined; first: string | undefined }

function whereTo({ signedIn, setUp, networks, first }: Known): string | null {
  if (signedIn === undefined) return null
  if (signedIn === null) return setUp === undefined ? null : setUp === 'closed' ? to.login() : to.setup()
  if (networks === undefined) return null
  return first === undefined ? to.newNetwork() : to.tree({ network: first })
}
