'use client'

import { useQuery } from '@tanstack/react-query'
import type { Change } from '@warren/protocol'
import Link from 'next/link'
import { namesIn } from '~/features/activity/names.ts'
import { sentenceOf } from '~/features/activity/sentence.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { isDone, type Receipt } from '~/features/receipts/words.ts'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf as whyFailed } from '~/trpc/refusal.ts'
import { Ago } from '~/ui/ago.tsx'
import { SkeletonRows } from '~/ui/empty.tsx'
import { count } from '~/ui/format.ts'
import { Dot } from '~/ui/tag.tsx'
import { Card } from './card.tsx'

const SHOWN = 8

/** What was done last, and how far each change has come. */
export function LastChanges() {
  const { plan } = useNetwork()
  const trpc = useTRPC()
  const about = { networkId: plan.network.id, limit: SHOWN }
  const changes = useQuery(trpc.activity.list.queryOptions(about))
  const receipts = useQuery(trpc.receipt.recent.queryOptions(about))
  const receiptOf = new Map(receipts.data?.map((receipt) => [receipt.revision, receipt]))
  const all = (
    <Link href={to.activity({ network: plan.network.name })} className="underline hover:text-ink">
      all
    </Link>
  )
  return (
    <Card title="Last changes" aside={all}>
      {changes.isPending && <SkeletonRows rows={4} />}
      {changes.error && <p className="text-danger">{whyFailed(changes.error)}</p>}
      {changes.data && (
        <ol aria-label="Last changes">
          {changes.data.map((change) => (
            <Line key={change.revision} change={change} told={changes.data} receipt={receiptOf.get(change.revision)} />
          ))}
        </ol>
      )}
    </Card>
  )
}

type LineProps = { change: Change; told: readonly Change[]; receipt: Receipt | undefined }

function Line({ change, told, receipt }: LineProps) {
  const { plan } = useNetwork()
  return (
    <li className="relative flex items-baseline gap-3 border-b border-hairline/60 py-1.5 last:border-b-0 hover:bg-panel">
      <Link
        href={to.activity({ network: plan.network.name, revision: String(change.revision) })}
        className="min-w-0 flex-1 after:absolute after:inset-0"
      >
        <span className="font-medium">{change.actor.name}</span> {sentenceOf(change, namesIn(plan, told))}
      </Link>
      {receipt && receipt.affected > 0 && <Progress receipt={receipt} />}
      <span className="w-20 shrink-0 text-right text-muted">
        <Ago at={change.at} />
      </span>
    </li>
  )
}

function Progress({ receipt }: { receipt: Receipt }) {
  const { affected, applied } = receipt
  const done = isDone(receipt)
  return (
    <span
      title={`Applied on ${count(applied)} of ${count(affected)} affected agents`}
      className="inline-flex shrink-0 items-center gap-1.5 text-sm text-muted"
    >
      <Dot tone={done ? 'online' : 'relayed'} />
      <span className="sr-only">Applied on</span> {count(applied)}/{count(affected)}
    </span>
  )
}
