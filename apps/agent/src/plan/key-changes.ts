import type { ViewState } from '@warren/protocol'

/** Names of the peers that both views know and whose key differs: worth a line in the log, because keys are identity. */
export function changedKeys(before: ViewState, after: ViewState): string[] {
  return [...after.peers.values()]
    .filter((peer) => {
      const known = before.peers.get(peer.id)
      return known !== undefined && known.key !== peer.key
    })
    .map((peer) => peer.name)
}
