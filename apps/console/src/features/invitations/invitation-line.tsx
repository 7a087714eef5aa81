'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Tag } from '~/ui/tag.tsx'
import type { InvitationView } from './invitation-views.ts'
import { JoinSteps } from './join-progress.tsx'

type LineProps = { view: InvitationView; onReissue: (peer: Member) => void; onRevoke: (view: InvitationView) => void }

/** An invitation in two lines: whose it is, how it stands and what can be done; and where the joining has come to. */
export function InvitationLine(props: LineProps) {
  const { view } = props
  return (
    <li className="grid gap-1.5 border-b border-hairline/60 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Whose view={view} />
        <span className="ml-auto text-muted">
          <Times view={view} />
        </span>
        <LineActions {...props} />
      </div>
      {view.joining && <JoinSteps joining={view.joining} />}
      {!view.joining && view.peer && <p className="text-sm text-muted">{whatBecame(view, view.peer)}</p>}
    </li>
  )
}

function Whose({ view: { peer, name, row } }: { view: InvitationView }) {
  const { plan } = useNetwork()
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2">
      {peer ? (
        <Link href={to.peer({ network: plan.network.name, peer: peer.id })} className="font-medium hover:underline">
          {name}
        </Link>
      ) : (
        <span className="font-medium">{name}</span>
      )}
      {row === null && <Tag>device</Tag>}
      <span className="text-muted">
        {peer ? (
          <>
            <span className="mono">{peer.address}</span> · {plan.tree.get(peer.cidrId)?.name}
          </>
        ) : (
          'deleted'
        )}
      </span>
    </span>
  )
}

function LineActions({ view, onReissue, onRevoke }: LineProps) {
  const { peer, state, latest, row, name } = view
  const rights = useRights()
  if (!peer) return null
  const whyNot = rights.whyNotPeer(peer)
  const disabled = peer.enabled ? null : 'The peer is disabled; enable it first'
  return (
    <>
      {row && state === 'waiting' && (
        <Button
          size="small"
          onClick={() => onRevoke(view)}
          whyNot={whyNot}
          aria-label={`Revoke the invitation of ${name}`}
        >
          Revoke
        </Button>
      )}
      {latest && (
        <Button
          size="small"
          onClick={() => onReissue(peer)}
          whyNot={whyNot ?? disabled}
          aria-label={`Re-issue the invitation of ${name}`}
        >
          Re-issue
        </Button>
      )}
    </>
  )
}

/** What an invitation that leads nowhere any more has left behind. */
function whatBecame({ state, latest }: InvitationView, peer: Member): string {
  if (!latest) return 'A later invitation took its place.'
  if (state === 'expired') return 'Nobody used it in time; re-issue it to let the peer join.'
  return peer.redeemedAt === null ? 'Without another one the peer cannot join.' : 'The peer had joined before.'
}

function Times({ view: { row, state, peer } }: { view: InvitationView }): ReactNode {
  if (!row) return peer?.redeemedAt && state === 'waiting' ? 'does not expire' : null
  switch (state) {
    case 'waiting':
      return (
        <>
          expires <Ago at={row.expiresAt} />
        </>
      )
    case 'used':
      return row.redeemedAt && <TimeOf word="used" at={row.redeemedAt} />
    case 'revoked':
      return row.revokedAt && <TimeOf word="revoked" at={row.revokedAt} />
    case 'expired':
      return <TimeOf word="expired" at={row.expiresAt} />
  }
}

const TimeOf = ({ word, at }: { word: string; at: string }) => (
  <>
    {word} <Ago at={at} />
  </>
)
