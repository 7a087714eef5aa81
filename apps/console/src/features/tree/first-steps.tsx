'use client'

import { Check } from 'lucide-react'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { AddPeerDialog } from '~/features/peers/dialogs.ts'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import type { TreeState } from './tree-state.ts'

/** What to do in a network that has nothing but its hub; gone when it has two CIDRs of its own and two peers. */
export function FirstSteps({ state }: { state: TreeState }) {
  const { plan } = useNetwork()
  const rights = useRights()
  const [adding, setAdding] = useState(false)
  const steps = stepsOf(plan)
  const next = steps.find((step) => !step.done)
  const place = plan.tree.nodes.find((node) => node.parentId !== null && !holdsHub(plan, node.id)) ?? plan.tree.root
  if (!next) return null
  const whyNot = rights.whyNotInside(next.action === 'peer' ? place.id : plan.tree.root.id)
  const actions = {
    cidr: () => {
      state.onSelect(plan.tree.root.id, false)
      state.act({ kind: 'add', at: null })
    },
    peer: () => setAdding(true),
  }
  return (
    <section
      aria-label="Next steps"
      className="flex flex-wrap items-center gap-x-5 gap-y-2 border-b px-3 py-2.5 nav:px-7"
    >
      <h2 className="text-muted">Next</h2>
      <ol className="flex flex-1 flex-wrap gap-x-5 gap-y-1">
        {steps.map((step, at) => (
          <li key={step.text} className={step === next ? 'font-medium' : 'text-muted'}>
            {step.done ? <Check aria-label="Done" className="inline size-3.5" /> : `${at + 1}.`} {step.text}
          </li>
        ))}
      </ol>
      {next.action && (
        <Button tone="solid" whyNot={whyNot} onClick={actions[next.action]}>
          {next.action === 'cidr' ? 'Add a CIDR' : 'Add a peer'}
        </Button>
      )}
      {adding && <AddPeerDialog cidrId={place.id} onClose={() => setAdding(false)} />}
    </section>
  )
}

type Step = { text: string; done: boolean; action: 'cidr' | 'peer' | null }

function stepsOf(plan: Plan): Step[] {
  const peers = plan.members.filter((peer) => peer.kind !== 'hub')
  const own = plan.tree.nodes.filter((node) => node.parentId !== null && !holdsHub(plan, node.id))
  const joined = peers.some((peer) => peer.redeemedAt !== null)
  return [
    { text: 'Draw a CIDR, say for laptops', done: own.length > 0, action: 'cidr' },
    { text: 'Add a peer and hand out its invitation', done: peers.length > 0, action: 'peer' },
    { text: 'Watch it come online', done: joined, action: null },
  ]
}

const holdsHub = (plan: Plan, cidrId: number): boolean => plan.membersIn(cidrId).some((peer) => peer.kind === 'hub')
