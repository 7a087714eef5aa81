import { type StaleLine, staleHandout } from '@warren/protocol'
import type { State } from '../admin/admin.ts'
import { type Peer, rootOf } from '../admin/find.ts'

/** The lines of a device's configuration that are out of date; none for peers with an agent. */
export function outdated(state: State, peer: Peer): StaleLine[] {
  const hub = state.peers.find(({ kind, deletedAt }) => kind === 'hub' && deletedAt === null)
  return staleHandout({ peer, network: state.network, root: rootOf(state), hubKey: hub?.publicKey ?? null })
}

/** How a peer stands, in a few words. */
export function standing(state: State, peer: Peer): string {
  const { enabled, redeemedAt, isAdmin } = peer
  return [
    enabled ? (redeemedAt === null ? 'not joined' : 'member') : 'disabled',
    ...(isAdmin ? ['admin'] : []),
    ...(outdated(state, peer).length > 0 ? ['configuration out of date'] : []),
  ].join(', ')
}
