'use client'

import type { Change } from '@warren/protocol'
import { X } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { namesIn } from '~/features/activity/names.ts'
import { sentenceOf } from '~/features/activity/sentence.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { Button, IconButton } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { ReceiptView } from './receipt-view.tsx'
import { useReceipt } from './use-receipt.ts'
import { isDone } from './words.ts'

/** How long it stays once it is done, and how long while it waits for peers that are away, in milliseconds. */
const DONE_STAYS_MS = 8000
const WAITING_STAYS_MS = 25_000

/** What was just done and how far it has come; goes by itself unless it is being read. */
export function ChangeStrip({ change, onDismiss }: { change: Change; onDismiss: () => void }) {
  const { plan } = useNetwork()
  const receipt = useReceipt(change.revision)
  const [held, hold] = useState(false)
  const done = receipt === null || (receipt !== undefined && isDone(receipt))
  useGoesAfter(held ? null : done ? DONE_STAYS_MS : WAITING_STAYS_MS, onDismiss)
  return (
    <section
      aria-label="Your change"
      aria-live="polite"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
      className="fixed inset-x-3 bottom-3 z-20 rounded-lg border bg-card p-3 pr-1.5 shadow-float duration-150 animate-in fade-in-0 slide-in-from-bottom-2 nav:right-auto nav:left-52 nav:w-96"
    >
      <div className="flex items-start gap-2">
        <p className="min-w-0 flex-1 font-medium break-words">You {sentenceOf(change, namesIn(plan, [change]))}</p>
        <Button asChild size="small">
          <Link href={to.activity({ network: plan.network.name, revision: String(change.revision) })}>Details</Link>
        </Button>
        <IconButton name="Dismiss" onClick={onDismiss} className="-my-0.5">
          <X />
        </IconButton>
      </div>
      <div className="mt-1 pr-1.5">
        {receipt ? <ReceiptView receipt={receipt} /> : <Unknown asked={receipt === null} />}
      </div>
    </section>
  )
}

function Unknown({ asked }: { asked: boolean }) {
  if (asked) return <p className="text-sm text-muted">Saved. Nobody has reported yet how far it has come.</p>
  return (
    <div role="status" aria-label="Saved; asking how far it has come" className="grid h-7 content-center">
      <Skeleton className="h-3 w-56" />
    </div>
  )
}

/** Calls `end` after so many milliseconds; null waits. */
function useGoesAfter(ms: number | null, end: () => void): void {
  const latest = useRef(end)
  latest.current = end
  useEffect(() => {
    if (ms === null) return
    const timer = setTimeout(() => latest.current(), ms)
    return () => clearTimeout(timer)
  }, [ms])
}
