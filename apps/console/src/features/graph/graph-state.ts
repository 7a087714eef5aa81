'use client'

import type { CidrNode } from '@warren/cidr'
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useMemo, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member, Plan } from '~/features/network/plan.ts'
import { type StateWord, stateWords } from '~/features/network/presence.ts'
import type { Path } from './strands.ts'

export type Mode = 'live' | 'allowed'

/** Which tunnels are drawn; null and all paths let everything through. */
export type Filter = {
  readonly within: CidrNode | null
  readonly state: StateWord | null
  readonly paths: ReadonlySet<Path>
}

/** The paths that a live tunnel can have. */
export const livePaths = ['direct', 'relayed', 'none'] as const satisfies readonly Path[]

/** What the graph shows and whom it is about. All of it is in the address, so that it can be linked to. */
export type GraphState = {
  readonly mode: Mode
  setMode(mode: Mode): void
  readonly filter: Filter
  readonly filtered: boolean
  setFilter(filter: { within?: string; state?: string; paths?: ReadonlySet<Path> }): void
  /** The peer that is looked at, and the one that it is looked at together with. */
  readonly peer: Member | null
  readonly other: Member | null
  choose(peer: Member | null): void
  compare(other: Member | null): void
  /** Where the panel is a sheet: whether it is up. */
  readonly panelUp: boolean
  setPanelUp(up: boolean): void
}

export function useGraphState(): GraphState {
  const { plan } = useNetwork()
  const params = useSearchParams()
  const write = useWrite()
  const [panelUp, setPanelUp] = useState(() => params.has('to'))
  const text = params.toString()
  const read = useMemo(() => readAddress(plan, new URLSearchParams(text)), [plan, text])
  return {
    ...read,
    setMode: (mode) => write({ view: mode === 'allowed' ? mode : '' }),
    setFilter: ({ within, state, paths }) =>
      write({
        ...(within === undefined ? {} : { within }),
        ...(state === undefined ? {} : { state }),
        ...(paths === undefined ? {} : { path: paths.size === livePaths.length ? '' : [...paths].sort().join(' ') }),
      }),
    choose: (peer) => {
      write({ peer: peer?.name ?? '', to: '' })
      setPanelUp(peer !== null)
    },
    compare: (other) => {
      write({ to: other?.name ?? '' })
      if (other) setPanelUp(true)
    },
    panelUp,
    setPanelUp,
  }
}

function readAddress(plan: Plan, params: URLSearchParams) {
  const named = (key: string) => {
    const name = params.get(key)
    return name === null ? null : (plan.members.find((peer) => peer.name === name) ?? null)
  }
  const peer = named('peer')
  const other = peer && named('to')
  const within = plan.tree.byName(params.get('within') ?? '')
  const state = stateWords.find((word) => word === params.get('state')) ?? null
  const wanted = params.get('path')?.split(' ') ?? null
  const paths = new Set<Path>(livePaths.filter((path) => wanted === null || wanted.includes(path)))
  const filter: Filter = { within: within?.parentId === null ? null : within, state, paths }
  const mode: Mode = params.get('view') === 'allowed' ? 'allowed' : 'live'
  const filtered = filter.within !== null || state !== null || (mode === 'live' && paths.size < livePaths.length)
  return { mode, filter, filtered, peer, other: other && other.id !== peer?.id ? other : null }
}

/** Returns a function that changes parts of the address; what is empty is left out. */
function useWrite(): (values: Record<string, string>) => void {
  const path = usePathname()
  return useCallback(
    (values) => {
      const next = new URLSearchParams(window.location.search)
      for (const [key, value] of Object.entries(values)) {
        if (value === '') next.delete(key)
        else next.set(key, value)
      }
      // Next takes this up in useSearchParams without asking the server for the page again.
      window.history.replaceState(null, '', next.size > 0 ? `${path}?${next}` : path)
    },
    [path],
  )
}
