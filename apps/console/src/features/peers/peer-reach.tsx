'use client'

import { type CidrNode, explainReach } from '@warren/cidr'
import Link from 'next/link'
import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member, Plan } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'
import { Section } from '~/ui/facts.tsx'
import { counted } from '~/ui/format.ts'

type Group = { readonly cidr: CidrNode; readonly peers: readonly Member[]; readonly why: string }

/** What a peer reaches, by CIDR, each with the rule that lets it. */
export function PeerReach({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const groups = useMemo(() => reachGroups(plan, peer), [plan, peer])
  const total = groups.reduce((sum, group) => sum + group.peers.length, 0)
  return (
    <div className="rounded-lg border">
      <Section
        title="Reaches"
        aside={
          <>
            {counted(total, 'peer')} ·{' '}
            <Link href={to.access({ network: plan.network.name, a: peer.name })} className="underline hover:text-ink">
              ask about one
            </Link>
          </>
        }
      >
        {groups.length === 0 ? (
          <p>{nobody(peer)}</p>
        ) : (
          <ul aria-label={`What ${peer.name} reaches`} className="grid gap-2">
            {groups.map((group) => (
              <ReachGroup key={group.cidr.id} group={group} />
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}

function ReachGroup({ group }: { group: Group }) {
  const { plan } = useNetwork()
  const [first] = group.peers
  return (
    <li>
      <details>
        <summary className="cursor-pointer">
          <span className="font-medium">{group.cidr.name}</span>{' '}
          <span className="text-muted">
            {group.peers.length === 1 ? first?.name : counted(group.peers.length, 'peer')}
          </span>
          <span className="block pl-4 text-sm text-muted">{group.why}</span>
        </summary>
        <ul className="mt-1 flex flex-wrap gap-x-3 pl-4">
          {group.peers.map((peer) => (
            <li key={peer.id}>
              <Link href={to.peer({ network: plan.network.name, peer: peer.id })} className="hover:underline">
                {peer.name}
              </Link>
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}

/** Peers of one CIDR are reached for one reason, except hubs, which have their own. */
function reachGroups(plan: Plan, peer: Member): Group[] {
  const groups = new Map<string, { cidr: CidrNode; peers: Member[] }>()
  for (const id of plan.reach.visibleFrom(peer.id)) {
    const other = plan.member(id)
    const cidr = other && plan.tree.get(other.cidrId)
    if (!cidr) continue
    const key = `${cidr.id} ${other.kind === 'hub'}`
    const group = groups.get(key)
    if (group) group.peers.push(other)
    else groups.set(key, { cidr, peers: [other] })
  }
  return [...groups.values()].map(({ cidr, peers }) => {
    const why = explainReach(plan.reach.explain(peer.id, peers[0]?.id ?? peer.id))
    return { cidr, peers, why }
  })
}

function nobody(peer: Member): string {
  if (!peer.enabled) return 'Nobody: it is disabled, and every node has dropped its key.'
  if (peer.redeemedAt === null) return 'Nobody yet: it has not redeemed its invitation.'
  return 'Nobody.'
}
