'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import type { InvitationView } from './invitation-views.ts'
import { JoinProgress } from './join-progress.tsx'

type LineProps = { view: InvitationView; onReinvite: (peer: Member) => void; onRevoke: (view: InvitationView) => void }

/** An invitation in a line: whose it is, when it was made and when it ends, and what can be done about it. */
export function InvitationLine({ view, onReinvite, onRevoke }: LineProps) {
  const { plan } = useNetwork()
  const { peer, name, state, latest } = view
  const cidr = peer && plan.tree.get(peer.cidrId)
  return (
    <li className="grid gap-1 border-b border-hairline/60 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {peer ? (
          <Link href={to.peer({ network: plan.network.name, peer: peer.id })} className="font-medium hover:underline">
            {name}
          </Link>
        ) : (
          <span className="font-medium">{name}</span>
        )}
        <span className="text-muted">{peer ? `${peer.address} · ${cidr?.name ?? ''}` : 'deleted'}</span>
        <span className="ml-auto text-muted">
          <Times view={view} />
        </span>
        {state === 'waiting' && (
          <Button size="small" onClick={() => onRevoke(view)}>
            Revoke
          </Button>
        )}
        {peer && latest && state !== 'used' && (
          <Button
            size="small"
            onClick={() => onReinvite(peer)}
            whyNot={peer.enabled ? null : 'The peer is disabled; enable it first'}
          >
            Re-issue
          </Button>
        )}
      </div>
      {peer && latest && state === 'waiting' && <JoinProgress peerId={peer.id} kind="agent" />}
    </li>
  )
}

function Times({ view: { row, state } }: { view: InvitationView }): ReactNode {
  switch (state) {
    case 'waiting':
      return (
        <>
          made <Ago at={row.createdAt} />, ends <Ago at={row.expiresAt} />
        </>
      )
    case 'used':
      return (
        row.redeemedAt && (
          <>
            used <Ago at={row.redeemedAt} />
          </>
        )
      )
    case 'revoked':
      return (
        row.revokedAt && (
          <>
            revoked <Ago at={row.revokedAt} />
          </>
        )
      )
    default:
      return (
        <>
          expired <Ago at={row.expiresAt} />
        </>
      )
  }
}
