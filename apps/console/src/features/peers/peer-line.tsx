'use client'

import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { lastHeard } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { Dot } from '~/ui/tag.tsx'

/** A peer in a line of a panel: state, name, address, and when it was last heard of. */
export function PeerLine({ peer }: { peer: Member }) {
  const { plan, presence } = useNetwork()
  const state = presence.state(peer)
  const heard = lastHeard(presence.status(peer.id))
  return (
    <li className="relative flex min-h-6.5 items-center gap-2">
      <Dot tone={state.tone} />
      <Link
        href={to.peer({ network: plan.network.name, peer: peer.id })}
        className="min-w-0 flex-1 truncate after:absolute after:inset-0 hover:underline"
      >
        {peer.name}
      </Link>
      <span className="mono w-26 truncate">{peer.address}</span>
      <span className="w-22 truncate text-right text-sm text-muted">
        {state.word === 'online' && heard ? <Ago at={heard} suffix="" /> : state.word}
        {state.word === 'offline' && heard && (
          <>
            {' '}
            · <Ago at={heard} suffix="" />
          </>
        )}
      </span>
    </li>
  )
}
