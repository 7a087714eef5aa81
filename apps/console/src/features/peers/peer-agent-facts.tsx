'use client'

import { Check, Clock } from 'lucide-react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { isInnernet, type PeerStatus } from '~/features/network/presence.ts'
import { Ago } from '~/ui/ago.tsx'
import { Fact, Facts } from '~/ui/facts.tsx'
import { count } from '~/ui/format.ts'
import { pollingWords } from './polling-words.ts'

/** What a peer's agent has applied, and whether that was proven; for a device, what its hub has. */
export function PeerAgentFacts({ peer, status }: { peer: Member; status: PeerStatus | undefined }) {
  if (isInnernet(peer, status))
    return <p className="text-muted">An innernet client tells nothing of what it applied.</p>
  if (peer.kind === 'agent') return <AgentFacts peer={peer} status={status} />
  return <HubFacts device={peer.kind === 'device'} />
}

function AgentFacts({ peer, status }: { peer: Member; status: PeerStatus | undefined }) {
  const { how, whose } = pollingWords(useNetwork().plan.network, peer)
  if (!status || status.appliedRevision === null) return <p className="text-muted">It has reported nothing yet.</p>
  return (
    <Facts>
      <Fact name="Applied">revision {count(status.appliedRevision)}</Fact>
      <Fact name="Its view">
        <Standing status={status} />
      </Fact>
      {status.appliedAt && (
        <Fact name="Reported">
          <Ago at={status.appliedAt} />
        </Fact>
      )}
      <Fact name="Version">{status.version ?? 'not told'}</Fact>
      <Fact name="Polling">
        {how} <span className="text-muted">({whose})</span>
      </Fact>
    </Facts>
  )
}

function Standing({ status }: { status: PeerStatus }) {
  if (status.current === true) {
    const said = status.online ? 'current, proven' : 'was current when it left'
    return (
      <span
        className={status.online ? 'inline-flex items-center gap-1 text-online-ink' : 'text-muted'}
        title="The digest of its view equals the coordinator's"
      >
        {status.online && <Check aria-hidden className="size-3.5" />} {said}
      </span>
    )
  }
  if (status.current === null) return <span className="text-muted">not compared yet</span>
  return (
    <span className="inline-flex items-center gap-1 text-relayed-ink">
      <Clock aria-hidden className="size-3.5" /> {status.online ? 'behind, catching up' : 'behind'}
    </span>
  )
}

/** The hub applies everything for the network and enforces for devices, which have no agent. */
function HubFacts({ device }: { device: boolean }) {
  const { presence, revision } = useNetwork()
  const { hub } = presence
  return (
    <Facts>
      {device && <Fact name="By">its hub: a device runs no agent</Fact>}
      <Fact name="Hub">{hub.connected ? 'connected' : 'not connected'}</Fact>
      <Fact name="Applied">
        {hub.appliedRevision === null ? 'nothing reported yet' : `revision ${count(hub.appliedRevision)}`}
        {hub.appliedRevision !== null && (
          <span className={hub.appliedRevision >= revision ? 'text-online-ink' : 'text-relayed-ink'}>
            {hub.appliedRevision >= revision ? ', current' : ` of ${count(revision)}`}
          </span>
        )}
      </Fact>
      {hub.version && <Fact name="Version">{hub.version}</Fact>}
      {hub.fault && <Fact name="Fault">{hub.fault}</Fact>}
    </Facts>
  )
}
