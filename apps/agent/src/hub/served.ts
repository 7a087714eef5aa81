import {
  DNS_PORT,
  type FromHub,
  type HubNetwork,
  type HubPeer,
  type Observed,
  type PrivateKey,
  type PublicKey,
  type ToHub,
} from '@warren/protocol'
import { doorHub, doorPrefix } from '@warren/protocol/door'
import type { Clock } from '../daemon/clock.ts'
import { turns } from '../daemon/turns.ts'
import type { Env } from '../env.ts'
import { Failure, sentenceOf } from '../failure.ts'
import { forwardedPairs, hubProblem, restrictedIps, wantedByHub } from '../plan/hub-plan.ts'
import { changedObservations } from '../plan/observed.ts'
import { plan } from '../plan/plan.ts'
import { interfaceAddress } from '../wireguard/addresses.ts'
import { applyChanges } from '../wireguard/apply.ts'
import { ensureDevice, readDevice, removeDevice, type Tools } from '../wireguard/device.ts'
import type { LiveDevice } from '../wireguard/dump.ts'
import { removeFilter } from '../wireguard/firewall.ts'
import { allowForwarding } from '../wireguard/forwarding.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import { meshAddresses } from '../wireguard/mesh-addresses.ts'
import { type HubState, removeHubState, saveHubState } from './files.ts'
import { Filter } from './filter.ts'
import { PortBefore } from './port-before.ts'

export type HubParts = {
  readonly env: Env
  readonly tools: Tools
  readonly clock: Clock
  readonly log: (line: string) => void
  /** Tells the coordinator; lost while there is no connection. */
  readonly tell: (message: FromHub) => void
}

type Peers = Extract<ToHub, { kind: 'peers' }>

/** One network that this hub serves: its device, its packet filter, and what was observed of its peers. */
export class Served {
  readonly #parts: HubParts
  readonly #key: PrivateKey
  readonly #filter: Filter
  readonly #portBefore: PortBefore
  readonly #inTurn = turns()
  #network: HubNetwork
  #peers: Map<string, HubPeer>
  #revision: number
  /** Whether the peers are known, from disk or from the coordinator; nothing is removed from a device before. */
  #informed: boolean
  #endpoints: Map<PublicKey, string>
  #told = new Map<PublicKey, Observed>()
  #toldRevision: number | null = null
  #fault: string | null = null
  /** Whether the last work on the device failed; what is merely wanting is no reason to do it over and over. */
  #failed = false
  #wanting: string | null = null
  #waiting = false
  #unsaved = false

  constructor(parts: HubParts, key: PrivateKey, from: { network: HubNetwork; state: HubState | null }) {
    this.#parts = parts
    this.#key = key
    this.#network = from.network
    this.#filter = new Filter(parts.tools)
    this.#portBefore = new PortBefore(parts.tools.run)
    this.#informed = from.state !== null
    this.#revision = from.state?.revision ?? 0
    this.#peers = new Map(from.state?.peers.map((peer) => [peer.ref, peer]))
    this.#endpoints = new Map(Object.entries(from.state?.endpoints ?? {}).map(([k, at]) => [k as PublicKey, at]))
  }

  get network(): HubNetwork {
    return this.#network
  }

  /** Where a peer proved to be last. */
  endpointOf(key: PublicKey): string | null {
    return this.#endpoints.get(key) ?? null
  }

