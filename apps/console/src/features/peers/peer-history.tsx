'use client'

import { useQuery } from '@tanstack/react-query'
import type { Change } from '@warren/protocol'
import { ChangeRow } from '~/features/activity/change-row.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useTRPC } from '~/trpc/client.ts'
import { Section } from '~/ui/facts.tsx'

/** How far back a peer's history looks: the last changes of the network. */
const LOOKS_BACK = 200

/** The recent changes that touched a peer. */
export function PeerHistory({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const changes = useQuery(useTRPC().activity.list.queryOptions({ networkId: plan.network.id, limit: LOOKS_BACK }))
  const own = changes.data?.filter((change) => touches(change, peer.id)) ?? []
  if (own.length === 0) return null
  return (
    <div className="rounded-lg border">
      <Section title="History">
        <ol aria-label={`History of ${peer.name}`}>
          {own.map((change) => (
            <ChangeRow key={change.revision} change={change} />
          ))}
        </ol>
      </Section>
    </div>
  )
}

const touches = ({ before, after }: Change, peerId: number): boolean =>
  [...before.peers, ...after.peers].some((row) => row.id === peerId) ||
  [...before.invitations, ...after.invitations].some((row) => row.peerId === peerId)
