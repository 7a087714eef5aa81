'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import type { Plan } from '~/features/network/plan.ts'
import { isKindGroup, type KindGroup, kindGroups } from './kinds.ts'

/** Which changes are shown, and which of them is told in full. Names, not ids: an address is for people. */
export type ActivityFilter = {
  readonly kind: KindGroup | ''
  /** The name of who did it. */
  readonly who: string
  /** The name of a peer or a CIDR that the change touched. */
  readonly about: string
  /** The change that the panel tells about. */
  readonly revision: number | null
}

/** The filter, kept in the page's address: it can be linked to. */
export function useActivityFilter(): [ActivityFilter, (patch: Partial<ActivityFilter>) => void] {
  const params = useSearchParams()
  const path = usePathname()
  const filter = useMemo<ActivityFilter>(() => {
    const kind = params.get('kind') ?? ''
    const revision = Number(params.get('revision'))
    return {
      kind: isKindGroup(kind) ? kind : '',
      who: params.get('who') ?? '',
      about: params.get('about') ?? '',
      revision: Number.isInteger(revision) && revision > 0 ? revision : null,
    }
  }, [params])
  const setFilter = useCallback(
    (patch: Partial<ActivityFilter>) => {
      const next = new URLSearchParams(window.location.search)
      for (const [key, value] of Object.entries(patch)) {
        if (value) next.set(key, String(value))
        else next.delete(key)
      }
      window.history.replaceState(null, '', next.size > 0 ? `${path}?${next}` : path)
    },
    [path],
  )
  return [filter, setFilter]
}

/** What a filter asks of the server; null when it names somebody or something that there is not. */
export function questionOf(plan: Plan, { kind, who, about }: ActivityFilter) {
  const place = about ? placeOf(plan, about) : {}
  if (!place) return null
  return { ...(kind ? { kinds: [...kindGroups[kind].kinds] } : {}), ...(who ? { actor: who } : {}), ...place }
}

function placeOf({ tree, members, tombstones }: Plan, name: string): { peerId: number } | { cidrId: number } | null {
  const peer = members.find((one) => one.name === name) ?? tombstones.findLast((one) => one.name === name)
  if (peer) return { peerId: peer.id }
  const cidr = tree.byName(name)
  return cidr && { cidrId: cidr.id }
}

/** As many as a list of suggestions has room for. */
const SUGGESTED = 12

/** Names of CIDRs and peers that contain `text`, CIDRs first. */
export function suggestNames({ tree, members }: Plan, text: string): string[] {
  const wanted = text.trim().toLowerCase()
  const found: string[] = []
  for (const { name } of [...tree.nodes, ...members]) {
    if (found.length >= SUGGESTED) break
    if (name.includes(wanted)) found.push(name)
  }
  return found
}
