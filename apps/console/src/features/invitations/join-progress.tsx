'use client'

import { clsx } from 'clsx'
import { Check, TriangleAlert } from 'lucide-react'
import { Fragment } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { Ago, useServerNow } from '~/ui/ago.tsx'
import { joiningIn } from './invitation-views.ts'
import type { Joining, Step } from './joining.ts'

const LOOK_AGAIN_MS = 5000

/** Where the joining of a peer stands, live. */
export function JoinProgress({ peerId }: { peerId: number }) {
  const { plan, presence } = useNetwork()
  const nowMs = useServerNow(LOOK_AGAIN_MS)
  const peer = plan.member(peerId)
  if (!peer) return null
  const invitation = plan.invitationsOf(peerId)[0] ?? null
  return <JoinSteps joining={joiningIn(plan, presence, { peer, invitation, nowMs })} />
}

const names: Record<Step['name'], string> = {
  made: 'made',
  redeemed: 'redeemed',
  handshake: 'handshake',
  'view applied': 'view applied',
}

/** The steps of a joining in a line, each with its time, and below them what holds it up. */
export function JoinSteps({ joining: { steps, stuck } }: { joining: Joining }) {
  const next = steps.findIndex((step) => step.at === null)
  return (
    <div className="grid gap-1">
      <ol aria-label="Progress of joining" aria-live="polite" className="flex flex-wrap items-center gap-y-1 text-sm">
        {steps.map((step, at) => (
          <Fragment key={step.name}>
            {at > 0 && (
              <li
                aria-hidden
                className={clsx('mx-2 h-px w-4', step.at ? 'bg-online' : 'bg-edge/50')}
                role="presentation"
              />
            )}
            <li className="flex items-center gap-1.5">
              <Mark step={step} stuck={at === next && stuck !== null} next={at === next} />
              <span className={clsx(step.at || at === next ? 'text-ink' : 'text-muted', at === next && 'font-medium')}>
                {names[step.name]}
              </span>
              {step.at && (
                <span className="text-muted">
                  <Ago at={step.at} suffix="" />
                </span>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
      {stuck && (
        <p className="flex gap-1.5 text-relayed-ink">
          <TriangleAlert aria-label="Stuck:" className="mt-0.5 size-3.5 shrink-0" />
          <span>{stuck}</span>
        </p>
      )}
    </div>
  )
}

function Mark({ step, stuck, next }: { step: Step; stuck: boolean; next: boolean }) {
  if (step.at) return <Check aria-label="Done:" className="size-3.5 text-online-ink" />
  return (
    <span
      aria-hidden
      className={clsx(
        'size-2 rounded-full',
        !next && 'border border-edge',
        next && (stuck ? 'border-2 border-relayed' : 'animate-pulse border-2 border-accent'),
      )}
    />
  )
}
