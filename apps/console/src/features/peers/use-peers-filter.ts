'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { filterIn, type PeerFilter, withFilter } from './peers-filter.ts'

/** A pause in typing after which the address follows, in milliseconds: each time it does, the whole page hears of it. */
const SETTLED_MS = 150

/**
 * The filter of the list. The address keeps it, so that it can be linked to and the back button brings it back; the list
 * itself follows each key at once.
 */
export function usePeersFilter(): [PeerFilter, (patch: Partial<PeerFilter>) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const [filter, setOwn] = useState(() => filterIn(params))
  const written = useRef(params.toString())
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  const inAddress = params.toString()
  useEffect(() => {
    if (inAddress === written.current) return
    // A link or the back button came, not this list.
    clearTimeout(timer.current)
    written.current = inAddress
    setOwn(filterIn(new URLSearchParams(inAddress)))
  }, [inAddress])
  useEffect(() => () => clearTimeout(timer.current), [])

  const setFilter = useCallback(
    (patch: Partial<PeerFilter>) =>
      setOwn((old) => {
        const next = { ...old, ...patch }
        clearTimeout(timer.current)
        timer.current = setTimeout(() => {
          const query = withFilter(new URLSearchParams(window.location.search), next)
          written.current = query.toString()
          window.history.replaceState(null, '', query.size > 0 ? `${path}?${query}` : path)
        }, SETTLED_MS)
        return next
      }),
    [path],
  )
  return [filter, setFilter]
}
