'use client'

import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Fact, Facts } from '~/ui/facts.tsx'
import { count } from '~/ui/format.ts'
import { State } from '~/ui/tag.tsx'
import { Card } from './card.tsx'

/** The hubs and how they are. */
export function HubCard() {
  const { plan } = useNetwork()
  const hubs = plan.members.filter((peer) => peer.kind === 'hub')
  return (
    <Card title={hubs.length === 1 ? 'Hub' : 'Hubs'}>
      {hubs.map((hub) => (
        <HubFacts key={hub.id} peer={hub} />
      ))}
    </Card>
  )
}

function HubFacts({ peer }: { peer: Member }) {
  const { plan, presence, revision } = useNetwork()
  const { hub } = presence
  const state = presence.state(peer)
  const applied = hub.appliedRevision
  return (
    <Facts>
      <Fact
        name={
          <Link
            href={to.peer({ network: plan.network.name, peer: peer.id })}
            className="font-medium text-ink hover:underline"
          >
            {peer.name}
          </Link>
        }
      >
        <State tone={state.tone}>{hubWord(hub, peer)}</State>
      </Fact>
      {hub.fault && (
        <Fact name="Fault">
          <span className="break-words text-danger">{hub.fault}</span>
        </Fact>
      )}
      <Fact name="Public endpoint">
        <CopyText text={plan.network.endpoint} what="endpoint" />
      </Fact>
      <Fact name="Address">
        <CopyText text={peer.address} what="address" />
      </Fact>
      {peer.address6 !== null && (
        <Fact name="IPv6 address">
          <CopyText text={peer.address6} what="IPv6 address" />
        </Fact>
      )}
      <Fact name="Applied revision">
        {applied === null
          ? '–'
          : applied >= revision
            ? `${count(applied)}, the latest`
            : `${count(applied)} of ${count(revision)}`}
      </Fact>
      <Fact name="Version">{hub.version ?? '–'}</Fact>
      <Fact name={hub.connected ? 'Last told' : 'Last heard of'}>{hub.at ? <Ago at={hub.at} /> : 'never'}</Fact>
    </Facts>
  )
}

type Hub = ReturnType<typeof useNetwork>['presence']['hub']

function hubWord({ connected, fault, at }: Hub, peer: Member): string {
  if (connected) return fault ? 'fault' : 'connected'
  if (at) return 'not connected'
  return peer.publicKey === null ? 'not started yet' : 'not connected'
}
