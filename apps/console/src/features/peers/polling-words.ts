import { type NetworkRow, type PeerRow, pollingOf } from '@warren/protocol'
import { count } from '~/ui/format.ts'

/** How a peer polls, and by whose choice. */
export function pollingWords(
  network: Pick<NetworkRow, 'pollHoldS' | 'pollEveryS'>,
  peer: Pick<PeerRow, 'pollHoldS' | 'pollEveryS'>,
): { how: string; whose: string } {
  const { holdS, everyS } = pollingOf(network, peer)
  const own = peer.pollHoldS !== null || peer.pollEveryS !== null
  return {
    how: everyS === null ? `waits for news, ${count(holdS)} s at a time` : `asks every ${count(everyS)} s`,
    whose: own ? 'set for itself' : 'as the network',
  }
}
