import type { Observed, PublicKey } from '@warren/protocol'
import { changedObservations } from '../plan/observed.ts'
import type { LivePeer } from '../wireguard/dump.ts'

/** What a hub's device saw of its peers: what of it was told, and where each proved to be last. */
export class Sightings {
  readonly #endpoints: Map<PublicKey, string>
  #told = new Map<PublicKey, Observed>()

  /** @param saved endpoints by key, from before a restart */
  constructor(saved: Readonly<Record<string, string>>) {
    this.#endpoints = new Map(Object.entries(saved).map(([key, at]) => [key as PublicKey, at]))
  }

  /** Where peers answered last. */
  get endpoints(): ReadonlyMap<PublicKey, string> {
    return this.#endpoints
  }

  /** Has everything told again. */
  forgetTold(): void {
    this.#told = new Map()
  }

  /** What is news since the last look, whether a peer came, went or moved, and whether one is where it was not before. */
  take(peers: readonly LivePeer[]): { news: Observed[]; moved: boolean; elsewhere: boolean } {
    const { told, news, moved } = changedObservations(this.#told, peers)
    this.#told = told
    let elsewhere = false
    for (const { key, endpoint, handshakeAt } of news) {
      if (endpoint === null || handshakeAt === 0 || this.#endpoints.get(key) === endpoint) continue
      this.#endpoints.set(key, endpoint)
      elsewhere = true
    }
    return { news, moved, elsewhere }
  }

  /** The endpoints of these peers, to be saved. */
  endpointsOf(keys: ReadonlySet<PublicKey>): Record<PublicKey, string> {
    return Object.fromEntries([...this.#endpoints].filter(([key]) => keys.has(key)))
  }
}
