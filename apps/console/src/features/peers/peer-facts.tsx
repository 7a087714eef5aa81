'use client'

import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { invitationState, type PeerStatus } from '~/features/network/presence.ts'
import { Ago, useServerNow } from '~/ui/ago.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { bytes, count } from '~/ui/format.ts'
import { Notice } from '~/ui/notice.tsx'
import { State } from '~/ui/tag.tsx'

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
        <Facts>
          <StateFacts peer={peer} status={status} />
          <Fact name="Traffic at the hub">{status ? `↓ ${bytes(status.rx)} ↑ ${bytes(status.tx)}` : '–'}</Fact>
          <Fact name="Applied">
            <Applied status={status} kind={peer.kind} />
          </Fact>
          {status?.version && <Fact name="Version">{status.version}</Fact>}
        </Facts>
      </Section>
      <Section title="Endpoints">
        <Endpoints peer={peer} status={status} />
      </Section>
      <Section title="Identity">
        <Identity peer={peer} />
      </Section>
    </div>
  )
}

function StateFacts({ peer, status }: { peer: Member; status: PeerStatus | undefined }) {
  const { plan, presence } = useNetwork()
  const nowMs = useServerNow(15_000)
  const state = presence.state(peer)
  const invitation = plan.invitationsOf(peer.id)[0]
  const stand = invitationState(invitation, nowMs)
  return (
    <>
      <Fact name="State">
        <State tone={state.tone}>{state.word}</State>
      </Fact>
      {peer.redeemedAt === null && invitation && (
        <Fact name="Invitation">
          {stand}
          {stand === 'waiting' && (
            <>
              , ends <Ago at={invitation.expiresAt} />
            </>
          )}
        </Fact>
      )}
      <Fact name="Last handshake">{status?.handshakeAt ? <Ago at={status.handshakeAt} /> : 'never'}</Fact>
      {status?.seenAt && (
        <Fact name="Last poll">
          <Ago at={status.seenAt} />
        </Fact>
      )}
      {peer.redeemedAt && (
        <Fact name="Joined">
          <Ago at={peer.redeemedAt} />
        </Fact>
      )}
    </>
  )
}

/** Which revision its agent has, and whether that was proven: its digest of the view equals the coordinator's. */
function Applied({ status, kind }: { status: PeerStatus | undefined; kind: Member['kind'] }): ReactNode {
  if (kind === 'device') return 'no agent; the hub enforces for it'
  if (!status || status.appliedRevision === null) return 'nothing reported yet'
  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-x-1.5">
      revision {count(status.appliedRevision)}
      {status.current === true && (
        <span
          className="inline-flex items-center gap-1 text-online-ink"
          title="The digest of its view equals the coordinator's"
        >
          <Check aria-hidden className="size-3.5" /> current, proven
        </span>
      )}
      {status.current === false && <span className="text-relayed-ink">not current yet</span>}
    </span>
  )
}

function Endpoints({ peer, status }: { peer: Member; status: PeerStatus | undefined }) {
  const own = status?.candidates ?? []
  const rows = [
    ...(peer.endpointOverride ? [{ text: peer.endpointOverride, from: 'set by hand' }] : []),
    ...(status?.endpoint ? [{ text: status.endpoint, from: 'seen by the hub' }] : []),
    ...own.filter((text) => text !== status?.endpoint).map((text) => ({ text, from: 'its own candidate' })),
  ]
  if (rows.length === 0) return <p className="text-muted">None known: it has not been heard of.</p>
  return (
    <ul aria-label="Endpoints" className="grid gap-1">
      {rows.map((row) => (
        <li key={`${row.from} ${row.text}`} className="flex items-baseline gap-3">
          <CopyText text={row.text} what="endpoint" />
          <span className="ml-auto text-muted">{row.from}</span>
        </li>
      ))}
    </ul>
  )
}

function Identity({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  return (
    <Facts>
      <Fact name="Address">
        <CopyText text={peer.address} what="address" />
      </Fact>
      <Fact name="Host name">
        <CopyText text={`${peer.name}.${plan.network.name}.wg`} what="host name" />
      </Fact>
      <Fact name="CIDR">{plan.tree.path(peer.cidrId).join(' / ')}</Fact>
      <Fact name="Kind">{kinds[peer.kind]}</Fact>
      <Fact name="Public key">
        {peer.publicKey ? (
          <CopyText text={peer.publicKey} what="public key" className="max-w-64" />
        ) : (
          'none until it joins'
        )}
      </Fact>
    </Facts>
  )
}

const kinds: Record<Member['kind'], string> = {
  agent: 'Linux machine with the agent',
  device: 'phone or router',
  hub: 'hub',
}
