'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { count } from '~/ui/format.ts'
import { Bar, Dot } from '~/ui/tag.tsx'
import { isDone, paceOf, progressOf, type Receipt, type Waiting, whyWaiting } from './words.ts'

/** As many as are read at a glance. */
const LISTED = 4
const TICK_MS = 30_000

/** How far a change has come, how fast, and for whom it still waits. */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
  const { plan } = useNetwork()
  const name = (id: number) => plan.member(id)?.name ?? `peer ${id}`
  const pace = paceOf(receipt, name)
  const { affected, applied } = receipt
  return (
    <div className="grid gap-1">
      <p className="flex items-baseline gap-1.5">
        <Dot tone={isDone(receipt) ? 'online' : 'relayed'} className="relative -top-px" />
        <span>{progressOf(receipt)}</span>
      </p>
      {affected > 0 && <Bar share={applied / affected} className="w-full" />}
      {pace && <p className="text-sm text-muted">{pace}</p>}
      <WaitingList waiting={receipt.waiting} all={affected - applied} />
    </div>
  )
}

/** `all`: how many there are; only some of them are named. */
function WaitingList({ waiting, all }: { waiting: readonly Waiting[]; all: number }) {
  const { plan } = useNetwork()
  const nowMs = useServerNow(TICK_MS)
  const [open, setOpen] = useState(false)
  if (waiting.length === 0) return null
  const shown = open ? waiting : waiting.slice(0, LISTED)
  const rest = all - shown.length
  return (
    <div className="text-sm">
      <p className="text-muted">Waiting for {count(all)}</p>
      <ul aria-label="Waiting for" className={open ? 'max-h-48 overflow-y-auto' : undefined}>
        {shown.map((one) => (
          <li key={one.peerId} className="flex gap-2">
            <Link
              href={to.peer({ network: plan.network.name, peer: one.peerId })}
              className="min-w-0 truncate hover:text-accent"
            >
              {plan.member(one.peerId)?.name ?? `peer ${one.peerId}`}
            </Link>
            <span className="ml-auto min-w-0 truncate text-right text-muted">{whyWaiting(one, nowMs)}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && waiting.length > shown.length && (
        <button type="button" className="text-accent hover:underline" onClick={() => setOpen(true)}>
          and {count(rest)} more
        </button>
      )}
      {rest > 0 && waiting.length === shown.length && <p className="text-muted">and {count(rest)} more</p>}
    </div>
  )
}
