import type { PublicKey } from '@warren/protocol'
import { Comeback } from '../plan/comeback.ts'
import type { KeyChange } from '../plan/key-changes.ts'
import type { Seen } from '../plan/links.ts'
import type { Look, Now, Path, Reachable } from '../plan/path-state.ts'
import { lastPlaces, rememberedPath, stepPaths } from '../plan/paths.ts'
import { type PeerChange, plan, sendAgain } from '../plan/plan.ts'
import { type Member, wantedPeers } from '../plan/wanted.ts'
import type { LiveDevice } from '../wireguard/dump.ts'

/** What makes a look doubt paths that seem to work, and not wait with others. */
export type Doubt = Partial<Pick<Look, 'urged' | 'hushed'>>

/** A look at the device, and who should be on it. */
export type Sighting = {
  readonly device: LiveDevice
  readonly members: readonly Member[]
  readonly peers: readonly Reachable[]
  readonly ownKey: PublicKey
  readonly keepaliveS: number
  readonly now: Now
}

/** What a look leads to. `done` is called when the device is so: what failed is not remembered. */
export type Steps = { readonly changes: readonly PeerChange[]; done(): Seen }

/** Remembers the paths to all peers from one look at the device to the next. */
export class KnownPaths {
  #paths: ReadonlyMap<PublicKey, Path>
  readonly #hub = new Comeback()
  /** The hub came back, and with it perhaps this node's whole network: every path is in doubt at the next look. */
  #urged = false
  #restless = true
  #unfinished = false
  #dueAt = Number.NEGATIVE_INFINITY

  /** @param endpoints where peers answered in an earlier run */
  constructor(endpoints: ReadonlyMap<PublicKey, string>) {
    this.#paths = new Map([...endpoints].map(([key, endpoint]) => [key, rememberedPath(endpoint)]))
  }

  /** Whether some peer has no working path, so that the next look should come soon. */
  get restless(): boolean {
    return this.#restless
  }

  /** Whether peers were left for the next look, so that not too many are sent to at once. */
  get unfinished(): boolean {
    return this.#unfinished
  }

  /** When some path wants the next look, by the monotonic clock. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** Where peers answer, for the next start. */
  get places(): Map<PublicKey, string> {
    return lastPlaces(this.#paths)
  }

  isTrying(key: PublicKey): boolean {
    return this.#paths.get(key)?.state === 'tries'
  }

  /** A peer is where it was, whatever its key. */
  carry(changes: readonly KeyChange[]): void {
    if (changes.length === 0) return
    const paths = new Map(this.#paths)
    for (const { from, to } of changes) {
      const path = paths.get(from)
      const place = path?.relayedAt != null ? path.relay : path?.last
      if (place != null) paths.set(to, rememberedPath(place))
      paths.delete(from)
    }
    this.#paths = paths
  }

  /** What to change on the device, so that it holds the members and looks for those who do not answer. */
  steps(seen: Sighting, { urged = this.#urged, hushed = false }: Doubt): Steps {
    const { device, members, peers, keepaliveS, ownKey, now } = seen
    const live = new Map(device.peers.map((peer) => [peer.key, peer]))
    const before = { ownKey, peers, live, paths: this.#paths, now, keepaliveS }
    const { paths, moves, held, dueAt } = stepPaths({ ...before, urged, hushed })
    const { wanted, held: silent } = wantedPeers(members, live, { moves, keepaliveS })
    const changes = plan(device.peers, wanted)
    return {
      changes: urged ? [...changes, ...sendAgain(untouched(device, changes))] : changes,
      done: () => {
        this.#paths = paths
        this.#unfinished = held + silent > 0
        this.#urged = this.#hub.see(members[0] && paths.get(members[0].key)?.state)
        this.#dueAt = this.#urged ? Number.NEGATIVE_INFINITY : dueAt
        this.#restless = members.some(({ key }) => paths.get(key)?.state === 'tries')
        return { members, live, paths }
      },
    }
  }
}

function untouched(device: LiveDevice, changes: readonly PeerChange[]) {
  const touched = new Set(changes.map(({ key }) => key))
  return device.peers.filter(({ key }) => !touched.has(key))
}
