'use client'

import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import type { PeerStatus } from '~/features/network/presence.ts'

/** Where a joining stands, live: made, joined, first handshake, view applied. */
export function JoinProgress({ peerId, kind }: { peerId: number; kind: 'agent' | 'device' }) {
  const { plan, presence } = useNetwork()
  const peer = plan.member(peerId)
  if (!peer) return null
  const steps = stepsOf(peer, presence.status(peerId), kind)
  const next = steps.findIndex((step) => !step.done)
  return (
    <ol aria-label="Progress of joining" aria-live="polite" className="flex flex-wrap gap-x-4 gap-y-1">
      {steps.map((step, at) => (
        <li
          key={step.name}
          className={clsx(
            'flex items-center gap-1.5',
            step.done ? 'text-online-ink' : at === next ? 'font-medium' : 'text-muted',
          )}
        >
          {step.done ? <Check aria-label="Done:" className="size-3.5" /> : <Ring pulsing={at === next} />}
          {step.name}
        </li>
      ))}
    </ol>
  )
}

function Ring({ pulsing }: { pulsing: boolean }) {
  return (
    <span
      aria-hidden
      className={clsx('size-2 rounded-full border border-edge', pulsing && 'animate-pulse border-2 border-accent')}
    />
  )
}

type Step = { name: string; done: boolean }

function stepsOf(peer: Member, status: PeerStatus | undefined, kind: 'agent' | 'device'): Step[] {
  const redeemed = peer.redeemedAt !== null
  const shaken = redeemed && typeof status?.handshakeAt === 'string'
  if (kind === 'device')
    return [
      { name: 'made', done: true },
      { name: 'first handshake', done: shaken },
    ]
  return [
    { name: 'made', done: true },
    { name: 'joined', done: redeemed },
    { name: 'first handshake', done: shaken },
    { name: 'view applied', done: redeemed && status?.current === true },
  ]
}
