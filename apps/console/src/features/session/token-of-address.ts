'use client'

import { useEffect, useRef } from 'react'

/**
 * Hands on the token in `#token=…`, null without one, once; and takes it out of the address bar, so that it stays in no
 * history.
 */
export function useTokenOfAddress(use: (token: string | null) => void): void {
  const read = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is read once, when the page opens
  useEffect(() => {
    // React runs effects twice in development; the second time the token is gone.
    if (read.current) return
    read.current = true
    const token = new URLSearchParams(window.location.hash.slice(1)).get('token')
    if (token) window.history.replaceState(null, '', window.location.pathname)
    use(token)
  }, [])
}
