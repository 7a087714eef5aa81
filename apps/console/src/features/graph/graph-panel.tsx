'use client'

import { X } from 'lucide-react'
import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { isInnernet } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { useChain, WhyChain } from '~/features/why/why-chain.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Section } from '~/ui/facts.tsx'
import { Tag } from '~/ui/tag.tsx'
import type { GraphState } from './graph-state.ts'
import type { Links } from './links.ts'
import { PanelFacts } from './panel-facts.tsx'
import { PanelPartners } from './panel-partners.tsx'
import { PanelSummary } from './panel-summary.tsx'
import type { Scene } from './use-scene.ts'

type Props = { scene: Scene; state: GraphState; links: Links }

/** About the chosen peer, and about it and a second one; about all tunnels while none is chosen. */
export function GraphPanel({ scene, state, links }: Props) {
  const { peer, other } = state
  if (!peer) return <PanelSummary scene={scene} state={state} links={links} />
  return (
    <>
      <Head peer={peer} state={state} />
      <Section title="Now">
        <PanelFacts peer={peer} />
      </Section>
      {other ? (
        <Pair a={peer} b={other} state={state} />
      ) : (
        <PanelPartners key={peer.id} peer={peer} state={state} links={links} />
      )}
    </>
  )
}

function Head({ peer, state }: { peer: Member; state: GraphState }) {
  const { plan, presence } = useNetwork()
  const network = plan.network.name
  return (
    <header className="grid gap-2 px-4.5 pt-3.5 pb-3">
      <div className="flex items-center gap-2">
        <h2 className="min-w-0 truncate text-lg leading-6">{peer.name}</h2>
        {peer.kind !== 'agent' && <Tag>{peer.kind}</Tag>}
        {isInnernet(peer, presence.status(peer.id)) && <Tag>innernet client</Tag>}
        <span className="ml-auto flex">
          <IconButton name="Follow nobody" onClick={() => state.choose(null)}>
            <X />
          </IconButton>
        </span>
      </div>
      <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted">
        <CopyText text={peer.address} what="address" />
        <span>· in {plan.tree.path(peer.cidrId).slice(1).join(' / ') || plan.tree.root.name}</span>
      </p>
      {peer.address6 !== null && (
        <p className="-mt-1.5 min-w-0 text-muted">
          <CopyText text={peer.address6} what="IPv6 address" />
        </p>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button size="small" asChild>
          <Link href={to.peer({ network, peer: peer.id })}>Open peer</Link>
        </Button>
        <Button size="small" asChild>
          <Link href={to.tree({ network, cidr: plan.tree.get(peer.cidrId)?.name })}>Show in tree</Link>
        </Button>
      </div>
    </header>
  )
}

function Pair({ a, b, state }: { a: Member; b: Member; state: GraphState }) {
  const { verdict } = useChain(a, b)
  return (
    <>
      <Section title={`${a.name} → ${b.name}`} aside={verdict}>
        <WhyChain a={a} b={b} />
      </Section>
      <div className="flex flex-wrap gap-1.5 px-4.5 pb-4">
        <Button size="small" onClick={() => state.compare(null)}>
          All of {a.name}
        </Button>
        <Button size="small" onClick={() => state.choose(b)}>
          Follow {b.name}
        </Button>
      </div>
    </>
  )
}
