import type { Link, PublicKey } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'
import { observedOf } from './observed.ts'
import type { Path } from './paths.ts'
import type { Member } from './wanted.ts'

/** What a look at the device led to. Nothing of it is copied: a node may have a thousand tunnels. */
export type Seen = {
  readonly members: readonly Member[]
  readonly live: ReadonlyMap<PublicKey, LivePeer>
  readonly paths: ReadonlyMap<PublicKey, Path>
}

/** Every tunnel of a node in the words of the protocol; those to peers without an id (a hub before any view) are left out. */
export function linksSeen({ members, live, paths }: Seen): Link[] {
  return members.flatMap(({ id, key }) => {
    const peer = live.get(key)
    if (id === null || !peer) return []
    const { endpoint, handshakeAt, rx, tx } = observedOf(peer)
    const path = paths.get(key)
    const works = path?.state === 'works'
    return [
      {
        peer: id,
        live: works,
        via: 'direct',
        at: endpoint,
        shaken: handshakeAt,
        rx,
        tx,
        tried: [...(path?.tried ?? [])],
      },
    ]
  })
}
