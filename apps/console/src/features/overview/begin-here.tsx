'use client'

import { Check } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { AddPeerDialog } from '~/features/peers/dialogs.ts'
import { firstHome } from '~/features/peers/first-home.ts'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { Card } from './card.tsx'

/** What to do first in a network that has nothing but its hub. */
export function BeginHere() {
  const { plan, presence } = useNetwork()
  const rights = useRights()
  const [adding, setAdding] = useState(false)
  const home = firstHome(plan, rights.mayAddTo)
  const drawn = plan.tree.nodes.some(
    (node) => node.parentId !== null && !plan.membersIn(node.id).some((peer) => peer.kind === 'hub'),
  )
  const steps = [
    {
      title: 'Start the hub',
      note: 'It makes its key and listens for peers; without it nobody can join.',
      done: presence.hub.connected,
      action: null,
    },
    {
      title: 'Draw a CIDR',
      note: 'A part of the address space, say for laptops. Who sits in it reaches each other.',
      done: drawn,
      action: (
        <Button asChild>
          <Link href={to.tree({ network: plan.network.name })}>To the tree</Link>
        </Button>
      ),
    },
    {
      title: 'Add a peer',
      note: 'It gets an address there and an invitation as a file, a token, an install line or a QR code.',
      done: false,
      action: (
        <Button tone={drawn ? 'solid' : 'outline'} onClick={() => setAdding(true)} whyNot={rights.whyNotInside(home)}>
          Add a peer
        </Button>
      ),
    },
  ]
  return (
    <Card title="Begin here">
      <ol aria-label="Begin here" className="grid">
        {steps.map(({ title, note, done, action }, at) => (
          <li key={title} className="flex items-center gap-3 border-b border-hairline/60 py-2 last:border-b-0">
            <span className="grid size-6 shrink-0 place-items-center rounded-full border text-sm text-muted">
              {done ? <Check aria-label="Done" className="size-3.5 text-online-ink" /> : at + 1}
            </span>
            <div className="min-w-0 flex-1">
              <p className="font-medium">{title}</p>
              <p className="text-muted">{note}</p>
            </div>
            {!done && action}
          </li>
        ))}
      </ol>
      {adding && <AddPeerDialog cidrId={home} onClose={() => setAdding(false)} />}
    </Card>
  )
}
