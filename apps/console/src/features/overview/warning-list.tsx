'use client'

import { Check, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { Card } from './card.tsx'
import type { Warning } from './warnings.ts'

/** What needs attention, each with the way to where it is mended. */
export function WarningList({ warnings }: { warnings: readonly Warning[] }) {
  if (warnings.length === 0) {
    return (
      <p className="flex items-center gap-2 rounded-lg border px-4.5 py-2.5 text-muted">
        <Check aria-hidden className="size-4 text-online-ink" /> Nothing needs attention.
      </p>
    )
  }
  return (
    <Card title="Needs attention" aside={warnings.length}>
      <ul aria-label="Needs attention">
        {warnings.map(({ key, text, note, action, href }) => (
          <li key={key} className="flex gap-2.5 border-b border-hairline/60 py-2 last:border-b-0 last:pb-0.5">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-relayed-ink" />
            <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
              <div className="min-w-0 flex-1 basis-72">
                <p className="font-medium break-words">{text}</p>
                {note && <p className="break-words text-muted">{note}</p>}
              </div>
              <Link href={href} className="shrink-0 font-medium text-accent hover:underline">
                {action}
              </Link>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}
