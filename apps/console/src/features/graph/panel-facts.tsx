'use client'

import { useQuery } from '@tanstack/react-query'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { lastHeard } from '~/features/network/presence.ts'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { Ago } from '~/ui/ago.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Fact, Facts } from '~/ui/facts.tsx'
import { bytes, count } from '~/ui/format.ts'
import { State } from '~/ui/tag.tsx'

/** The few facts of a peer that a glance needs; its own page has all. */
export function PanelFacts({ peer }: { peer: Member }) {
  const { presence } = useNetwork()
  const status = presence.status(peer.id)
  const state = presence.state(peer)
  const heard = lastHeard(status)
  return (
    <Facts>
      <Fact name="State">
        <State tone={state.tone}>{state.word}</State>
        {heard && (
          <span className="text-muted">
            , <Ago at={heard} />
          </span>
        )}
      </Fact>
      <Fact name="Endpoint">
        {status?.endpoint ? (
          <CopyText text={status.endpoint} what="endpoint" />
        ) : (
          <span className="text-muted">none seen</span>
        )}
      </Fact>
      <Fact name="Applied">{appliedText(peer, status?.appliedRevision ?? null)}</Fact>
      <Fact name="Traffic now">
        <Rate peer={peer} />
      </Fact>
    </Facts>
  )
}

function appliedText(peer: Member, revision: number | null): string {
  if (peer.kind === 'device') return 'by its hub'
  return revision === null ? 'nothing reported yet' : `revision ${count(revision)}`
}

/** What its tunnels carry just now, in bytes a second. */
function Rate({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const traffic = useQuery(
    useTRPC().traffic.of.queryOptions({ networkId: plan.network.id, peerId: peer.id, range: 'day' }),
  )
  const rate = traffic.data ? rateOf(traffic.data) : null
  if (!rate) return <span className="text-muted">{traffic.isPending ? '…' : 'not told'}</span>
  return (
    <span title="Average of the last five minutes">
      <span aria-hidden>↓</span>
      <span className="sr-only">received</span> {bytes(rate.rx)}/s <span aria-hidden>↑</span>
      <span className="sr-only">sent</span> {bytes(rate.tx)}/s
    </span>
  )
}

/** How many of the last spans are looked at: the newest may not have been told yet. */
const LOOKS_BACK = 3

/** The rate over the newest span that was told; null when the last ones were not. */
function rateOf({ rx, tx, stepS }: Answers['traffic']['of']): { rx: number; tx: number } | null {
  for (let back = 1; back <= LOOKS_BACK; back += 1) {
    const [received, sent] = [rx.at(-back), tx.at(-back)]
    if (typeof received === 'number' && typeof sent === 'number') return { rx: received / stepS, tx: sent / stepS }
  }
  return null
}