  /** Says what a coordinator that has just connected cannot know. */
  greet(): void {
    const { id } = this.#network
    this.#told = new Map()
    this.#toldRevision = null
    this.#parts.tell({ kind: 'key', network: id, publicKey: publicKeyOf(this.#key) })
    if (this.#fault !== null) this.#parts.tell({ kind: 'fault', network: id, sentence: this.#fault })
  }

  /** Takes over changed settings. An interface of another name is made first anew. */
  async setNetwork(network: HubNetwork): Promise<void> {
    const before = this.#network
    this.#network = network
    if (before.interface !== network.interface) await this.#inTurn(() => this.#removeTraces(before))
    if (JSON.stringify(before) !== JSON.stringify(network)) await this.restore()
  }

  /** Takes over what the coordinator says of the peers, and reports when the device holds it. */
  async setPeers(message: Peers): Promise<void> {
    const peers = message.full ? new Map<string, HubPeer>() : new Map(this.#peers)
    for (const ref of message.remove) peers.delete(ref)
    for (const peer of message.upsert) peers.set(peer.ref, peer)
    this.#peers = peers
    this.#revision = message.revision
    this.#informed = true
    this.#unsaved = true
    // Changes that arrive while one is being applied are applied together.
    if (this.#waiting) return
    this.#waiting = true
    await this.#guarded(async () => {
      this.#waiting = false
      await this.#reconcile(await readDevice(this.#parts.tools.run, this.#network.interface))
    })
  }

  /** Compares everything with what it should be, and mends it. */
  restore(): Promise<void> {
    return this.#guarded(async () => {
      await this.#filter.verify(this.#network.interface)
      await this.#reconcile(null)
    })
  }

  /** Reads what the device saw of its peers and tells what changed; true when a peer came, went or moved. */
  async look(): Promise<boolean> {
    let moved = false
    await this.#guarded(async () => {
      const device = await readDevice(this.#parts.tools.run, this.#network.interface)
      if (!device || this.#failed) return this.#reconcile(null)
      const seen = changedObservations(this.#told, device.peers)
      this.#told = seen.told
      moved = seen.moved
      for (const { key, endpoint, handshakeAt } of seen.news) {
        if (endpoint === null || handshakeAt === 0 || this.#endpoints.get(key) === endpoint) continue
        this.#endpoints.set(key, endpoint)
        this.#unsaved = true
      }
      if (seen.news.length > 0) {
        this.#parts.tell({ kind: 'observed', network: this.#network.id, peers: seen.news })
      }
    })
    return moved
  }

  /** Writes down what a start without the console needs, if it changed. @throws Failure (state) */
  async save(): Promise<void> {
    if (!this.#unsaved || !this.#informed) return
    this.#unsaved = false
    const keys = new Set([...this.#peers.values()].map((peer) => peer.key))
    await saveHubState(this.#parts.env, {
      version: 1,
      network: this.#network,
      revision: this.#revision,
      peers: [...this.#peers.values()],
      endpoints: Object.fromEntries([...this.#endpoints].filter(([key]) => keys.has(key))),
    })
  }

  /** Removes the interface and the rules; with `forget`, the saved peers too. */
  takeDown(forget: boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.#removeTraces(this.#network)
      if (forget) await removeHubState(this.#parts.env, this.#network.name)
    })
  }

  /** One piece of work on the device; its failure becomes this network's fault, or what is wanting, or neither. */
  #guarded(work: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const failure = await work().then(
        () => null,
        (error: unknown) => sentenceOf(error).slice(0, 500),
      )
      this.#failed = failure !== null
      const sentence = failure ?? this.#wanting
      if (sentence === this.#fault) return
      this.#fault = sentence
      this.#parts.log(`${this.#network.name}: ${sentence ?? 'in order again'}`)
      this.#parts.tell({ kind: 'fault', network: this.#network.id, sentence })
    })
  }

  /** Brings the device to what was said last. Without `known` all of it is compared, not the peers alone. */
  async #reconcile(known: LiveDevice | null): Promise<void> {
    const { tools } = this.#parts
    const network = this.#network
    const revision = this.#revision
    const key = publicKeyOf(this.#key)
    const problem = hubProblem(network, { key, door: doorPrefix(key) }, this.#peers.values())
    if (problem !== null) throw new Failure('refused', `What the console says was refused: ${problem}`)

    const restricted = restrictedIps(this.#peers.values())
    const { interface: device, apiPort, keepaliveS, dns } = network
    const forwards = forwardedPairs(this.#peers.values())
    const own = network.address6 === null ? [network.address] : [network.address, network.address6]
    const addresses = [...own, doorHub(key)]
    const names = dns ? { port: DNS_PORT, addresses: own } : null
    const spec = { device, addresses, apiPort, dns: names, restricted, forwards }
    await this.#filter.around(spec, async () => {
      const live = known ?? (await this.#ensure())
      if (!known || forwards.length > 0) this.#wanting = await allowForwarding(device, forwards)
      if (!this.#informed) return
      const byKey = new Map(live.peers.map((peer) => [peer.key, peer]))
      const wanted = wantedByHub(this.#peers.values(), byKey, { endpoints: this.#endpoints, keepaliveS })
      await applyChanges(tools.run, device, plan(live.peers, wanted))
    })
    if (!this.#informed || revision === this.#toldRevision) return
    this.#toldRevision = revision
    this.#parts.tell({ kind: 'applied', network: network.id, revision })
  }

  async #ensure(): Promise<LiveDevice> {
    const { interface: name, listenPort } = this.#network
    const door = publicKeyOf(this.#key)
    const { device } = await ensureDevice(this.#parts.tools, {
      name,
      privateKey: this.#key,
      ...meshAddresses(this.#network, interfaceAddress(doorHub(door), 64)),
      listenPort,
    })
    await this.#portBefore.keep(this.#network)
    return device
  }

  async #removeTraces(network: HubNetwork): Promise<void> {
    const { run } = this.#parts.tools
    await removeDevice(run, network.interface)
    const complain = (error: unknown): void => this.#parts.log(sentenceOf(error))
    await removeFilter(run, network.interface).catch(complain)
    await this.#portBefore.remove(network.interface).catch(complain)
  }
}
