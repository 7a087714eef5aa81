import type { Link, PublicKey } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'
import { observedOf } from './observed.ts'
import type { Path } from './path-state.ts'
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
    const relay = path?.relay ?? null
    // A try for a direct path that is under way is no news: the relay is what it comes back to.
    const relayed = relay !== null && (endpoint === relay || path?.attempt != null)
    return [
      {
        peer: id,
        live: works,
        via: relayed ? 'relay' : 'direct',
        at: relayed ? relay : endpoint,
        shaken: handshakeAt,
        rx,
        tx,
        // Told as a whole, when each place has had its time: then it means that there is no direct path.
        tried: path?.exhausted ? path.tried.filter((place) => place !== relay) : [],
      },
    ]
  })
}
