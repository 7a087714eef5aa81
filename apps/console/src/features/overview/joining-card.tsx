'use client'

import Link from 'next/link'
import type { InvitationView } from '~/features/invitations/invitation-views.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { count } from '~/ui/format.ts'
import { Card } from './card.tsx'

/** As many as are told of here; the page has all. */
const SHOWN = 6

/** Who is awaited: the invitations that nobody has used yet, those that end first before the others. */
export function JoiningCard({ views }: { views: readonly InvitationView[] }) {
  const { plan } = useNetwork()
  const network = plan.network.name
  const waiting = views.filter((view) => view.state === 'waiting').toSorted((a, b) => endOf(a) - endOf(b))
  const all = (
    <Link href={to.invitations({ network })} className="underline hover:text-ink">
      {waiting.length > SHOWN ? `all ${count(waiting.length)}` : 'all'}
    </Link>
  )
  return (
    <Card title="Invitations waiting" aside={all}>
      {waiting.length === 0 ? (
        <p className="text-muted">Nobody is awaited.</p>
      ) : (
        <ul aria-label="Invitations waiting">
          {waiting.slice(0, SHOWN).map(({ key, name, peer, row }) => (
            <li key={key} className="flex items-baseline gap-3 border-b border-hairline/60 py-1.5 last:border-b-0">
              <span className="min-w-0 flex-1 truncate">
                {peer ? (
                  <Link href={to.peer({ network, peer: peer.id })} className="font-medium hover:underline">
                    {name}
                  </Link>
                ) : (
                  name
                )}
                {peer && <span className="text-muted"> in {plan.tree.get(peer.cidrId)?.name}</span>}
              </span>
              <span className="shrink-0 text-muted">
                {row ? (
                  <>
                    ends <Ago at={row.expiresAt} />
                  </>
                ) : (
                  'device'
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const endOf = ({ row }: InvitationView): number => (row ? Date.parse(row.expiresAt) : Number.POSITIVE_INFINITY)
