'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import { LINK } from '~/features/network/effect.ts'
import { useLinks } from '~/features/network/use-links.ts'
import { to } from '~/features/to.ts'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Skeleton } from '~/ui/empty.tsx'
import { bytes, count } from '~/ui/format.ts'
import { Card } from './card.tsx'
import { Sparkline } from './sparkline.tsx'

/** Rates fall silent without an event, so they are asked for again after so many milliseconds. */
const AGAIN_MS = 30_000

/** How many of the busiest peers are named. */
const BUSIEST = 3

/** What the tunnels carry now and over the last day, and who carries most of it. */
export function TrafficCard() {
  const { plan } = useNetwork()
  const traffic = useQuery(
    useTRPC().traffic.now.queryOptions({ networkId: plan.network.id }, { refetchInterval: AGAIN_MS }),
  )
  return (
    <Card title="Traffic now" aside={<Tunnels />}>
      {traffic.isPending && (
        <div role="status" aria-label="Loading" className="grid gap-3 py-1">
          <Skeleton className="h-4 w-44" />
          <Skeleton className="h-14 w-full" />
        </div>
      )}
      {traffic.error && <p className="text-danger">{sentenceOf(traffic.error)}</p>}
      {traffic.data && <Carried traffic={traffic.data} />}
    </Card>
  )
}

type Traffic = Answers['traffic']['now']

function Carried({ traffic: { rxPerS, txPerS, peers, day } }: { traffic: Traffic }) {
  const nothing = peers.length === 0 && [...day.rx, ...day.tx].every((figure) => !figure)
  if (nothing) return <p className="text-muted">No agent has told of any packet within the last day.</p>
  return (
    <div className="grid gap-2">
      <p
        className="flex gap-4 text-md font-medium"
        title="Over all tunnels; each agent counts what it receives and sends"
      >
        <span>↓ {bytes(rxPerS)}/s</span>
        <span>↑ {bytes(txPerS)}/s</span>
      </p>
      <Sparkline series={day} />
      <Busiest peers={peers.slice(0, BUSIEST)} />
    </div>
  )
}

function Busiest({ peers }: { peers: Traffic['peers'] }) {
  const { plan } = useNetwork()
  if (peers.length === 0) return null
  return (
    <ol aria-label="Busiest peers" className="grid gap-0.5">
      {peers.map(([id, rx, tx]) => (
        <li key={id} className="flex gap-3">
          <Link
            href={to.peer({ network: plan.network.name, peer: id })}
            className="min-w-0 flex-1 truncate hover:underline"
          >
            {plan.member(id)?.name ?? `peer ${id}`}
          </Link>
          <span className="w-24 text-right text-muted">↓ {bytes(rx)}/s</span>
          <span className="w-24 text-right text-muted">↑ {bytes(tx)}/s</span>
        </li>
      ))}
    </ol>
  )
}

/** In a larger network the list of all tunnels is too long an answer for three figures. */
const COUNTED_UP_TO = 3000

/** How many tunnels go which way; a way to the picture of them. */
function Tunnels() {
  const { plan } = useNetwork()
  const links = useLinks(plan.members.length <= COUNTED_UP_TO)
  if (links.length === 0) return null
  const having = (code: number) => links.filter((link) => link[2] === code).length
  const relayed = having(LINK.relayed)
  const silent = having(LINK.noHandshake)
  const parts = [
    `${count(having(LINK.direct))} direct`,
    ...(relayed > 0 ? [`${count(relayed)} relayed`] : []),
    ...(silent > 0 ? [`${count(silent)} without handshake`] : []),
  ]
  return (
    <Link href={to.graph({ network: plan.network.name })} className="underline hover:text-ink">
      {parts.join(', ')}
    </Link>
  )
}
