'use client'

import { useDeferredValue, useMemo, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { addressesOf } from '~/features/network/families.ts'
import type { Member, Plan } from '~/features/network/plan.ts'
import { Section } from '~/ui/facts.tsx'
import { TextInput } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import type { GraphState } from './graph-state.ts'
import type { Links } from './links.ts'
import { PathSwatch } from './path-swatch.tsx'
import { pathWords } from './path-words.ts'
import { type Partner, partnersOf } from './use-scene.ts'

/** As many rows as a person reads; the search finds the others. */
const SHOWN = 60

/** From this many on, a search is worth its line. */
const WORTH_SEARCHING = 12

type Props = { peer: Member; state: GraphState; links: Links }

/** The other ends of a peer's tunnels: one chosen shows the way from rule to wire. */
export function PanelPartners({ peer, state, links }: Props) {
  const { plan } = useNetwork()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const { mode, filter } = state
  const partners = useMemo(
    () => partnersOf({ plan, links }, peer, { mode, filter }).sort(worstFirst),
    [plan, links, peer, mode, filter],
  )
  const found = partners.filter((partner) => matches(plan, partner.peer, wanted))
  const noun = mode === 'live' ? 'Tunnels' : 'May reach'
  return (
    <Section title={noun} aside={mode === 'live' ? tallyText(partners) : counted(partners.length, 'peer')}>
      {partners.length >= WORTH_SEARCHING && (
        <TextInput
          aria-label={`Search ${noun.toLowerCase()} of ${peer.name}`}
          placeholder="Name, address or CIDR"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="mb-1.5"
        />
      )}
      {found.length === 0 ? (
        <p className="text-muted">{nobody(peer, { mode, any: partners.length > 0 })}</p>
      ) : (
        <ul aria-label={`${noun} of ${peer.name}`}>
          {found.slice(0, SHOWN).map((partner) => (
            <PartnerLine key={partner.peer.id} partner={partner} onChoose={() => state.compare(partner.peer)} />
          ))}
        </ul>
      )}
      {found.length > SHOWN && (
        <p className="mt-1.5 text-muted">and {count(found.length - SHOWN)} more; search to find one</p>
      )}
    </Section>
  )
}

function PartnerLine({ partner: { peer, path }, onChoose }: { partner: Partner; onChoose: () => void }) {
  const { plan } = useNetwork()
  return (
    <li>
      <button
        type="button"
        onClick={onChoose}
        className="-mx-1.5 flex min-h-6.5 w-[calc(100%+0.75rem)] items-center gap-2 rounded-md px-1.5 text-left hover:bg-panel"
      >
        <PathSwatch path={path} />
        <span className="min-w-0 flex-1 truncate">{peer.name}</span>
        <span className="min-w-0 truncate text-sm text-muted">{plan.tree.get(peer.cidrId)?.name}</span>
        <span className="w-22 text-right text-sm text-muted">{pathWords[path]}</span>
      </button>
    </li>
  )
}

const rank = { none: 0, relayed: 1, direct: 2, allowed: 2 } as const

/** What may need a person comes first; otherwise by address, as the plan has them. */
const worstFirst = (p: Partner, q: Partner): number =>
  rank[p.path] - rank[q.path] || (p.peer.at.value < q.peer.at.value ? -1 : 1)

const matches = (plan: Plan, peer: Member, wanted: string): boolean =>
  wanted === '' ||
  peer.name.includes(wanted) ||
  addressesOf(peer).some((address) => address.includes(wanted)) ||
  Boolean(plan.tree.get(peer.cidrId)?.name.includes(wanted))

function tallyText(partners: readonly Partner[]): string {
  const live = partners.filter(({ path }) => path !== 'none').length
  return `${count(live)} of ${count(partners.length)} up`
}

function nobody(peer: Member, { mode, any }: { mode: GraphState['mode']; any: boolean }): string {
  if (any) return 'None matches.'
  if (!peer.enabled) return 'None: it is disabled.'
  if (peer.redeemedAt === null) return 'None yet: it has not joined.'
  if (mode === 'allowed') return 'Nobody.'
  return peer.kind === 'device' ? 'None told: it has no agent, and its hub has not seen it.' : 'None told yet.'
}
