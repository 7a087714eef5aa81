'use client'

import { useQuery } from '@tanstack/react-query'
import { Check, CircleDashed, Clock, Waypoints, X } from 'lucide-react'
import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { Ago, useServerNow } from '~/ui/ago.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { type Chain, chainOf, type Step, type StepState, type Waited } from './chain.ts'

/** How often the answer is looked at again, in milliseconds: handshakes grow old by themselves. */
const LOOK_AGAIN_MS = 10_000

/** How many of the latest changes are asked who still waits for them. */
const RECEIPTS = 50

/** Why, or why not, a reaches b: every step from the rule to the wire, the first broken one named. */
export function WhyChain({ a, b }: { a: Member; b: Member }) {
  const chain = useChain(a, b)
  return (
    <div>
      <p className="mb-2.5" aria-live="polite">
        {chain.headline}
      </p>
      <ol aria-label={`Why ${a.name} reaches ${b.name}, step by step`}>
        {chain.steps.map((step, at) => (
          <StepLine key={step.key} step={step} named={step.key === chain.broken} last={at === chain.steps.length - 1} />
        ))}
      </ol>
    </div>
  )
}

/** The answer for a pair, kept true. */
export function useChain(a: Member, b: Member): Chain {
  const { plan, presence, revision } = useNetwork()
  const trpc = useTRPC()
  const nowMs = useServerNow(LOOK_AGAIN_MS)
  const networkId = plan.network.id
  const between = useQuery(trpc.link.between.queryOptions({ networkId, a: a.id, b: b.id }))
  const receipts = useQuery(trpc.receipt.recent.queryOptions({ networkId, limit: RECEIPTS }))
  const waiting = useMemo(() => waitingIn(receipts.data ?? []), [receipts.data])
  return useMemo(
    () => chainOf({ plan, presence, a, b, between: between.data ?? null, revision, waiting, nowMs, clock }),
    [plan, presence, a, b, between.data, revision, waiting, nowMs],
  )
}

/** Who waits for what, the latest revision first: the one that the agent is furthest behind of. */
const waitingIn = (receipts: Answers['receipt']['recent']): Waited[] =>
  receipts.flatMap(({ revision, waiting }) => waiting.map((one) => ({ ...one, revision })))

const DAY_MS = 86_400_000

/** The time of day, and the date as well when that is longer ago than a day. */
function clock(at: string): string {
  const time = new Date(at)
  const far = Math.abs(Date.now() - time.getTime()) > DAY_MS
  return time.toLocaleString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    ...(far ? { day: 'numeric', month: 'short' } : {}),
  })
}

const looks: Record<StepState, { Icon: typeof Check; ink: string; word: string }> = {
  ok: { Icon: Check, ink: 'text-online-ink', word: 'in order' },
  relayed: { Icon: Waypoints, ink: 'text-relayed-ink', word: 'by a detour' },
  waiting: { Icon: Clock, ink: 'text-relayed-ink', word: 'waiting' },
  broken: { Icon: X, ink: 'text-danger', word: 'broken' },
  idle: { Icon: CircleDashed, ink: 'text-muted', word: 'nothing to do' },
}

/** One step. The first that is broken is `named`: those after it are broken because it is. */
function StepLine({ step, named, last }: { step: Step; named: boolean; last: boolean }) {
  const { Icon, ink, word } = looks[step.state]
  return (
    <li className="relative flex gap-2.5 pb-3 last:pb-0" data-step={step.key} data-state={step.state}>
      {!last && <span aria-hidden className="absolute top-5 bottom-0 left-[6.5px] w-px bg-hairline" />}
      <Icon
        aria-hidden
        className={`mt-[3px] size-3.5 shrink-0 ${step.state === 'broken' && !named ? 'text-muted' : ink}`}
      />
      <div className="min-w-0 flex-1">
        <p>
          <span className="sr-only">{word}: </span>
          <span className={named ? 'font-medium text-danger' : ''}>{step.title}</span>
          {step.at && (
            <>
              {' '}
              <Ago at={step.at} />
            </>
          )}
        </p>
        {step.details.map((detail) => (
          <p key={detail} className="text-sm text-muted">
            {detail}
          </p>
        ))}
        {step.endpoints && step.endpoints.length > 0 && <Endpoints step={step} endpoints={step.endpoints} />}
      </div>
    </li>
  )
}

function Endpoints({ step, endpoints }: { step: Step; endpoints: NonNullable<Step['endpoints']> }) {
  return (
    <ul aria-label={`Endpoints, ${step.title}`} className="mt-0.5 grid gap-0.5 text-sm">
      {endpoints.map(({ text, note }) => (
        <li key={`${note} ${text}`} className="flex min-w-0 items-baseline justify-between gap-3">
          <CopyText text={text} what="endpoint" />
          <span className="min-w-0 truncate text-right text-muted">{note}</span>
        </li>
      ))}
    </ul>
  )
}
