import { formatAddress, parseAddress } from '@warren/cidr'
import type { PeerRow } from '@warren/protocol'
import type { Topology } from '../topology/topology.ts'

/** A peer as DNS tells of it. */
export type Named = { readonly name: string; readonly addresses: readonly string[] }

/** A network's names, as far as one asker may know them: itself and whom it reaches, and nobody else. */
export type Zone = {
  readonly network: string
  named(name: string): Named | null
  /** `address` in any spelling. */
  at(address: string): Named | null
}

/** The names of a network. They are looked up by a map that is made anew when the network has changed. */
export class Names {
  readonly topology: Topology
  #revision = -1
  readonly #byName = new Map<string, PeerRow>()
  readonly #byAddress = new Map<string, PeerRow>()

  constructor(topology: Topology) {
    this.topology = topology
  }

  /** What the peer with this id may know; null when it takes no part. */
  asSeenBy(asker: number): Zone | null {
    const { topology } = this
    if (!topology.placed(asker)) return null
    this.#refresh()
    const shown = (row: PeerRow | undefined): Named | null => {
      if (!row || !topology.placed(row.id) || (row.id !== asker && !topology.mayMeet(asker, row.id))) return null
      return { name: row.name, addresses: row.address6 === null ? [row.address] : [row.address, row.address6] }
    }
    return {
      network: topology.network.name,
      named: (name) => shown(this.#byName.get(name)),
      at: (address) => {
        const parsed = parseAddress(address)
        return parsed.ok ? shown(this.#byAddress.get(formatAddress(parsed.value))) : null
      },
    }
  }

  #refresh(): void {
    if (this.#revision === this.topology.revision) return
    this.#revision = this.topology.revision
    this.#byName.clear()
    this.#byAddress.clear()
    for (const row of this.topology.rows.peers.values()) {
      if (row.deletedAt !== null) continue
      this.#byName.set(row.name, row)
      this.#byAddress.set(row.address, row)
      if (row.address6 !== null) this.#byAddress.set(row.address6, row)
    }
  }
}
