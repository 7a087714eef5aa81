'use client'

import { useSyncExternalStore } from 'react'

/** Whether a media query matches; false while rendering on the server. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', notify)
      return () => list.removeEventListener('change', notify)
    },
    () => window.matchMedia(query).matches,
    () => false,
  )
}

/** Wide enough for the panel beside the drawing; same number as --breakpoint-panel. */
export const PANEL_BESIDE = '(min-width: 56.25rem)'

/** Wide enough for the navigation beside the page; same number as --breakpoint-nav. */
export const NAV_BESIDE = '(min-width: 40rem)'
