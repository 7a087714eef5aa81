'use client'

import type { Change } from '@warren/protocol'
import { useNetwork } from '~/features/network/context.tsx'
import { Ago } from '~/ui/ago.tsx'
import { count } from '~/ui/format.ts'
import { namesIn } from './names.ts'
import { differences, sentenceOf } from './sentence.ts'

/** One change in a line; opened, it shows every field that changed. */
export function ChangeRow({ change }: { change: Change }) {
  const { plan } = useNetwork()
  const sentence = sentenceOf(change, namesIn(plan))
  const details = detailsOf(change)
  const line = (
    <>
      <span className="min-w-0 flex-1">
        <span className="font-medium">{change.actor.name}</span> {sentence}
      </span>
      <span className="shrink-0 text-right text-muted">
        <Ago at={change.at} />
        <span className="ml-3 hidden w-14 nav:inline-block">{count(change.revision)}</span>
      </span>
    </>
  )
  const row = 'flex items-baseline gap-3 py-1.5'
  return (
    <li className="border-b border-hairline/60 last:border-b-0">
      {details.length === 0 ? (
        <div className={row}>{line}</div>
      ) : (
        <details>
          <summary className={`${row} cursor-pointer list-none`}>{line}</summary>
          <ul className="mono mb-2 grid gap-0.5 pl-4 text-muted">
            {details.map((detail) => (
              <li key={detail} className="break-all">
                {detail}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

/** What each touched row was and is, field by field. */
function detailsOf({ before, after }: Change): string[] {
  const kinds = ['networks', 'cidrs', 'peers', 'associations', 'invitations'] as const
  return kinds.flatMap((kind) => {
    const old = new Map<number, object>(before[kind].map((row) => [row.id, row]))
    return after[kind].flatMap((row) =>
      differences(old.get(row.id), row).map((text) => `${kind.slice(0, -1)} ${row.id}: ${text}`),
    )
  })
}
