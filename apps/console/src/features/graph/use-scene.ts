'use client'

import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member, Plan } from '~/features/network/plan.ts'
import type { Presence } from '~/features/network/presence.ts'
import { thinned } from './adjacency.ts'
import { allowedWeb } from './allowed.ts'
import { type Circle, circleOf } from './circle.ts'
import type { Filter, GraphState } from './graph-state.ts'
import type { Links } from './links.ts'
import type { Mark } from './rim.ts'
import { livePairs, noTally, type Path, paths, type Strand, type Web, webOf } from './strands.ts'
import type { Followed } from './surface.ts'
import type { Hit } from './view.ts'

/** What is drawn: where everybody sits, the lines between them, and how everybody stands. */
export type Scene = {
  readonly circle: Circle
  readonly web: Web
  readonly marks: readonly Mark[]
  readonly focus: ReadonlySet<number> | null
}

const noWeb: Web = { strands: [], tally: noTally(), total: 0 }

/** Derives the drawing from the network, its tunnels and the filter; each part anew only when what it needs has changed. */
export function useScene({ mode, filter }: GraphState, links: Links): Scene {
  const { plan, presence } = useNetwork()
  const circle = useMemo(() => circleOf(plan), [plan])
  const marks = useMemo(() => circle.seats.map(({ peer }) => markOf(peer, presence)), [circle, presence])
  const focus = useFocus(circle, filter)
  const live = useMemo(
    () =>
      mode === 'live' && links.pairs
        ? webOf(circle, livePairs(circle, links.pairs, { focus, shown: filter.paths }))
        : noWeb,
    [mode, circle, links.pairs, focus, filter.paths],
  )
  const allowed = useMemo(
    () => (mode === 'allowed' ? allowedWeb(plan, circle, focus) : noWeb),
    [mode, plan, circle, focus],
  )
  return { circle, web: mode === 'live' ? live : allowed, marks, focus }
}

function markOf(peer: Member, presence: Presence): Mark {
  if (peer.kind === 'hub') return 'hub'
  const { tone } = presence.state(peer)
  if (tone === 'danger') return 'fault'
  if (tone === 'relayed') return 'behind'
  return tone === 'online' ? 'on' : 'off'
}

/** The seats that the filter is about. Stays the same set while its members do, so that nothing is drawn anew. */
function useFocus(circle: Circle, { within, state }: Filter): ReadonlySet<number> | null {
  const { plan, presence } = useNetwork()
  const key = useMemo(() => {
    if (!within && !state) return null
    return circle.seats
      .flatMap(({ peer }, at) => {
        const here = !within || plan.tree.isWithin(peer.cidrId, within.id)
        return here && (!state || presence.state(peer).word === state) ? at : []
      })
      .join()
  }, [circle, within, state, plan, presence])
  return useMemo(() => (key === null ? null : new Set(key === '' ? [] : key.split(',').map(Number))), [key])
}

export type Partner = { readonly peer: Member; readonly path: Path }

/** The other ends of a peer's tunnels, or of those it may have; by address. */
export function partnersOf(
  { plan, links }: { plan: Plan; links: Links },
  peer: Member,
  { mode, filter }: Pick<GraphState, 'mode' | 'filter'>,
): Partner[] {
  if (mode === 'allowed') {
    return plan.reach.visibleFrom(peer.id).flatMap((id) => {
      const other = plan.member(id)
      return other ? { peer: other, path: 'allowed' as const } : []
    })
  }
  return links.adjacency.of(peer.id).flatMap(({ peer: id, code }) => {
    const other = plan.member(id)
    const path = paths[code]
    return other && path && filter.paths.has(path) ? { peer: other, path } : []
  })
}

/** More names than this around the circle tell nothing. */
const NAMED = 48

/** What the drawing is about while the pointer, the keyboard or the selection is on a peer or a CIDR. */
export function useFollowed(
  { circle, web }: Scene,
  { hit, state, links }: { hit: Hit | null; state: GraphState; links: Links },
): Followed | null {
  const { plan } = useNetwork()
  const { mode, filter, peer, other } = state
  const chosen = peer === null ? undefined : circle.seatOf(peer.id)
  const seat = hit?.kind === 'seat' ? hit.at : hit ? undefined : chosen
  const sector = hit?.kind === 'sector' ? hit.at : undefined
  return useMemo(() => {
    if (sector !== undefined) return followSector(circle, web, sector)
    const who = seat === undefined ? undefined : circle.seats[seat]?.peer
    if (seat === undefined || !who) return null
    const partners = partnersOf({ plan, links }, who, { mode, filter })
    const first = other === null || who !== peer ? undefined : circle.seatOf(other.id)
    return followSeat(circle, seat, { partners, first })
  }, [circle, web, sector, seat, plan, links, mode, filter, other, peer])
}

function followSeat(
  circle: Circle,
  seat: number,
  { partners, first }: { partners: readonly Partner[]; first: number | undefined },
): Followed {
  const ends = partners.flatMap(({ peer, path }) => {
    const at = circle.seatOf(peer.id)
    return at === undefined ? [] : [{ at, path }]
  })
  const strands = ends.map(({ at, path }): Strand => ({ a: seat, b: at, path }))
  const named = ends.length <= NAMED ? ends.map(({ at }) => at) : []
  return {
    seat,
    strands: thinned(strands),
    bright: new Set([seat, ...ends.map(({ at }) => at), ...(first === undefined ? [] : [first])]),
    names: [seat, ...(first === undefined ? [] : [first]), ...named],
    sectors: new Set([circle.seats[seat]?.group ?? 0]),
  }
}

function followSector(circle: Circle, web: Web, at: number): Followed | null {
  const sector = circle.sectors[at]
  if (!sector) return null
  const inside = (seat: number) => seat >= sector.from && seat < sector.to
  const strands = web.strands.filter(({ a, b }) => inside(a) || inside(b))
  const members = Array.from({ length: sector.to - sector.from }, (_, nth) => sector.from + nth)
  const within = circle.sectors.flatMap((one, nth) => (one.from >= sector.from && one.to <= sector.to ? nth : []))
  return {
    seat: null,
    strands,
    bright: new Set([...members, ...strands.flatMap(({ a, b }) => [a, b])]),
    names: [],
    sectors: new Set(within),
  }
}
