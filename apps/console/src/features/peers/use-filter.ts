'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { type PeerFilter, type SortKey, sortKeys } from './peer-rows.ts'

/** The filter of the table, kept in the address: it can be linked to, and the back button brings it back. */
export function useFilter(): [PeerFilter, (patch: Partial<PeerFilter>) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const filter = useMemo<PeerFilter>(
    () => ({
      q: params.get('q') ?? '',
      within: params.get('within') ?? '',
      state: params.get('state') ?? '',
      sort: sortKeyOf(params.get('sort')),
      down: params.get('down') === 'yes',
    }),
    [params],
  )
  const setFilter = useCallback(
    (patch: Partial<PeerFilter>) => {
      const next = new URLSearchParams(window.location.search)
      for (const [key, value] of Object.entries(patch)) {
        const text = typeof value === 'boolean' ? (value ? 'yes' : '') : value
        if (text) next.set(key, text)
        else next.delete(key)
      }
      window.history.replaceState(null, '', next.size > 0 ? `${path}?${next}` : path)
    },
    [path],
  )
  return [filter, setFilter]
}

const sortKeyOf = (text: string | null): SortKey => sortKeys.find((key) => key === text) ?? 'address'
