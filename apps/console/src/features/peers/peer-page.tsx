'use client'

import { Waypoints } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { isInnernet } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Tag } from '~/ui/tag.tsx'
import { DeviceConfiguration } from './device-configuration.tsx'
import { InnernetNotice } from './innernet-notice.tsx'
import { PeerActions } from './peer-actions.tsx'
import { FactsSection } from './peer-facts.tsx'
import { PeerHistory } from './peer-history.tsx'
import { PeerReach } from './peer-reach.tsx'
import { PeerTraffic } from './peer-traffic.tsx'

/** One peer: how it stands, what it carries, what it reaches and why, and what can be done with it. */
export function PeerPage({ id }: { id: number }) {
  const { plan, presence } = useNetwork()
  const peer = plan.member(id)
  if (!peer) return <NoSuchPeer id={id} />
  const innernet = isInnernet(peer, presence.status(id))
  return (
    <Page title={<Title peer={peer} innernet={innernet} />} actions={<Tools peer={peer} />}>
      <Column wide>
        {peer.kind === 'device' && <DeviceConfiguration peer={peer} />}
        {innernet && <InnernetNotice />}
        <div className="grid max-w-7xl items-start gap-4 panel:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="panel:order-2">
            <FactsSection peer={peer} />
          </div>
          <div className="grid min-w-0 gap-4">
            <Card>
              <PeerTraffic peer={peer} />
            </Card>
            <Card>
              <PeerReach key={peer.id} peer={peer} />
            </Card>
            <PeerHistory peer={peer} />
          </div>
        </div>
      </Column>
    </Page>
  )
}

const Card = ({ children }: { children: ReactNode }) => <div className="min-w-0 rounded-lg border">{children}</div>

function Tools({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  return (
    <>
      <Button asChild className="max-panel:hidden">
        <Link href={to.graph({ network: plan.network.name, peer: peer.name })}>
          <Waypoints aria-hidden /> Follow in the graph
        </Link>
      </Button>
      <PeerActions peer={peer} />
    </>
  )
}

function Title({ peer, innernet }: { peer: Member; innernet: boolean }) {
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
      {peer.kind !== 'agent' && <Tag>{peer.kind}</Tag>}
      {innernet && <Tag>innernet client</Tag>}
      {peer.isAdmin && <Tag>admin</Tag>}
      {!peer.enabled && <Tag>disabled</Tag>}
    </span>
  )
}

/** A deleted peer is known by its tombstone; of another id nothing is. */
function NoSuchPeer({ id }: { id: number }) {
  const { plan } = useNetwork()
  const tombstone = plan.tombstones.find((peer) => peer.id === id)
  return (
    <Page title="Peer">
      <Empty
        title={tombstone ? `${tombstone.name} was deleted` : 'There is no such peer'}
        action={
          <Button asChild>
            <Link href={to.peers({ network: plan.network.name })}>To the peers</Link>
          </Button>
        }
      >
        {tombstone
          ? `Its address ${tombstone.address} stays taken until somebody releases it.`
          : 'It may have been deleted.'}
      </Empty>
    </Page>
  )
}
