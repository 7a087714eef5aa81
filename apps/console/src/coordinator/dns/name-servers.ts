import { formatAddress, parseAddress } from '@warren/cidr'
import { hubNetwork } from '../hub-peers.ts'
import type { MeshNetwork } from '../network.ts'
import { serveNames } from './server.ts'
import { Names } from './zone.ts'

/** The networks' DNS: a server at each of a hub's mesh addresses, for the networks that want one. */
export class NameServers {
  readonly #networks: ReadonlyMap<number, Pick<MeshNetwork, 'topology' | 'addresses'>>
  /** By network and address. */
  readonly #open = new Map<string, { close(): void }>()

  constructor(networks: ReadonlyMap<number, Pick<MeshNetwork, 'topology' | 'addresses'>>) {
    this.#networks = networks
  }

  /** Opens and closes what the networks, as they are now, want. */
  follow(): void {
    const wanted = new Map<string, () => { close(): void }>()
    for (const [id, network] of this.#networks) {
      const hub = hubNetwork(network.topology)
      if (!hub?.dns) continue
      const hosts = [hub.address, hub.address6].filter((host) => host !== null)
      for (const host of hosts) wanted.set(`${id} ${host}`, () => this.#serve(host, id))
    }
    for (const [key, server] of this.#open) {
      if (wanted.has(key)) continue
      server.close()
      this.#open.delete(key)
    }
    for (const [key, make] of wanted) if (!this.#open.has(key)) this.#open.set(key, make())
  }

  /** The network is looked up for each question: it may have been loaded anew since. */
  #serve(host: string, id: number): { close(): void } {
    let names: Names | null = null
    return serveNames(host, (source) => {
      const network = this.#networks.get(id)
      if (!network) return null
      if (names?.topology !== network.topology) names = new Names(network.topology)
      const parsed = parseAddress(source)
      const asker = parsed.ok ? network.addresses.peerAt(formatAddress(parsed.value)) : undefined
      return asker === undefined ? null : names.asSeenBy(asker)
    })
  }

  stop(): void {
    for (const server of this.#open.values()) server.close()
    this.#open.clear()
  }
}
