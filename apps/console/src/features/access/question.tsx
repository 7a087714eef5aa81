'use client'

import { explainReach } from '@warren/cidr'
import { Check, X } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useId, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { addressesOf } from '~/features/network/families.ts'
import type { Member, Plan } from '~/features/network/plan.ts'
import { WhyChain } from '~/features/why/why-chain.tsx'
import { Section } from '~/ui/facts.tsx'
import { Field, TextInput } from '~/ui/field.tsx'
import { Ways } from './ways.tsx'

/** "Can A reach B?", answered with the rule that decides; the address carries the question. */
export function Question() {
  const { plan } = useNetwork()
  const [asked, ask] = useAsked()
  const a = findPeer(plan, asked.a)
  const b = findPeer(plan, asked.b)
  return (
    <Section title="Can A reach B?">
      <div className="grid grid-cols-2 gap-3">
        <PeerField label="A" text={asked.a} found={a} onChange={(text) => ask({ ...asked, a: text })} />
        <PeerField label="B" text={asked.b} found={b} onChange={(text) => ask({ ...asked, b: text })} />
      </div>
      <div aria-live="polite" className="mt-3">
        {a && b ? (
          <Answer key={`${a.id} ${b.id}`} a={a} b={b} />
        ) : (
          <p className="text-muted">Name two peers, or give their addresses.</p>
        )}
      </div>
    </Section>
  )
}

type Asked = { a: string; b: string }

/** What is typed is kept here, for the address follows some letters later; what changes the address otherwise counts. */
function useAsked(): [Asked, (asked: Asked) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const [asked, setAsked] = useState(() => askedIn(params))
  // The search of the page itself, for `params` may still be those of a letter ago.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is when they change that the address is read again
  useEffect(() => setAsked(askedIn(new URLSearchParams(window.location.search))), [params])
  const ask = (next: Asked) => {
    setAsked(next)
    window.history.replaceState(null, '', `${path}?${new URLSearchParams(next)}`)
  }
  return [asked, ask]
}

function askedIn(params: Pick<URLSearchParams, 'get'>): Asked {
  return { a: params.get('a') ?? '', b: params.get('b') ?? '' }
}

function findPeer(plan: Plan, text: string): Member | null {
  const wanted = text.trim().toLowerCase()
  return plan.members.find((peer) => peer.name === wanted || addressesOf(peer).includes(wanted)) ?? null
}

/** As many as a browser shows without becoming slow. */
const OFFERED = 50

type PeerFieldProps = { label: string; text: string; found: Member | null; onChange: (text: string) => void }

function PeerField({ label, text, found, onChange }: PeerFieldProps) {
  const { plan } = useNetwork()
  const listId = useId()
  const matching = plan.members.filter((peer) => peer.name.includes(text.trim().toLowerCase())).slice(0, OFFERED)
  const unknown = text.trim() !== '' && !found && matching.length === 0
  return (
    <Field
      label={label}
      hint={found ? `${addressesOf(found).join(', ')} in ${plan.tree.path(found.cidrId).join(' / ')}` : undefined}
      error={unknown ? `There is no peer named ${text.trim()}.` : undefined}
    >
      {(control) => (
        <>
          <TextInput
            {...control}
            value={text}
            list={listId}
            placeholder="Peer"
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={listId}>
            {matching.map((peer) => (
              <option key={peer.id} value={peer.name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

function Answer({ a, b }: { a: Member; b: Member }) {
  const { plan } = useNetwork()
  const explanation = plan.reach.explain(a.id, b.id)
  return (
    <div className="grid gap-3">
      <p className="flex gap-2">
        {explanation.reaches ? (
          <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-online" />
        ) : (
          <X aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
        )}
        <span>
          <span className="font-medium">{explanation.reaches ? 'Yes.' : 'No.'}</span> {explainReach(explanation)}
        </span>
      </p>
      {explanation.reaches ? <WhyChain a={a} b={b} /> : <Ways a={a} b={b} />}
    </div>
  )
}
