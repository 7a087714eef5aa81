'use client'

import type { LinkPair } from './effect.ts'

const NONE: readonly LinkPair[] = []

/** The tunnels of the network as agents last told of them; none while nobody has. */
export function useLinks(): readonly LinkPair[] {
  return NONE
}
