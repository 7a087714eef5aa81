'use client'

import type { CidrNode } from '@warren/cidr'
import { clsx } from 'clsx'
import { Ellipsis, GripVertical } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { lastHeard } from '~/features/network/presence.ts'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { Ago } from '~/ui/ago.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { Section } from '~/ui/facts.tsx'
import { count } from '~/ui/format.ts'
import { Menu, MenuItem } from '~/ui/menu.tsx'
import { Dot } from '~/ui/tag.tsx'
import { FOUND } from './cidr-card.tsx'
import { useGrip } from './drag.tsx'
import type { TreeState } from './tree-state.ts'

/** As many peers as the panel lists at first, and as many as it lists at most before it refers to the table. */
const LISTED = { first: 8, most: 60 } as const

type SectionProps = { node: CidrNode; state: TreeState; onAddPeer: () => void }

/** The peers that sit directly in a CIDR. Each can be dragged onto another CIDR, or moved by its menu. */
export function PeersSection({ node, state, onAddPeer }: SectionProps) {
  const { plan } = useNetwork()
  const whyNot = useRights().whyNotInside(node.id)
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
          <Button size="small" whyNot={whyNot} onClick={onAddPeer}>
            Add the first
          </Button>
        </div>
      ) : (
        <PeerList key={node.id} node={node} peers={direct} state={state} />
      )}
    </Section>
  )
}

function PeerList({ node, peers, state }: { node: CidrNode; peers: readonly Member[]; state: TreeState }) {
  const { plan } = useNetwork()
  const [more, setMore] = useState(false)
  const found = peers.find((peer) => peer.id === state.find.peer)
  const shown = peers.slice(0, more ? LISTED.most : LISTED.first)
  const rest = peers.length - shown.length
  return (
    <>
      <ul aria-label={`Peers of ${node.name}`} className="-mx-1.5">
        {found && !shown.includes(found) && <PeerRow peer={found} state={state} />}
        {shown.map((peer) => (
          <PeerRow key={peer.id} peer={peer} state={state} />
        ))}
      </ul>
      {rest > 0 &&
        (more ? (
          <Link
            href={to.peers({ network: plan.network.name, within: node.name })}
            className="mt-1 block text-sm text-muted hover:text-ink hover:underline"
          >
            and {count(rest)} more
          </Link>
        ) : (
          <button
            type="button"
            onClick={() => setMore(true)}
            className="mt-1 block text-sm text-muted hover:text-ink hover:underline"
          >
            and {count(rest)} more
          </button>
        ))}
    </>
  )
}

function PeerRow({ peer, state }: { peer: Member; state: TreeState }) {
  const { plan, presence } = useNetwork()
  const grip = useGrip()
  const whyNot = useRights().whyNotPeer(peer) ?? (peer.kind === 'hub' ? 'A hub stays where it is' : null)
  const page = to.peer({ network: plan.network.name, peer: peer.id })
  return (
    <li
      {...(whyNot ? {} : grip({ kind: 'peer', id: peer.id }))}
      className="group relative flex h-6.5 items-center gap-2 rounded-md px-1.5 select-none hover:bg-panel"
    >
      {!whyNot && (
        <GripVertical
          aria-hidden
          className="absolute -left-2.5 size-3 cursor-grab text-faint opacity-0 group-hover:opacity-100"
        />
      )}
      <Dot tone={presence.state(peer).tone} />
      <Link
        href={page}
        draggable={false}
        className={clsx('min-w-0 flex-1 truncate hover:underline', state.find.peer === peer.id && FOUND)}
      >
        {peer.name}
      </Link>
      <span className="mono max-w-34 min-w-24 truncate">{peer.address}</span>
      <span className="grid w-18 shrink-0 items-center pointer-coarse:flex pointer-coarse:w-auto">
        <span className="col-start-1 row-start-1 truncate text-right text-sm text-muted pointer-fine:group-focus-within:opacity-0 pointer-fine:group-hover:opacity-0">
          <Heard peer={peer} />
        </span>
        <span className="col-start-1 row-start-1 justify-self-end pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100 pointer-fine:has-data-[state=open]:opacity-100">
          <PeerMenu peer={peer} page={page} whyNot={whyNot} state={state} />
        </span>
      </span>
    </li>
  )
}

type PeerMenuProps = { peer: Member; page: string; whyNot: string | null; state: TreeState }

/** What a peer's line offers without a mouse. It stands where the time does, which steps aside for it. */
function PeerMenu({ peer, page, whyNot, state }: PeerMenuProps) {
  const trigger = (
    <IconButton name={`Actions for ${peer.name}`} className="-mr-1 size-6">
      <Ellipsis />
    </IconButton>
  )
  return (
    <Menu trigger={trigger}>
      <MenuItem asChild>
        <Link href={page}>Open</Link>
      </MenuItem>
      <MenuItem whyNot={whyNot} onSelect={() => state.act({ kind: 'move-peer', peer: peer.id, to: null })}>
        Move to another CIDR
      </MenuItem>
    </Menu>
  )
}

/** When it was last heard of if it is online, else how it stands. */
function Heard({ peer }: { peer: Member }) {
  const { presence } = useNetwork()
  const { word } = presence.state(peer)
  const heard = lastHeard(presence.status(peer.id))
  if (word === 'online' && heard) return <Ago at={heard} suffix="" />
  if (word !== 'offline' || !heard) return word
  return (
    <>
      off · <Ago at={heard} suffix="" />
    </>
  )
}
