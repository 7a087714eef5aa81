'use client'

import { useQuery } from '@tanstack/react-query'
import type { Link as Tunnel } from '@warren/protocol'
import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useDeferredValue, useMemo, useState } from 'react'
import { PathSwatch } from '~/features/graph/path-swatch.tsx'
import { pathWords } from '~/features/graph/path-words.ts'
import { type Path, paths } from '~/features/graph/strands.ts'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'
import { WhyChain } from '~/features/why/why-chain.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { Section } from '~/ui/facts.tsx'
import { TextInput } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import { type ReachGroup, reachGroups, searchGroups } from './peer-reach-groups.ts'

/** As many rows of a group as a person reads; the search finds the others. */
const SHOWN = 50

/** From this many on, a search is worth its line. */
const WORTH_SEARCHING = 8

/** What a peer reaches, by CIDR, each with the rule that lets it, how packets travel, and the way from rule to wire. */
export function PeerReach({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const groups = useMemo(() => reachGroups(plan, peer), [plan, peer])
  const found = useMemo(() => searchGroups(groups, wanted), [groups, wanted])
  const pathTo = usePaths(peer)
  const total = groups.reduce((sum, group) => sum + group.peers.length, 0)
  return (
    <Section title="Reaches" aside={<Aside peer={peer} total={total} />}>
      {total >= WORTH_SEARCHING && (
        <TextInput
          aria-label={`Search what ${peer.name} reaches`}
          placeholder="Name, address or CIDR"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="mb-2"
        />
      )}
      {found.length === 0 ? (
        <p className={total > 0 ? 'text-muted' : ''}>{total > 0 ? 'Nobody of them matches.' : nobody(peer)}</p>
      ) : (
        <ul aria-label={`What ${peer.name} reaches`} className="grid gap-1">
          {found.map((group) => (
            <Group key={group.key} peer={peer} group={group} pathTo={pathTo} open={wanted.trim() !== ''} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Aside({ peer, total }: { peer: Member; total: number }) {
  const { plan } = useNetwork()
  const network = plan.network.name
  return (
    <>
      {counted(total, 'peer')} ·{' '}
      <Link href={to.access({ network, a: peer.name })} className="underline hover:text-ink">
        ask about one
      </Link>{' '}
      ·{' '}
      <Link href={to.graph({ network, peer: peer.name })} className="underline hover:text-ink">
        in the graph
      </Link>
    </>
  )
}

type PathTo = (other: Member) => Path | null

/** How packets travel to each other peer, as this one's agent last told; where it has none, as the others do. */
function usePaths(peer: Member): PathTo {
  const { plan } = useNetwork()
  const links = useQuery(useTRPC().link.of.queryOptions({ networkId: plan.network.id, peerId: peer.id }))
  return useMemo(() => {
    const paths = new Map(links.data?.links.map((link) => [link.peer, pathOf(link)]))
    return (other) => paths.get(other.id) ?? null
  }, [links.data])
}

const pathOf = ({ live, via }: Tunnel): Path => (!live ? 'none' : via === 'direct' ? 'direct' : 'relayed')

type GroupProps = { peer: Member; group: ReachGroup; pathTo: PathTo; open: boolean }

function Group({ peer, group, pathTo, open }: GroupProps) {
  const [opened, setOpened] = useState(false)
  const shown = open || opened
  return (
    <li>
      <details open={shown} onToggle={(event) => !open && setOpened(event.currentTarget.open)}>
        <summary className="flex cursor-pointer list-none items-baseline gap-2 rounded-md py-0.5 hover:bg-panel">
          <ChevronRight
            aria-hidden
            className={clsx('size-3.5 shrink-0 self-start mt-[3px] text-muted', shown && 'rotate-90')}
          />
          <span className="min-w-0 flex-1">
            <span className="font-medium">{group.cidr.name}</span>{' '}
            <span className="text-muted">
              {group.peers.length === 1 ? group.peers[0]?.name : counted(group.peers.length, 'peer')}
            </span>
            <span className="block text-sm text-muted">{group.why}</span>
          </span>
          <span className="shrink-0 text-right text-sm text-muted">{tally(group, pathTo)}</span>
        </summary>
        {shown && <Partners peer={peer} group={group} pathTo={pathTo} />}
      </details>
    </li>
  )
}

/** How many of a group by each path: "22 direct, 2 relayed". */
function tally({ peers }: ReachGroup, pathTo: PathTo): string {
  const told = peers.map(pathTo)
  return paths
    .toReversed()
    .flatMap((path) => {
      const many = told.filter((one) => one === path).length
      return many === 0 ? [] : `${count(many)} ${pathWords[path]}`
    })
    .join(', ')
}

function Partners({ peer, group, pathTo }: Omit<GroupProps, 'open'>) {
  const rest = group.peers.length - SHOWN
  return (
    <ul aria-label={`Peers in ${group.cidr.name}`} className="mb-2 ml-5.5">
      {group.peers.slice(0, SHOWN).map((other) => (
        <Partner key={other.id} peer={peer} other={other} path={pathTo(other)} />
      ))}
      {rest > 0 && <li className="text-muted">and {count(rest)} more; search to find one</li>}
    </ul>
  )
}

function Partner({ peer, other, path }: { peer: Member; other: Member; path: Path | null }) {
  const { plan } = useNetwork()
  const [open, setOpen] = useState(false)
  return (
    <li className="border-b border-hairline/60 last:border-b-0">
      <div className="flex min-h-7 items-center gap-2">
        {path ? <PathSwatch path={path} /> : <span className="w-5" />}
        <Link
          href={to.peer({ network: plan.network.name, peer: other.id })}
          prefetch={false}
          className="min-w-0 flex-1 truncate hover:underline"
        >
          {other.name}
        </Link>
        <span className="mono hidden text-muted nav:inline">{other.address}</span>
        <span className="w-24 text-right text-sm text-muted">{path ? pathWords[path] : 'not told'}</span>
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Why ${peer.name} reaches ${other.name}`}
          onClick={() => setOpen(!open)}
          className="rounded-sm px-1 text-sm underline hover:text-accent"
        >
          why
        </button>
      </div>
      {open && (
        <div className="mt-1 mb-3 rounded-lg border bg-panel/60 p-3">
          <WhyChain a={peer} b={other} />
        </div>
      )}
    </li>
  )
}

function nobody(peer: Member): string {
  if (!peer.enabled) return 'Nobody: it is disabled, and every node has dropped its key.'
  if (peer.redeemedAt === null) return 'Nobody yet: it has not redeemed its invitation.'
  return 'Nobody.'
}
