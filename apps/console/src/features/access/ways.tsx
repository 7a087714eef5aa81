'use client'

import { type Step, type Way, waysToAllow } from '@warren/cidr'
import { useMemo, useState } from 'react'
import { AssociateForm } from '~/features/cidrs/associate-form.tsx'
import { IsolateCard } from '~/features/cidrs/isolate-card.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { type Member, type Plan, reachPeer } from '~/features/network/plan.ts'
import { EnableDialog } from '~/features/peers/enable-dialog.tsx'
import { MovePeerDialog } from '~/features/peers/move-peer-dialog.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import { count, counted } from '~/ui/format.ts'

/** What would let two peers reach each other, the smallest change first, each ready to be made. */
export function Ways({ a, b }: { a: Member; b: Member }) {
  const { plan } = useNetwork()
  const [chosen, choose] = useState<Step | null>(null)
  const ways = useMemo(() => {
    const { tree, members, associations } = plan
    return waysToAllow({ tree, peers: members.map(reachPeer), associations }, a.id, b.id)
  }, [plan, a.id, b.id])
  if (ways.length === 0) return null
  return (
    <section aria-label="What would allow it" className="grid gap-1">
      <h3 className="text-sm text-muted">What would allow it, the smallest change first</h3>
      <ol className="grid">
        {ways.map((way) => (
          <li key={JSON.stringify(way.steps)} className="border-b border-hairline/60 py-1.5 last:border-b-0">
            <WayRow way={way} plan={plan} onChoose={choose} />
          </li>
        ))}
      </ol>
      {chosen && <Doing step={chosen} onDone={() => choose(null)} />}
    </section>
  )
}

function WayRow({ way, plan, onChoose }: { way: Way; plan: Plan; onChoose: (step: Step) => void }) {
  const [first] = way.steps
  const own = first && first.kind !== 'join'
  const whyNot = useWhyNot(first)
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <p className="first-letter:uppercase">{way.steps.map((step) => wordsOf(plan, step)).join(', then ')}</p>
        <p className="text-sm text-muted">{extent(way)}</p>
      </div>
      {own && (
        <Button size="small" onClick={() => onChoose(first)} whyNot={whyNot}>
          {buttonOf(first)}
        </Button>
      )}
    </div>
  )
}

/** Why who is signed in may not take a step; null when they may. */
function useWhyNot(step: Step | undefined): string | null {
  const rights = useRights()
  switch (step?.kind) {
    case 'enable':
      return rights.whyNotPeer(step.peer)
    case 'move':
      return rights.whyNotPeer(step.peer) ?? rights.whyNotInside(step.to)
    case 'end-isolation':
      return rights.whyNotCidr(step.cidr)
    case 'associate':
      return rights.whyNotAssociation(step)
    default:
      return null
  }
}

function extent({ gained, lost, steps }: Way): string {
  const address = steps.some((step) => step.kind === 'move') ? ' Its address changes.' : ''
  return `Opens ${counted(gained, 'pair')}${lost > 0 ? ` and cuts ${count(lost)}` : ', cuts none'}.${address}`
}

function wordsOf(plan: Plan, step: Step): string {
  const cidr = (id: number) => plan.tree.get(id)?.name ?? ''
  const peer = (id: number) => plan.member(id)?.name ?? ''
  switch (step.kind) {
    case 'enable':
      return `enable ${peer(step.peer)}`
    case 'join':
      return `${peer(step.peer)} joins with its invitation`
    case 'end-isolation':
      return `end the isolation of ${cidr(step.cidr)}`
    case 'associate':
      return `associate ${cidr(step.a)} and ${cidr(step.b)}`
    case 'move':
      return `move ${peer(step.peer)} to ${cidr(step.to)}`
  }
}

const buttonOf = (step: Step): string =>
  ({ enable: 'Enable…', join: '', 'end-isolation': 'End isolation…', associate: 'Associate…', move: 'Move…' })[
    step.kind
  ]

/** The form of a step; it shows the effect before anything is saved. */
function Doing({ step, onDone }: { step: Step; onDone: () => void }) {
  const { plan } = useNetwork()
  if (step.kind === 'join') return null
  if (step.kind === 'enable' || step.kind === 'move') {
    const peer = plan.member(step.peer)
    if (!peer) return null
    return step.kind === 'enable' ? (
      <EnableDialog peer={peer} onClose={onDone} />
    ) : (
      <MovePeerDialog peer={peer} to={step.to} onClose={onDone} />
    )
  }
  const node = plan.tree.get(step.kind === 'associate' ? step.a : step.cidr)
  if (!node) return null
  return (
    <div className="rounded-lg border border-accent bg-accent-ground p-3">
      {step.kind === 'associate' ? (
        <AssociateStep node={node} other={step.b} onDone={onDone} />
      ) : (
        <IsolateCard node={node} onDone={onDone} />
      )}
    </div>
  )
}

type AssociateStepProps = { node: Parameters<typeof AssociateForm>[0]['node']; other: number; onDone: () => void }

function AssociateStep({ node, other, onDone }: AssociateStepProps) {
  const [chosen, setChosen] = useState(other)
  return <AssociateForm node={node} other={chosen} onChoose={setChosen} onDone={onDone} />
}
