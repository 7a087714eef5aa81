import { DNS_PORT, type HubNetwork, type HubPeer, type PrivateKey, type PublicKey } from '@warren/protocol'
import { doorHub, doorPrefix } from '@warren/protocol/door'
import { Failure, sentenceOf } from '../failure.ts'
import { forwardedPairs, hubProblem, restrictedIps, wantedByHub } from '../plan/hub-plan.ts'
import { plan } from '../plan/plan.ts'
import { interfaceAddress } from '../wireguard/addresses.ts'
import { applyChanges } from '../wireguard/apply.ts'
import { ensureDevice, removeDevice, type Tools } from '../wireguard/device.ts'
import type { LiveDevice } from '../wireguard/dump.ts'
import { type FilterSpec, removeFilter } from '../wireguard/firewall.ts'
import { allowForwarding } from '../wireguard/forwarding.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import { meshAddresses } from '../wireguard/mesh-addresses.ts'
import { Filter } from './filter.ts'
import { PortBefore } from './port-before.ts'

/** What a hub's device is to be. */
export type Wish = {
  readonly network: HubNetwork
  readonly peers: readonly HubPeer[]
  /** Whether `peers` is what there is: nothing is removed from a device before. */
  readonly informed: boolean
  /** Where each peer was last. */
  readonly endpoints: ReadonlyMap<PublicKey, string>
}

/** The interface of one network on its hub, with the rules that belong to it. */
export class HubDevice {
  readonly #tools: Tools
  readonly #log: (line: string) => void
  readonly #key: PrivateKey
  readonly #filter: Filter
  readonly #portBefore: PortBefore
  #wanting: string | null = null

  constructor(tools: Tools, key: PrivateKey, log: (line: string) => void) {
    this.#tools = tools
    this.#log = log
    this.#key = key
    this.#filter = new Filter(tools)
    this.#portBefore = new PortBefore(tools.run)
  }

  /** What this machine lacks for all that is wished, a sentence; null when nothing is known of. */
  get wanting(): string | null {
    return this.#wanting
  }

  /** Has the packet filter written anew next time, if somebody else removed it. */
  verify(network: HubNetwork): Promise<void> {
    return this.#filter.verify(network.interface)
  }

  /** Brings the device to what is wished. Without `known` all of it is compared, not the peers alone. @throws Failure */
  async bring({ network, peers, informed, endpoints }: Wish, known: LiveDevice | null): Promise<void> {
    const key = publicKeyOf(this.#key)
    const problem = hubProblem(network, { key, door: doorPrefix(key) }, peers)
    if (problem !== null) throw new Failure('refused', `What the console says was refused: ${problem}`)

    const { interface: device, keepaliveS } = network
    const spec = filterOf(network, peers, key)
    await this.#filter.around(spec, async () => {
      const live = known ?? (await this.#ensure(network))
      if (!known || spec.forwards.length > 0) this.#wanting = await allowForwarding(device, spec.forwards)
      if (!informed) return
      const byKey = new Map(live.peers.map((peer) => [peer.key, peer]))
      const wanted = wantedByHub(peers, byKey, { endpoints, keepaliveS })
      await applyChanges(this.#tools.run, device, plan(live.peers, wanted))
    })
  }

  /** Removes the interface and all rules. */
  async remove({ interface: name }: HubNetwork): Promise<void> {
    const { run } = this.#tools
    const complain = (error: unknown): void => this.#log(sentenceOf(error))
    await removeDevice(run, name)
    await removeFilter(run, name).catch(complain)
    await this.#portBefore.remove(name).catch(complain)
  }

  async #ensure(network: HubNetwork): Promise<LiveDevice> {
    const door = interfaceAddress(doorHub(publicKeyOf(this.#key)), 64)
    const { device } = await ensureDevice(this.#tools, {
      name: network.interface,
      privateKey: this.#key,
      ...meshAddresses(network, door),
      listenPort: network.listenPort,
    })
    await this.#portBefore.keep(network)
    return device
  }
}

function filterOf(network: HubNetwork, peers: readonly HubPeer[], key: PublicKey): FilterSpec {
  const own = network.address6 === null ? [network.address] : [network.address, network.address6]
  return {
    device: network.interface,
    addresses: [...own, doorHub(key)],
    apiPort: network.apiPort,
    dns: network.dns ? { port: DNS_PORT, addresses: own } : null,
    restricted: restrictedIps(peers),
    forwards: forwardedPairs(peers),
  }
}
