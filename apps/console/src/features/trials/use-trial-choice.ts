'use client'

import type { TRIAL_S } from '@warren/protocol'
import { useMemo, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Intent } from '~/features/network/intent.ts'
import type { Member } from '~/features/network/plan.ts'
import { useOutcome } from '~/features/network/use-outcome.ts'
import { useMe } from '~/features/session/me.ts'
import { canBeTried, type Danger, dangersOf } from './danger.ts'

/** Seconds a change made here waits to be confirmed. Typed by the protocol's, whose module would bring all schemas along. */
const TRIAL_USUAL_S: (typeof TRIAL_S)['usual'] = 120

export type TrialChoice = {
  /** What the choice adds to the verb's input. */
  readonly input: { confirmWithinS?: number }
  readonly dangers: readonly Danger[]
  /** Whether this change can be made on trial at all. */
  readonly offered: boolean
  readonly chosen: boolean
  choose(on: boolean): void
}

/**
 * Whether a change is made for two minutes unless confirmed: offered where its verb can, chosen beforehand where it would
 * cut the person's own machine or a whole subtree. Null, while there is nothing to make yet, offers nothing.
 */
export function useTrialChoice(intent: Intent | null): TrialChoice {
  const { plan, presence } = useNetwork()
  const { intent: known, outcome } = useOutcome(intent)
  const me = useMe()
  // What the person chose; null leaves it to the danger.
  const [wanted, choose] = useState<boolean | null>(null)
  const ownPeerId = me?.ownPeerId ?? null
  // A form renders with each key, and this looks at every peer.
  const dangers = useMemo(() => {
    const situation = { ownPeerId, isOnline: (peer: Member) => presence.state(peer).online }
    return known && outcome ? dangersOf(plan, known, outcome, situation) : []
  }, [plan, presence, known, outcome, ownPeerId])
  const offered = intent !== null && canBeTried(intent)
  const chosen = offered && (wanted ?? dangers.length > 0)
  return { input: chosen ? { confirmWithinS: TRIAL_USUAL_S } : {}, dangers, offered, chosen, choose }
}
