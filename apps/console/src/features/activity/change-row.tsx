'use client'

import type { Change } from '@warren/protocol'
import { clsx } from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { Ago, exact } from '~/ui/ago.tsx'
import { count } from '~/ui/format.ts'
import { namesIn } from './names.ts'
import { sentenceOf, whoDid } from './sentence.ts'
import { useChange } from './use-changes.ts'

type ChangeRowProps = {
  change: Change
  /** Changes at hand: they know names of what is gone, and what others took back. */
  among?: readonly Change[]
}

/** Who did what, and when: a line that leads to the change in full. */
export function ChangeRow({ change, among = [] }: ChangeRowProps) {
  const { plan } = useNetwork()
  return (
    <li className="border-b border-hairline/60 last:border-b-0">
      <Link
        href={to.activity({ network: plan.network.name, revision: String(change.revision) })}
        className="flex items-baseline gap-3 py-1.5 hover:text-accent"
      >
        <ChangeSentence change={change} among={among} />
        <span className="shrink-0 text-right text-muted">
          <Ago at={change.at} />
          <span className="ml-3 hidden w-14 nav:inline-block">{count(change.revision)}</span>
        </span>
      </Link>
    </li>
  )
}

/** The sentence of a change, who did it first. */
export function ChangeSentence({ change, among = [] }: ChangeRowProps) {
  const { plan } = useNetwork()
  const undone = useChange(change.undoes, among) ?? undefined
  const names = namesIn(plan, [change, ...among])
  return (
    <span className="min-w-0 flex-1 break-words">
      <span className="font-medium">{whoDid(change.actor)}</span> {sentenceOf(change, names, undone)}
    </span>
  )
}

type DatedProps = Required<ChangeRowProps> & { selected: boolean; onSelect: () => void; aside: ReactNode }

/** The same in a list by days: the time of day in front, and whatever else is known of it behind. */
export function DatedRow({ change, among, selected, onSelect, aside }: DatedProps) {
  const time = new Date(change.at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
  return (
    <li className="border-b border-hairline/60 last:border-b-0">
      <button
        type="button"
        onClick={onSelect}
        aria-current={selected || undefined}
        className={clsx(
          'flex w-full items-baseline gap-3 rounded-md px-2 py-1.5 text-left',
          selected ? 'bg-accent-ground' : 'hover:bg-panel',
        )}
      >
        <time dateTime={change.at} title={exact(change.at)} className="min-w-10 shrink-0 whitespace-nowrap text-muted">
          {time}
        </time>
        <ChangeSentence change={change} among={among} />
        {aside}
        <span className="hidden w-12 shrink-0 text-right text-muted nav:inline-block">{count(change.revision)}</span>
      </button>
    </li>
  )
}
