import type { Writer } from '@warren/db'
import { type PeerRow, Refusal, type SetPeerEnabled } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Cuts a peer off, or lets it back in. Asking for what is so already changes nothing.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a hub
 */
export function setPeerEnabled(ctx: Ctx, input: SetPeerEnabled): Promise<PeerRow> {
  const { networkId, enabled, confirmWithinS } = input
  const kind = enabled ? 'peer.enabled' : 'peer.disabled'
  return write(ctx, { networkId, kind, confirmWithinS }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    const [row] = await setEnabled(tx, [peer], { enabled, field: 'peerId' })
    return row ?? peer
  })
}

/** Disables or enables peers; refuses a hub at `field`. */
export function setEnabled(
  tx: Writer,
  peers: readonly PeerRow[],
  { enabled, field }: { enabled: boolean; field: string },
): Promise<PeerRow[]> {
  const hub = enabled ? undefined : peers.find((peer) => peer.kind === 'hub')
  if (hub) {
    const why = `${hub.name} is a hub and cannot be disabled: the network's agents reach the console through it.`
    throw new Refusal('rule-broken', why, field)
  }
  return tx.updateMany(
    'peers',
    peers.map(({ id }) => ({ id, patch: { enabled } })),
  )
}
