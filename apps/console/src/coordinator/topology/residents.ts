import type { PeerEntry, PeerRow, SelfEntry } from '@warren/protocol'
import { type Entry, peerEntry, type Surroundings, selfEntry } from './entries.ts'

/** An active peer: as others know it, as it knows itself, and where it sits. */
export type Placed = {
  readonly entry: Entry<PeerEntry>
  readonly self: SelfEntry
  readonly selfText: string
  readonly cidr: number
  readonly hub: boolean
}

/** What a row makes of a peer; null when it takes no part. */
export function placedOf(row: PeerRow, around: Surroundings): Placed | null {
  const entry = peerEntry(row, around.network, around.sight)
  const self = selfEntry(row, around)
  return entry && self && { entry, self, selfText: JSON.stringify(self), cidr: self.cidr, hub: row.kind === 'hub' }
}

const NOBODY: ReadonlySet<number> = new Set()

/** The active peers of a network, by id and by CIDR; hubs apart, since everybody sees them. */
export class Residents {
  readonly #placed = new Map<number, Placed>()
  readonly #members = new Map<number, Set<number>>()
  readonly #hubs = new Map<number, Set<number>>()

  get(id: number): Placed | undefined {
    return this.#placed.get(id)
  }

  /** Puts a peer where it is now; null when it takes no part any more. */
  set(id: number, placed: Placed | null): void {
    const old = this.#placed.get(id)
    if (old) this.#homes(old).get(old.cidr)?.delete(id)
    if (!placed) {
      this.#placed.delete(id)
      return
    }
    this.#placed.set(id, placed)
    const homes = this.#homes(placed)
    homes.set(placed.cidr, (homes.get(placed.cidr) ?? new Set()).add(id))
  }

  #homes({ hub }: Placed): Map<number, Set<number>> {
    return hub ? this.#hubs : this.#members
  }

  /** Peers that are no hubs, directly in a CIDR. */
  membersOf(cidr: number): ReadonlySet<number> {
    return this.#members.get(cidr) ?? NOBODY
  }

  hasHub(cidr: number): boolean {
    return (this.#hubs.get(cidr)?.size ?? 0) > 0
  }

  hubs(): number[] {
    return [...this.#hubs.values()].flatMap((ids) => [...ids])
  }
}
