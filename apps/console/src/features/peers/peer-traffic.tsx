'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Skeleton } from '~/ui/empty.tsx'
import { Section } from '~/ui/facts.tsx'
import { bytes } from '~/ui/format.ts'
import { Segmented } from '~/ui/segmented.tsx'
import { PeerTrafficChart } from './peer-traffic-chart.tsx'
import { totalOf } from './peer-traffic-shape.ts'
import { PeerTrafficTable } from './peer-traffic-table.tsx'

const ranges = [
  { value: 'day', label: 'Day' },
  { value: 'month', label: '30 days' },
] as const
type Range = (typeof ranges)[number]['value']

/** What went over a peer's tunnels, over a day or a month, as a drawing and as a table. */
export function PeerTraffic({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const [range, setRange] = useState<Range>('day')
  const traffic = useQuery(
    useTRPC().traffic.of.queryOptions(
      { networkId: plan.network.id, peerId: peer.id, range },
      { placeholderData: (old) => old },
    ),
  )
  const series = traffic.data
  const told = series?.rx.some((value) => value !== null) ?? false
  return (
    <Section
      title="Traffic of its tunnels"
      aside={<Segmented label="Time shown" value={range} onChange={setRange} choices={ranges} />}
    >
      {traffic.error ? (
        <p className="text-danger">{sentenceOf(traffic.error)}</p>
      ) : !series ? (
        <Skeleton className="h-44 w-full" />
      ) : told ? (
        <>
          <p className="mb-2 flex flex-wrap gap-x-4 text-sm text-muted">
            <span>
              <Swatch side="rx" /> received <span className="text-ink">{bytes(totalOf(series.rx))}</span>
            </span>
            <span>
              <Swatch side="tx" /> sent <span className="text-ink">{bytes(totalOf(series.tx))}</span>
            </span>
          </p>
          <PeerTrafficChart series={series} label={`Traffic of ${peer.name}`} />
          <PeerTrafficTable series={series} range={range} name={peer.name} />
        </>
      ) : (
        <p className="text-muted">{untold(peer)}</p>
      )}
    </Section>
  )
}

/** Received is filled, sent is hatched: in the drawing, and here. */
function Swatch({ side }: { side: 'rx' | 'tx' }) {
  return (
    <svg aria-hidden width="12" height="9" className="inline-block align-baseline">
      <rect
        x="0.5"
        y="0.5"
        width="11"
        height="8"
        className={side === 'rx' ? 'fill-accent/30 stroke-accent' : 'fill-none stroke-edge'}
      />
      {side === 'tx' && <path d="M2,9L8,0M6,9L12,0" className="stroke-edge" />}
    </svg>
  )
}

function untold(peer: Member): string {
  if (peer.redeemedAt === null) return 'None yet: it has not joined.'
  if (peer.kind === 'device') return 'Its hub has not told of any yet.'
  return 'Its agent has not told of any yet.'
}
