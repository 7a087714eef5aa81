'use client'

import { useQuery } from '@tanstack/react-query'
import { ChangeRow } from '~/features/activity/change-row.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useTRPC } from '~/trpc/client.ts'
import { Section } from '~/ui/facts.tsx'

/** As many as tell a peer's story; the activity page has all. */
const SHOWN = 50

/** What was done to a peer, newest first. */
export function PeerHistory({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const changes = useQuery(
    useTRPC().activity.list.queryOptions({ networkId: plan.network.id, peerId: peer.id, limit: SHOWN }),
  )
  if (!changes.data || changes.data.length === 0) return null
  return (
    <div className="rounded-lg border">
      <Section title="History">
        <ol aria-label={`History of ${peer.name}`}>
          {changes.data.map((change) => (
            <ChangeRow key={change.revision} change={change} />
          ))}
        </ol>
      </Section>
    </div>
  )
}
