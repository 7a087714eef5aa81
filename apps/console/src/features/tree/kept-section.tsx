'use client'

import type { CidrNode } from '@warren/cidr'
import type { PeerRow } from '@warren/protocol'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { addressesOf } from '~/features/network/families.ts'
import { addressIn } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import { Section } from '~/ui/facts.tsx'

const ReleaseDialog = dynamic(() => import('./release-dialog.tsx').then((module) => module.ReleaseDialog))

/** Addresses of a CIDR that deleted peers left behind; nobody gets them until they are released on purpose. */
export function KeptSection({ node }: { node: CidrNode }) {
  const { plan } = useNetwork()
  const rights = useRights()
  const [releasing, setReleasing] = useState<PeerRow | null>(null)
  const kept = plan.tombstones.filter((peer) => plan.tree.ofAddress(addressIn(peer.address))?.id === node.id)
  if (kept.length === 0) return null
  return (
    <Section title="Kept for deleted peers" aside={kept.length}>
      <ul aria-label={`Addresses of ${node.name} kept for deleted peers`}>
        {kept.map((peer) => (
          <li key={peer.id} className="flex min-h-6.5 items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{peer.name}</span>
            <span className="mono min-w-0 truncate text-muted">{addressesOf(peer).join(' · ')}</span>
            <Button
              size="small"
              onClick={() => setReleasing(peer)}
              whyNot={rights.whyNotPeer(peer)}
              aria-label={`Release ${peer.address}`}
            >
              Release
            </Button>
          </li>
        ))}
      </ul>
      {releasing && <ReleaseDialog peer={releasing} onClose={() => setReleasing(null)} />}
    </Section>
  )
}
