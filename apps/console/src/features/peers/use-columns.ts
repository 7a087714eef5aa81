'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useMedia } from '~/ui/use-media.ts'
import { type Column, shownColumns } from './peers-columns.ts'
import type { SortKey } from './peers-filter.ts'

/** Where this browser keeps its choice of columns. */
const KEPT_AT = 'warren.peers.columns'

const WIDE = '(min-width: 80rem)'
const HUGE = '(min-width: 112.5rem)'

/** Those of the columns `all` that the list has, and how to choose others; null goes back to as many as the screen has room for. */
export function useColumns(all: readonly Column[]): {
  shown: Column[]
  chosen: boolean
  choose: (keys: readonly SortKey[] | null) => void
} {
  const kept = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(KEPT_AT),
    () => null,
  )
  const [wide, huge] = [useMedia(WIDE), useMedia(HUGE)]
  const choose = useCallback((keys: readonly SortKey[] | null) => {
    if (keys === null) localStorage.removeItem(KEPT_AT)
    else localStorage.setItem(KEPT_AT, keys.join(' '))
    window.dispatchEvent(new Event(KEPT_AT))
  }, [])
  const screen = huge ? 'huge' : wide ? 'wide' : 'always'
  const shown = useMemo(() => {
    const chosen = kept?.split(' ')
    const keys = chosen ? all.map(({ key }) => key).filter((key) => chosen.includes(key)) : null
    return shownColumns(all, keys, screen)
  }, [all, kept, screen])
  return { shown, chosen: kept !== null, choose }
}

/** Tells of choices made here and in other tabs. */
function subscribe(notify: () => void): () => void {
  window.addEventListener('storage', notify)
  window.addEventListener(KEPT_AT, notify)
  return () => {
    window.removeEventListener('storage', notify)
    window.removeEventListener(KEPT_AT, notify)
  }
}
