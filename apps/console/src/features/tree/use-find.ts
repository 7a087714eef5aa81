'use client'

import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { Plan } from '~/features/network/plan.ts'
import { findable, findIn, type Hit } from './find.ts'

/** The page's own search: what was typed, what that found, and which of it is looked at. */
export type Find = {
  readonly text: string
  setText(text: string): void
  readonly hits: readonly Hit[]
  /** Which hit is looked at; -1 before the first. */
  readonly at: number
  /** Goes on to the next hit (1) or back (-1), around the ends. */
  go(step: 1 | -1): void
  /** CIDRs to highlight: those found, and those whose peers were. */
  readonly cidrs: ReadonlySet<number>
  /** The peer that is looked at. */
  readonly peer: number | null
}

const NOWHERE: ReadonlySet<number> = new Set()

/** Searches a plan; `onGo` is told the CIDR of each hit that is gone to. */
export function useFind(plan: Plan, onGo: (cidrId: number) => void): Find {
  const [text, setText] = useState('')
  const [at, setAt] = useState(-1)
  const wanted = useDeferredValue(text)
  const searching = wanted !== ''
  // Built when something is first looked for, and again when the network has changed since.
  const all = useMemo(() => (searching ? findable(plan) : []), [plan, searching])
  const hits = useMemo(() => findIn(all, plan, wanted), [all, plan, wanted])
  const cidrs = useMemo(() => (hits.length === 0 ? NOWHERE : new Set(hits.map((hit) => hit.cidrId))), [hits])
  const latest = useRef(onGo)
  latest.current = onGo
  useEffect(() => {
    if (wanted !== '') setAt(-1)
  }, [wanted])
  return {
    text,
    setText,
    hits,
    at,
    go: (step) => {
      if (hits.length === 0) return
      const next = at < 0 && step < 0 ? hits.length - 1 : (at + step + hits.length) % hits.length
      setAt(next)
      const hit = hits[next]
      if (hit) latest.current(hit.cidrId)
    },
    cidrs,
    peer: hits[at]?.peerId ?? null,
  }
}
