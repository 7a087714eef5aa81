import type { Plan } from '~/features/network/plan.ts'
import type { Presence } from '~/features/network/presence.ts'
import { isInnernet } from '~/features/network/presence.ts'
import { staleDevices, staleOf } from '~/features/peers/stale.ts'

/** A move of the hub under way: from where, and who may know only that place. */
export type HubMove = {
  /** `host:port`, or the UDP port alone where the endpoint stayed. */
  readonly from: string
  /** Of the agents that have joined, how many there are, and which have not applied what tells them of the move. */
  readonly agents: number
  readonly unheard: readonly string[]
  /** Devices and innernet clients, which tell nothing. */
  readonly silent: number
  /** Devices whose configuration is known to name the old place. */
  readonly devices: number
}

/** What is known of a hub's move; null while there is none. */
export function hubMoveOf(plan: Plan, presence: Pick<Presence, 'status'>): HubMove | null {
  const { endpointBefore, listenPortBefore, movedRevision } = plan.network
  if (endpointBefore === null && listenPortBefore === null) return null
  const joined = plan.members.filter((peer) => peer.kind !== 'hub' && peer.redeemedAt !== null)
  const agents = joined.filter((peer) => peer.kind === 'agent' && !isInnernet(peer, presence.status(peer.id)))
  const unheard = agents.filter(({ id }) => (presence.status(id)?.appliedRevision ?? 0) < (movedRevision ?? 0))
  return {
    from: endpointBefore ?? `UDP port ${listenPortBefore}`,
    agents: agents.length,
    unheard: unheard.map(({ name }) => name),
    silent: joined.length - agents.length,
    devices: staleDevices(plan).filter(({ id }) => staleOf(plan, id).some(({ field }) => field === 'Endpoint')).length,
  }
}
