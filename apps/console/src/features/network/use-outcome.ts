'use client'

import { useDeferredValue, useMemo, useRef } from 'react'
import { useNetwork } from './context.tsx'
import { type Outcome, outcomeOf } from './effect.ts'
import { type Intent, keyOf } from './intent.ts'

/** What an intent would do, and which; `pending` while that is an earlier one than was asked about. */
export type Reckoned = {
  readonly intent: Intent | null
  readonly outcome: Outcome | null
  readonly pending: boolean
}

/**
 * Reckons what an intent would do after what the person did to it is on the screen: in a network of 10,000 peers that
 * takes some 50 ms, which must not stand between a key and its letter. Null has no outcome.
 */
export function useOutcome(intent: Intent | null): Reckoned {
  const { plan } = useNetwork()
  const held = useRef(intent)
  // An intent is made anew on each render; its content is what counts.
  if (keyOrNone(held.current) !== keyOrNone(intent)) held.current = intent
  const wanted = held.current
  const reckoned = useDeferredValue<Intent | null>(wanted, null)
  const outcome = useMemo(() => reckoned && outcomeOf(plan, reckoned), [plan, reckoned])
  return { intent: reckoned, outcome, pending: reckoned !== wanted }
}

const keyOrNone = (intent: Intent | null): string => (intent ? keyOf(intent) : '')
