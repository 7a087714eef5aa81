'use client'

import { clsx } from 'clsx'
import { type ReactNode, useMemo } from 'react'
import { Skeleton } from '~/ui/empty.tsx'
import { counted, signed } from '~/ui/format.ts'
import { type LinkPair, type Outcome, tunnelsCut } from './effect.ts'
import { EffectPairs } from './effect-pairs.tsx'
import { type Intent, NEW_PEER_ID } from './intent.ts'
import { useLinks } from './use-links.ts'
import { useOutcome } from './use-outcome.ts'

/** What a change will open and cut, told before it is made. */
export function EffectNote({ intent, children }: { intent: Intent; children?: ReactNode }) {
  const { outcome, pending } = useOutcome(intent)
  const links = useLinks(outcome !== null && outcome.difference.lost.count > 0)
  // A form renders with each key; of thousands of tunnels and peers that would be felt.
  const cut = useMemo(() => (outcome ? tunnelsCut(outcome, links) : []), [outcome, links])
  return (
    <section aria-label="Effect" aria-busy={pending} className={clsx('grid gap-1', pending && outcome && 'opacity-60')}>
      {outcome ? <Counts outcome={outcome} cut={cut} /> : pending ? <Reckoning /> : <Untold />}
      {children && <p className="text-sm">{children}</p>}
      {outcome && <p className="text-sm">{summary(outcome, intent, cut)}</p>}
      {outcome && <EffectPairs outcome={outcome} intent={intent} cut={cut} />}
    </section>
  )
}

function Counts({ outcome: { difference }, cut }: { outcome: Outcome; cut: readonly LinkPair[] }) {
  const { gained, lost } = difference
  const told = useMemo(() => affected(difference), [difference])
  return (
    <p className="flex flex-wrap gap-x-3 font-medium">
      <span className={gained.count > 0 ? 'text-online-ink' : 'text-muted'}>{signed(gained.count, '+')} pairs</span>
      <span className={lost.count > 0 ? 'text-danger' : 'text-muted'}>{signed(lost.count, '−')} pairs</span>
      {cut.length > 0 && <span className="text-danger">{counted(cut.length, 'live tunnel')} cut</span>}
      <span className="font-normal text-muted">{counted(told, 'agent')} to tell</span>
    </p>
  )
}

/** How many agents have to be told; a peer that has yet to join is none. */
const affected = ({ gained, lost }: Outcome['difference']): number =>
  new Set([...gained.peers(), ...lost.peers()].filter((id) => id !== NEW_PEER_ID)).size

function Reckoning() {
  return (
    <div role="status" aria-label="Reckoning the effect" className="grid h-10 content-center gap-2">
      <Skeleton className="h-3 w-40" />
      <Skeleton className="h-3 w-56" />
    </div>
  )
}

function Untold() {
  return <p className="text-sm text-muted">What it would open or cut cannot be told as it stands.</p>
}

function summary({ difference: { gained, lost } }: Outcome, intent: Intent, cut: readonly LinkPair[]): string {
  if (gained.count === 0 && lost.count === 0) return 'Who reaches whom stays as it is.'
  if (intent.kind === 'create-peer') return 'Once it has joined, it reaches these.'
  if (lost.count === 0) return 'No tunnel is cut.'
  if (cut.length > 0) return 'The live tunnels among the pairs lost drop at once.'
  return gained.count === 0 ? 'Tunnels of these pairs are cut at once.' : 'Tunnels of the pairs lost are cut at once.'
}
