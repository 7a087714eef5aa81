import type { PeerRow, SetPeersEnabled } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peersOf } from './many.ts'
import { setEnabled } from './set-peer-enabled.ts'

/**
 * Cuts many peers off, or lets them back in, as one change: all of them or none.
 * @throws Refusal not-found (peerIds), rule-broken (peerIds) for a hub, naming it
 */
export function setManyEnabled(ctx: Ctx, input: SetPeersEnabled): Promise<PeerRow[]> {
  const { networkId, peerIds, enabled, confirmWithinS } = input
  const kind = enabled ? 'peers.enabled' : 'peers.disabled'
  return write(ctx, { networkId, kind, confirmWithinS }, async (tx) =>
    setEnabled(tx, await peersOf(tx, peerIds), { enabled, field: 'peerIds' }),
  )
}
