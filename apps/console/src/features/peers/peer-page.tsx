'use client'

import Link from 'next/link'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Tag } from '~/ui/tag.tsx'
import { PeerActions } from './peer-actions.tsx'
import { FactsSection } from './peer-facts.tsx'
import { PeerHistory } from './peer-history.tsx'
import { PeerReach } from './peer-reach.tsx'

/** One peer: how it stands, what it reaches and why, and what can be done with it. */
export function PeerPage({ id }: { id: number }) {
  const { plan } = useNetwork()
  const peer = plan.member(id)
  if (!peer) return <NoSuchPeer />
  return (
    <Page title={<Title peer={peer} />} actions={<PeerActions peer={peer} />}>
      <Column>
        <div className="grid items-start gap-4 panel:grid-cols-2">
          <FactsSection peer={peer} />
          <PeerReach peer={peer} />
        </div>
        <PeerHistory peer={peer} />
      </Column>
    </Page>
  )
}

function Title({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const cidr = plan.tree.get(peer.cidrId)
  const network = plan.network.name
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link href={to.peers({ network })} className="hidden font-normal text-muted hover:text-ink nav:inline">
        Peers
      </Link>
      {cidr && (
        <Link
          href={to.tree({ network, cidr: cidr.name })}
          className="hidden truncate font-normal text-muted hover:text-ink nav:inline"
        >
          / {cidr.name}
        </Link>
      )}
      <span aria-hidden className="hidden text-muted nav:inline">
        /
      </span>
      <span className="truncate font-medium">{peer.name}</span>
      {peer.kind === 'hub' && <Tag>hub</Tag>}
      {peer.isAdmin && <Tag>admin</Tag>}
      {!peer.enabled && <Tag>disabled</Tag>}
    </span>
  )
}

function NoSuchPeer() {
  const { plan } = useNetwork()
  return (
    <Page title="Peer">
      <Empty
        title="There is no such peer"
        action={
          <Button asChild>
            <Link href={to.peers({ network: plan.network.name })}>To the peers</Link>
          </Button>
        }
      >
        It may have been deleted; the activity tells when and by whom.
      </Empty>
    </Page>
  )
}
