'use client'

import { useQuery } from '@tanstack/react-query'
import type { Link, NetworkRow } from '@warren/protocol'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import type { PeerStatus } from '~/features/network/presence.ts'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { CopyText } from '~/ui/copy.tsx'
import { count, counted } from '~/ui/format.ts'

type Relay = Answers['link']['of']['relays'][number]

/** Where a peer can be reached: each endpoint with where it is known from, and whether tunnels use it. */
export function PeerEndpoints({ peer, status }: { peer: Member; status: PeerStatus | undefined }) {
  const { plan, presence } = useNetwork()
  const links = useQuery(useTRPC().link.of.queryOptions({ networkId: plan.network.id, peerId: peer.id }))
  const { online } = presence.state(peer)
  const rows = rowsOf(peer, status, plan.network)
  if (rows.length === 0) return <p className="text-muted">None known: it has not been heard of.</p>
  return (
    <>
      <ul aria-label="Endpoints" className="grid gap-1">
        {rows.map((row) => (
          <li key={row.text} className="flex items-baseline gap-3">
            <CopyText text={row.text} what="endpoint" />
            <span className="ml-auto text-right text-sm text-muted">
              {row.from}
              {row.used && online && <span className="text-online-ink">, in use</span>}
            </span>
          </li>
        ))}
      </ul>
      <Tunnels links={links.data?.links ?? []} relays={links.data?.relays ?? []} />
    </>
  )
}

/** How its tunnels travel, all together. */
function Tunnels({ links, relays }: { links: readonly Link[]; relays: readonly Relay[] }) {
  if (links.length === 0) return null
  const live = links.filter((link) => link.live)
  const relayed = live.filter((link) => link.via === 'relay').length
  const idle = links.length - live.length
  return (
    <>
      <p className="mt-1.5 text-sm text-muted">
        {count(links.length)} {links.length === 1 ? 'tunnel' : 'tunnels'}: {count(live.length - relayed)} direct,{' '}
        {count(relayed)} relayed, {count(idle)} without handshake
      </p>
      <Refused relays={relays} />
    </>
  )
}

/** Pairs that the hub would relay and does not, with its own words. */
function Refused({ relays }: { relays: readonly Relay[] }) {
  const refused = relays.filter((relay) => relay.refused !== null)
  if (refused.length === 0) return null
  return (
    <p className="mt-1.5 text-sm text-danger">
      {counted(refused.length, 'peer')} without a path: {refused[0]?.refused}
    </p>
  )
}

type Row = { text: string; from: string; used: boolean }

/** Each endpoint once, likeliest first: what was set by hand, what the hub sees, what the peer itself offers. */
function rowsOf(peer: Member, status: PeerStatus | undefined, { endpoint, endpointBefore }: NetworkRow): Row[] {
  const seen = status?.endpoint ?? null
  const all = [
    ...(peer.kind === 'hub' ? [{ text: endpoint, from: 'the network’s' }] : []),
    ...(peer.kind === 'hub' && endpointBefore !== null ? [{ text: endpointBefore, from: 'before its move' }] : []),
    ...(peer.endpointOverride ? [{ text: peer.endpointOverride, from: 'set by hand' }] : []),
    ...(seen && peer.kind !== 'hub' ? [{ text: seen, from: 'seen by the hub' }] : []),
    ...(status?.candidates ?? []).map((text) => ({ text, from: 'its own candidate' })),
  ]
  const first = new Map(all.toReversed().map((row) => [row.text, row]))
  return [...first.values()].reverse().map((row) => ({ ...row, used: row.text === seen && peer.kind !== 'hub' }))
}
