import { type Observed, type PublicKey, parseEndpoint } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'

/** What the device shows of a peer, in the words of the protocol. An endpoint with a zone means nothing elsewhere. */
export const observedOf = (peer: LivePeer): Observed => ({
  key: peer.key,
  endpoint: peer.endpoint !== null && parseEndpoint(peer.endpoint) ? peer.endpoint : null,
  handshakeAt: peer.handshakeAt,
  rx: peer.rx,
  tx: peer.tx,
})

/** The peers whose figures differ from what was told before; a peer that never spoke is no news. */
export function changedObservations(
  told: ReadonlyMap<PublicKey, Observed>,
  live: readonly LivePeer[],
): { readonly news: Observed[]; readonly told: Map<PublicKey, Observed>; readonly moved: boolean } {
  const seen = live.map(observedOf)
  const news = seen.filter((now) => differs(told.get(now.key), now))
  const moved = news.some((now) => told.get(now.key)?.endpoint !== now.endpoint)
  return { news, told: new Map(seen.map((now) => [now.key, now])), moved }
}

function differs(before: Observed | undefined, now: Observed): boolean {
  if (!before) return now.handshakeAt > 0 || now.rx > 0
  return (
    before.endpoint !== now.endpoint ||
    before.handshakeAt !== now.handshakeAt ||
    before.rx !== now.rx ||
    before.tx !== now.tx
  )
}
