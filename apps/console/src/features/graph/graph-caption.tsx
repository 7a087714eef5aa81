'use client'

import { useNetwork } from '~/features/network/context.tsx'
import type { Member, Plan } from '~/features/network/plan.ts'
import { count, counted } from '~/ui/format.ts'
import type { GraphState } from './graph-state.ts'
import type { Links } from './links.ts'
import { pathWords } from './path-words.ts'
import { noTally, type Path, paths } from './strands.ts'
import { partnersOf, type Scene } from './use-scene.ts'
import type { Hit } from './view.ts'

type Props = { scene: Scene; hit: Hit | null; links: Links; state: GraphState }

/** What the pointer or the keyboard is on, in a line at the top of the drawing. */
export function GraphCaption({ scene, hit, links, state }: Props) {
  const { plan, presence } = useNetwork()
  const peer = hit?.kind === 'seat' ? scene.circle.seats[hit.at]?.peer : undefined
  const sector = hit?.kind === 'sector' ? scene.circle.sectors[hit.at] : undefined
  const place = peer && plan.tree.path(peer.cidrId).slice(1).join(' / ')
  return (
    <div
      role="status"
      aria-label="Pointed at"
      // The list of peers says the same to those who do not see this.
      aria-live="off"
      className="pointer-events-none absolute top-2 left-2 max-w-[45%] rounded-md bg-ground px-2 py-1 empty:hidden"
    >
      {peer && (
        <>
          <p className="truncate font-medium">{peer.name}</p>
          <p className="truncate text-sm text-muted">
            {place} · {presence.state(peer).word}
          </p>
          <p className="text-sm text-muted">{tunnelsTold({ plan, links }, peer, state)}</p>
        </>
      )}
      {sector && (
        <>
          <p className="truncate font-medium">{sector.cidr.name}</p>
          <p className="text-sm text-muted">
            {counted(sector.to - sector.from, 'peer')}, {count(presence.within(sector.cidr.id).online)} online
          </p>
          <p className="text-sm text-muted">Click to show only its tunnels</p>
        </>
      )}
    </div>
  )
}

/** How many tunnels go out from a peer, by path; or whom it may reach. */
export function tunnelsTold(
  known: { plan: Plan; links: Links },
  peer: Member,
  state: Pick<GraphState, 'mode' | 'filter'>,
): string {
  const partners = partnersOf(known, peer, state)
  if (state.mode === 'allowed') return `may reach ${counted(partners.length, 'peer')}`
  const tally: Record<Path, number> = noTally()
  for (const { path } of partners) tally[path] += 1
  const parts = paths
    .toReversed()
    .filter((path) => tally[path] > 0)
    .map((path) => `${count(tally[path])} ${pathWords[path]}`)
  return `${counted(partners.length, 'tunnel')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}
