'use client'

import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { invitationState, lastHeard, type PeerStatus } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { Ago, useServerNow } from '~/ui/ago.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { bytes } from '~/ui/format.ts'
import { Notice } from '~/ui/notice.tsx'
import { State } from '~/ui/tag.tsx'
import { PeerAgentFacts } from './peer-agent-facts.tsx'
import { PeerEndpoints } from './peer-endpoints.tsx'
import { PeerKeyFacts } from './peer-key-facts.tsx'

/** What is known of a peer: what an admin decided, what was observed, and what its agent has applied. */
export function FactsSection({ peer }: { peer: Member }) {
  const { presence } = useNetwork()
  const status = presence.status(peer.id)
  return (
    <div className="rounded-lg border">
      {status?.fault && (
        <div className="p-3">
          <Notice tone="warning" title="Its agent reports a fault">
            {status.fault}
          </Notice>
        </div>
      )}
      <Section title="State">
        <StateFacts peer={peer} status={status} />
      </Section>
      <Section title="Endpoints">
        <PeerEndpoints peer={peer} status={status} />
      </Section>
      <Section title={peer.kind === 'device' ? 'Enforcement' : 'Agent'}>
        <PeerAgentFacts peer={peer} status={status} />
      </Section>
      <Section title="Identity">
        <Identity peer={peer} />
      </Section>
    </div>
  )
}

function StateFacts({ peer, status }: { peer: Member; status: PeerStatus | undefined }) {
  const { presence } = useNetwork()
  const state = presence.state(peer)
  const heard = lastHeard(status)
  return (
    <Facts>
      <Fact name="State">
        <State tone={state.tone}>{state.word}</State>
        {!state.online && heard && peer.redeemedAt !== null && (
          <span className="text-muted">
            , <Ago at={heard} />
          </span>
        )}
      </Fact>
      {peer.redeemedAt === null && <InvitationFact peer={peer} />}
      {peer.kind !== 'hub' && (
        <Fact name="Last handshake">{status?.handshakeAt ? <Ago at={status.handshakeAt} /> : 'never'}</Fact>
      )}
      {status?.seenAt && peer.kind === 'agent' && (
        <Fact name="Last poll">
          <Ago at={status.seenAt} />
        </Fact>
      )}
      {peer.redeemedAt && (
        <Fact name={peer.kind === 'device' ? 'Added' : 'Joined'}>
          <Ago at={peer.redeemedAt} />
        </Fact>
      )}
      {peer.kind !== 'hub' && (
        <Fact name="With the hub">{status && status.rx + status.tx > 0 ? <HubTraffic status={status} /> : '–'}</Fact>
      )}
    </Facts>
  )
}

/** Counted at the hub: what it received came from the peer. */
function HubTraffic({ status }: { status: PeerStatus }) {
  return (
    <span title="Since the hub's interface was made">
      <span aria-hidden>↓</span>
      <span className="sr-only">received from the hub</span> {bytes(status.tx)} <span aria-hidden>↑</span>
      <span className="sr-only">sent to it</span> {bytes(status.rx)}
    </span>
  )
}

function InvitationFact({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const nowMs = useServerNow(15_000)
  const invitation = plan.invitationsOf(peer.id)[0]
  const stand = invitationState(invitation, nowMs)
  return (
    <Fact name="Invitation">
      <Link href={to.invitations({ network: plan.network.name })} className="hover:underline">
        {stand}
      </Link>
      {stand === 'waiting' && invitation && (
        <>
          , ends <Ago at={invitation.expiresAt} />
        </>
      )}
    </Fact>
  )
}

function Identity({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  return (
    <Facts>
      <Fact name="Address">
        <CopyText text={peer.address} what="address" />
      </Fact>
      {peer.address6 !== null && (
        <Fact name="IPv6 address">
          <CopyText text={peer.address6} what="IPv6 address" />
        </Fact>
      )}
      <Fact name="Host name">
        <CopyText text={`${peer.name}.${plan.network.name}.wg`} what="host name" />
      </Fact>
      <Fact name="CIDR">{plan.tree.path(peer.cidrId).join(' / ')}</Fact>
      <Fact name="Kind">{kinds[peer.kind]}</Fact>
      <PeerKeyFacts peer={peer} />
    </Facts>
  )
}

const kinds: Record<Member['kind'], string> = {
  agent: 'Linux machine with the agent',
  device: 'phone or router',
  hub: 'hub',
}
