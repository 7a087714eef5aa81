'use client'

import type { PairSet, ReachDifference } from '@warren/cidr'
import { type ReactNode, useMemo, useState } from 'react'
import { Button } from '~/ui/button.tsx'
import { count, counted, signed } from '~/ui/format.ts'
import { useNetwork } from './context.tsx'
import { effectOf, type Intent } from './effect.ts'
import type { Plan } from './plan.ts'

/** What a change will open and cut, told before it is made. */
export function EffectNote({ intent, children }: { intent: Intent; children?: ReactNode }) {
  const { plan } = useNetwork()
  // An intent is made anew on each render; its content is what counts.
  const key = JSON.stringify(intent)
  const effect = useMemo(() => effectOf(plan, JSON.parse(key) as Intent), [plan, key])
  return (
    <section aria-label="Effect" className="grid gap-1">
      <Counts effect={effect} />
      {children && <p className="text-sm">{children}</p>}
      <p className="text-sm">{summary(effect)}</p>
      <Pairs effect={effect} plan={plan} />
    </section>
  )
}

function Counts({ effect: { gained, lost } }: { effect: ReachDifference }) {
  const told = new Set([...gained.peers(), ...lost.peers()]).size
  return (
    <p className="flex flex-wrap gap-x-3 font-medium">
      <span className={gained.count > 0 ? 'text-online-ink' : 'text-muted'}>{signed(gained.count, '+')} pairs</span>
      <span className={lost.count > 0 ? 'text-danger' : 'text-muted'}>{signed(lost.count, '−')} pairs</span>
      <span className="font-normal text-muted">{counted(told, 'agent')} to tell</span>
    </p>
  )
}

function summary({ gained, lost }: ReachDifference): string {
  if (gained.count === 0 && lost.count === 0) return 'Who reaches whom stays as it is.'
  if (lost.count === 0) return 'No tunnel is cut.'
  return gained.count === 0 ? 'Tunnels of these pairs are cut at once.' : 'Tunnels of the pairs lost are cut at once.'
}

/** As many as a person reads. */
const LISTED = 30

function Pairs({ effect, plan }: { effect: ReachDifference; plan: Plan }) {
  const [open, setOpen] = useState(false)
  if (effect.gained.count + effect.lost.count === 0) return null
  return (
    <div>
      <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? 'Hide pairs' : 'Show pairs'}
      </Button>
      {open && (
        <div className="mt-2 grid max-h-52 gap-2 overflow-y-auto text-sm">
          <PairList title="Will reach each other" pairs={effect.gained} plan={plan} />
          <PairList title="Will be cut" pairs={effect.lost} plan={plan} />
        </div>
      )}
    </div>
  )
}

function PairList({ title, pairs, plan }: { title: string; pairs: PairSet; plan: Plan }) {
  if (pairs.count === 0) return null
  const name = (id: number) => plan.member(id)?.name ?? ''
  const rest = pairs.count - LISTED
  return (
    <div>
      <p className="font-medium">{title}</p>
      <ul>
        {pairs.sample(LISTED).map(([a, b]) => (
          <li key={`${a} ${b}`}>
            {name(a)} – {name(b)}
          </li>
        ))}
        {rest > 0 && <li className="text-muted">and {count(rest)} more</li>}
      </ul>
    </div>
  )
}
