import { type PeerRow, Refusal, type SetPeerEnabled } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peerOf } from './seat.ts'

/**
 * Cuts a peer off, or lets it back in. Asking for what is so already changes nothing.
 * @throws Refusal not-found (peerId), rule-broken (peerId) for a hub
 */
export function setPeerEnabled(ctx: Ctx, input: SetPeerEnabled): Promise<PeerRow> {
  const kind = input.enabled ? 'peer.enabled' : 'peer.disabled'
  return write(ctx, { networkId: input.networkId, kind }, async (tx) => {
    const peer = await peerOf(tx, input.peerId)
    if (peer.kind === 'hub' && !input.enabled) {
      const why = `${peer.name} is a hub and cannot be disabled: the network's agents reach the console through it.`
      throw new Refusal('rule-broken', why, 'peerId')
    }
    return tx.update('peers', peer.id, { enabled: input.enabled })
  })
}
