'use client'

import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { bytes } from '~/ui/format.ts'
import { Tag } from '~/ui/tag.tsx'
import type { PeerRowView } from './peer-rows.ts'

/** The name, as a link that covers its row. */
export function NameCell({ row: { peer } }: { row: PeerRowView }) {
  const { plan } = useNetwork()
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link
        href={to.peer({ network: plan.network.name, peer: peer.id })}
        prefetch={false}
        className="truncate font-medium after:absolute after:inset-0"
      >
        {peer.name}
      </Link>
      {peer.kind === 'hub' && <Tag>hub</Tag>}
      {peer.isAdmin && <Tag>admin</Tag>}
    </span>
  )
}

export function HandshakeCell({ row: { status } }: { row: PeerRowView }) {
  return status?.handshakeAt ? <Ago at={status.handshakeAt} /> : '–'
}

/** What the hub received from it and sent to it. */
export function TrafficCell({ row: { status } }: { row: PeerRowView }) {
  if (!status || status.rx + status.tx === 0) return '–'
  return (
    <span title="Received from it, and sent to it, by the hub">
      ↓ {bytes(status.rx)} ↑ {bytes(status.tx)}
    </span>
  )
}
