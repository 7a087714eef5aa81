'use client'

import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '~/ui/button.tsx'
import { Field, TextInput } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import { useNetwork } from './context.tsx'
import { LINK, type LinkPair, type Outcome } from './effect.ts'
import {
  type Cast,
  castOf,
  findPeers,
  groupPairs,
  type PairGroup,
  pairsBetween,
  partnersOf,
  type Side,
} from './effect-list.ts'
import type { Intent } from './intent.ts'

/** As many as a person reads. */
const LISTED = 30
/** More groups than this are searched rather than read. */
const GROUPS = 60
const PEERS_FOUND = 6

type EffectProps = {
  outcome: Outcome
  intent: Intent
  /** The live tunnels that would be cut. */
  cut: readonly LinkPair[]
}

type Told = { readonly outcome: Outcome; readonly cast: Cast; readonly cut: readonly LinkPair[] }

/** The pairs that a change opens and cuts: all of them where they are few, by CIDR and with a search where many. */
export function EffectPairs({ outcome, intent, cut }: EffectProps) {
  const { plan } = useNetwork()
  const [open, setOpen] = useState(false)
  // The intent may be another object with each render; a cast is cheap, and only what is shown asks it.
  const cast = useMemo(() => castOf(plan, intent), [plan, intent])
  const { gained, lost } = outcome.difference
  if (gained.count + lost.count === 0) return null
  return (
    <div>
      <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? 'Hide pairs' : 'Show pairs'}
      </Button>
      {open && <Lists outcome={outcome} cut={cut} cast={cast} />}
    </div>
  )
}

function Lists(told: Told) {
  const [text, setText] = useState('')
  const { gained, lost } = told.outcome.difference
  const many = gained.count + lost.count > LISTED
  return (
    <div className="mt-2 grid gap-2 text-sm">
      {many && (
        <Field label="Find a peer among them">
          {(control) => <TextInput {...control} value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
      )}
      {/* Tall enough for a handful, and the dialog around it scrolls. */}
      <div className="grid max-h-60 gap-3 overflow-y-auto">
        {text.trim() ? (
          <Found {...told} text={text} />
        ) : (
          <>
            <PairList {...told} side="lost" />
            <PairList {...told} side="gained" />
          </>
        )}
      </div>
    </div>
  )
}

const titles: Record<Side, string> = { gained: 'Will reach each other', lost: 'Will be cut' }

function PairList({ side, ...told }: Told & { side: Side }) {
  const set = told.outcome.difference[side]
  if (set.count === 0) return null
  return (
    <section aria-label={titles[side]}>
      <p className="font-medium">{titles[side]}</p>
      {set.count > LISTED ? (
        <Groups {...told} side={side} />
      ) : (
        <Pairs {...told} side={side} pairs={set.sample(LISTED)} />
      )}
    </section>
  )
}

type PairsProps = Told & { side: Side; pairs: readonly (readonly [number, number])[] }

function Pairs({ side, pairs, cut, cast: { name } }: PairsProps) {
  const links = useMemo(() => new Map(cut.map(([a, b, code]) => [`${a} ${b}`, code])), [cut])
  const rows = pairs
    .map(([a, b]) => ({ a, b, code: side === 'lost' ? links.get(a < b ? `${a} ${b}` : `${b} ${a}`) : undefined }))
    .sort((p, q) => Number(q.code !== undefined) - Number(p.code !== undefined))
  return (
    <ul>
      {rows.map(({ a, b, code }) => (
        <li key={`${a} ${b}`} className="flex gap-2">
          <span className="min-w-0 flex-1 truncate">
            {name(a)} – {name(b)}
          </span>
          {code !== undefined && (
            <span className="shrink-0 text-danger">
              <span aria-hidden>✕ </span>live, {code === LINK.relayed ? 'relayed' : 'direct'}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function Groups({ side, ...told }: Told & { side: Side }) {
  const { outcome, cast, cut } = told
  const groups = useMemo(
    () => groupPairs(cast, outcome.difference[side], side === 'lost' ? cut : []),
    [cast, outcome, side, cut],
  )
  const rest = groups.length - GROUPS
  return (
    <ul>
      {groups.slice(0, GROUPS).map((group) => (
        <li key={`${group.a} ${group.b}`}>
          <Group {...told} side={side} group={group} />
        </li>
      ))}
      {rest > 0 && <li className="text-muted">and those of {counted(rest, 'more pair')} of CIDRs</li>}
    </ul>
  )
}

function Group({ group, side, ...told }: Told & { side: Side; group: PairGroup }) {
  const [open, setOpen] = useState(false)
  const { outcome, cast } = told
  const { a, b, pairs, cut } = group
  const cidr = (id: number) => cast.plan.tree.get(id)?.name ?? ''
  const rest = pairs - LISTED
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex cursor-pointer items-baseline gap-1.5 py-px hover:text-accent">
        <ChevronRight aria-hidden className={clsx('size-3 shrink-0 self-center text-muted', open && 'rotate-90')} />
        <span className="min-w-0 flex-1 truncate">{a === b ? `within ${cidr(a)}` : `${cidr(a)} – ${cidr(b)}`}</span>
        {cut > 0 && <span className="shrink-0 text-danger">{count(cut)} live</span>}
        <span className="shrink-0 text-right text-muted">{counted(pairs, 'pair')}</span>
      </summary>
      {open && (
        <div className="ml-1.5 border-l pl-3">
          <Pairs
            {...told}
            side={side}
            pairs={pairsBetween(cast, outcome, { side, a, b, most: LISTED, cut: told.cut })}
          />
          {rest > 0 && <p className="text-muted">and {count(rest)} more</p>}
        </div>
      )}
    </details>
  )
}

function Found({ text, ...told }: Told & { text: string }) {
  const { outcome, cast } = told
  const found = (['lost', 'gained'] as const).flatMap((side) =>
    findPeers(cast, outcome.difference[side], text, PEERS_FOUND).map((id) => ({ side, id })),
  )
  if (found.length === 0) return <p className="text-muted">No peer of this name is in a pair.</p>
  return found.map(({ side, id }) => {
    const partners = partnersOf(outcome, side, id)
    return (
      <section key={`${side} ${id}`} aria-label={`${cast.name(id)}: ${titles[side].toLowerCase()}`}>
        <p className="font-medium">
          {cast.name(id)} {side === 'lost' ? 'loses' : 'gains'} {count(partners.length)}
        </p>
        <Pairs {...told} side={side} pairs={partners.slice(0, LISTED).map((other) => [id, other] as const)} />
        {partners.length > LISTED && <p className="text-muted">and {count(partners.length - LISTED)} more</p>}
      </section>
    )
  })
}
