import type { Writer } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'

/**
 * The live peers with these ids, each once, in the order of their ids.
 * @throws Refusal not-found (peerIds) in the words of `peerOf`: ids of other networks are ids that never were
 */
export async function peersOf(tx: Writer, peerIds: readonly number[]): Promise<PeerRow[]> {
  const wanted = new Set(peerIds)
  const peers = (await tx.peers([...wanted])).filter((peer) => peer.deletedAt === null)
  if (peers.length === wanted.size) return peers
  throw new Refusal('not-found', 'There is no such peer in this network.', 'peerIds')
}
