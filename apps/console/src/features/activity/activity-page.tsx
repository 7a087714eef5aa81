'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useTRPC, useTRPCClient } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Empty, SkeletonRows } from '~/ui/empty.tsx'
import { ChangeRow } from './change-row.tsx'

const PAGE = 50

/** Revisions begin with 1. */
const LATEST = 0

/** What was done in the network, newest first. */
export function ActivityPage() {
  return (
    <Page title="Activity">
      <Column>
        <ChangeList />
      </Column>
    </Page>
  )
}

function ChangeList() {
  const { plan } = useNetwork()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const networkId = plan.network.id
  const changes = useInfiniteQuery({
    queryKey: [...trpc.activity.list.pathKey(), 'pages', networkId],
    initialPageParam: LATEST,
    queryFn: ({ pageParam, signal }) =>
      client.activity.list.query(
        { networkId, limit: PAGE, ...(pageParam === LATEST ? {} : { before: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)?.revision : undefined),
  })
  if (changes.isPending) return <SkeletonRows />
  if (changes.error) return <Empty title="The activity cannot be shown">{sentenceOf(changes.error)}</Empty>
  return (
    <div>
      <ol aria-label="Changes">
        {changes.data.pages.flat().map((change) => (
          <ChangeRow key={change.revision} change={change} />
        ))}
      </ol>
      {changes.hasNextPage && (
        <Button className="mt-3" busy={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
          Show older changes
        </Button>
      )}
    </div>
  )
}
