'use client'

import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import { type StateWord, stateWords } from '~/features/network/presence.ts'
import { stateGroups } from '~/features/peers/peers-filter.ts'
import { to } from '~/features/to.ts'
import { count } from '~/ui/format.ts'
import { Bar } from '~/ui/tag.tsx'

/** The figures at the top: what they are called, which states they hold, and the filter of the list that shows them. */
const figures = [
  { name: 'online', filter: 'connected', words: stateGroups.connected?.words ?? [] },
  { name: 'away', filter: 'away', words: stateGroups.away?.words ?? [] },
  { name: 'never joined', filter: 'not-joined', words: stateGroups['not-joined']?.words ?? [] },
  { name: 'disabled', filter: 'disabled', words: ['disabled'] },
] as const satisfies readonly { name: string; filter: string; words: readonly StateWord[] }[]

/** How many peers there are by state, each figure a way to them. */
export function Figures() {
  const { plan } = useNetwork()
  const tally = useTally()
  const all = plan.members.length
  return (
    <ul
      aria-label="Peers by state"
      className="grid grid-cols-2 overflow-hidden rounded-lg border nav:grid-cols-4 nav:divide-x"
    >
      {figures.map(({ name, filter, words }) => {
        const many = words.reduce((sum, word) => sum + tally(word), 0)
        const parts = words.filter((word) => word !== name && tally(word) > 0 && tally(word) < many)
        return (
          <li key={name} className="min-w-0">
            <Link
              href={to.peers({ network: plan.network.name, state: filter })}
              className="grid h-full content-start gap-1 px-4.5 py-3 -outline-offset-2 hover:bg-panel"
            >
              <span className="text-lg font-medium">
                {count(many)}
                {name === 'online' && <span className="text-base font-normal text-muted"> of {count(all)}</span>}
              </span>
              <span className={many > 0 ? '' : 'text-muted'}>{name}</span>
              {name === 'online' ? <Bar share={all === 0 ? 0 : many / all} className="mt-0.5 w-full max-w-40" /> : null}
              <span className="text-sm text-muted">
                {parts.map((word) => `${count(tally(word))} ${spoken[word] ?? word}`).join(', ')}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

/** Words that stand for one peer and need another form for many. */
const spoken: Partial<Record<StateWord, string>> = { 'invitation ended': 'lapsed' }

function useTally(): (word: StateWord) => number {
  const { plan, presence } = useNetwork()
  const tally = new Map<StateWord, number>(stateWords.map((word) => [word, 0]))
  for (const peer of plan.members) {
    const { word } = presence.state(peer)
    tally.set(word, (tally.get(word) ?? 0) + 1)
  }
  return (word) => tally.get(word) ?? 0
}
