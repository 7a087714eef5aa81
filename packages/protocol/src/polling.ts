import type { NetworkRow, PeerRow } from './change.ts'

/** How an agent polls: each poll is held so many seconds, or with `everyS` none is, and there is one at that interval. */
export type Polling = { readonly holdS: number; readonly everyS: number | null }

/** What a network or a peer can be set to, in seconds: the database holds the same bounds. */
export const POLL_HOLD_S = { min: 5, max: 50 } as const
export const POLL_EVERY_S = { min: 5, max: 3600 } as const

/**
 * How a peer polls: as set for itself, else as set for its network. One that is set to be held is held, also where the
 * network has an interval.
 */
export function pollingOf(
  network: Pick<NetworkRow, 'pollHoldS' | 'pollEveryS'>,
  peer: Pick<PeerRow, 'pollHoldS' | 'pollEveryS'>,
): Polling {
  const isHeld = peer.pollHoldS !== null && peer.pollEveryS === null
  return {
    holdS: peer.pollHoldS ?? network.pollHoldS,
    everyS: isHeld ? null : (peer.pollEveryS ?? network.pollEveryS),
  }
}
