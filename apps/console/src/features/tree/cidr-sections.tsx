'use client'

import { assignableCount, type CidrNode, formatPrefix, freeBlocks, hostPrefix, occupancy } from '@warren/cidr'
import { X } from 'lucide-react'
import Link from 'next/link'
import { because, mayReach, type Reached } from '~/features/cidrs/may-reach.ts'
import { useNetwork } from '~/features/network/context.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { PeerLine } from '~/features/peers/peer-line.tsx'
import { to } from '~/features/to.ts'
import { Button, IconButton } from '~/ui/button.tsx'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { count, counted, percent } from '~/ui/format.ts'
import type { TreeState } from './tree-state.ts'

/** How full a CIDR is, and where there is room. */
export function OccupancySection({ node }: { node: CidrNode }) {
  const { plan, presence } = useNetwork()
  const heads = presence.within(node.id)
  const children = plan.tree.children(node.id).map((child) => child.prefix)
  const direct = plan.membersIn(node.id).length
  return (
    <Section title="Addresses">
      <Facts>
        <Fact name="Peers">{heads.all === 0 ? 'none' : `${count(heads.all)}, ${count(heads.online)} online`}</Fact>
        <Fact name={children.length > 0 ? 'Directly in it' : 'Addresses'}>
          {count(direct)} of {count(assignableCount(node.prefix, children))} used
        </Fact>
        {children.length > 0 && (
          <Fact name="In smaller CIDRs">
            {percent(occupancy(node.prefix, children))} in {children.length}
          </Fact>
        )}
        <Fact name="Free">
          <span className="mono">{largestFree(plan, node)}</span>
        </Fact>
      </Facts>
    </Section>
  )
}

/** Two blocks fit on a line. */
const BLOCKS = 2

function largestFree(plan: Plan, node: CidrNode): string {
  const children = plan.tree.children(node.id).map((child) => child.prefix)
  const peers = plan.membersIn(node.id).map((peer) => hostPrefix(peer.at))
  const blocks = freeBlocks(node.prefix, [...children, ...peers]).sort((a, b) => a.width - b.width)
  if (blocks.length === 0) return 'none'
  return blocks.slice(0, BLOCKS).map(formatPrefix).join(' · ')
}

/** Whom members may reach, by which rule; associations can be taken away here. */
export function ReachSection({ node, state }: { node: CidrNode; state: TreeState }) {
  const { plan } = useNetwork()
  const rows = mayReach(plan.tree, plan.associations, node.id)
  const seen = plan.reach.membersSeenFromCidr(node.id).length
  return (
    <Section title="May reach" aside={counted(seen, 'peer')}>
      {node.isolated && <p className="mb-1 text-sm">Isolated: its own members do not reach each other.</p>}
      <ul aria-label={`What ${node.name} may reach`} className="grid gap-0.5">
        {rows.map((row) => (
          <ReachRow
            key={`${row.because.kind} ${row.cidr.id} ${'via' in row.because ? row.because.via.id : ''}`}
            row={row}
            state={state}
          />
        ))}
      </ul>
    </Section>
  )
}

function ReachRow({ row, state }: { row: Reached; state: TreeState }) {
  const own = row.because.kind === 'association' && row.because.own ? row.because.row : null
  return (
    <li className="flex min-h-6 items-center gap-2">
      <button
        type="button"
        onClick={() => state.onSelect(row.cidr.id, false)}
        className="min-w-0 truncate font-medium hover:underline"
      >
        {row.cidr.name}
      </button>
      <span className="ml-auto min-w-0 truncate text-muted">{because(row)}</span>
      {own && (
        <IconButton
          name={`Remove the association with ${row.cidr.name}`}
          className="-mr-1.5 size-5"
          onClick={() => state.act({ kind: 'dissociate', association: own.id })}
        >
          <X />
        </IconButton>
      )}
    </li>
  )
}

/** As many peers as the panel lists before it refers to the table. */
const LISTED = 8

/** The peers that sit directly in a CIDR. */
export function PeersSection({ node, onAddPeer }: { node: CidrNode; onAddPeer: () => void }) {
  const { plan } = useNetwork()
  const direct = plan.membersIn(node.id)
  const within = plan.membersWithin(node.id).length
  const all = to.peers({ network: plan.network.name, within: node.name })
  return (
    <Section
      title="Peers directly in it"
      aside={
        within > 0 && (
          <Link href={all} className="hover:text-ink hover:underline">
            {direct.length === within ? `all ${count(within)}` : `all ${count(within)} with those below`}
          </Link>
        )
      }
    >
      {direct.length === 0 ? (
        <div className="flex items-center justify-between gap-2">
          <p className="text-muted">None yet.</p>
          <Button size="small" onClick={onAddPeer}>
            Add the first
          </Button>
        </div>
      ) : (
        <ul aria-label={`Peers of ${node.name}`}>
          {direct.slice(0, LISTED).map((peer) => (
            <PeerLine key={peer.id} peer={peer} />
          ))}
        </ul>
      )}
      {direct.length > LISTED && (
        <Link href={all} className="mt-1 block text-sm text-muted hover:text-ink hover:underline">
          and {count(direct.length - LISTED)} more
        </Link>
      )}
    </Section>
  )
}
