import type { FromHub, HubNetwork, HubPeer, PrivateKey, PublicKey, ToHub } from '@warren/protocol'
import type { Clock } from '../daemon/clock.ts'
import { turns } from '../daemon/turns.ts'
import type { Env } from '../env.ts'
import { sentenceOf } from '../failure.ts'
import { readDevice, type Tools } from '../wireguard/device.ts'
import type { LiveDevice } from '../wireguard/dump.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import { HubDevice } from './device.ts'
import { type HubState, removeHubState, saveHubState } from './files.ts'
import { Sightings } from './sightings.ts'

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
  readonly #device: HubDevice
  readonly #sightings: Sightings
  readonly #inTurn = turns()
  #network: HubNetwork
  #peers: Map<string, HubPeer>
  #revision: number
  /** Whether the peers are known, from disk or from the coordinator; nothing is removed from a device before. */
  #informed: boolean
  #toldRevision: number | null = null
  #fault: string | null = null
  /** Whether the last work on the device failed; what is merely wanting is no reason to do it over and over. */
  #failed = false
  #waiting = false
  #unsaved = false

  constructor(parts: HubParts, key: PrivateKey, from: { network: HubNetwork; state: HubState | null }) {
    this.#parts = parts
    this.#key = key
    this.#network = from.network
    this.#device = new HubDevice(parts.tools, key, parts.log)
    this.#informed = from.state !== null
    this.#revision = from.state?.revision ?? 0
    this.#peers = new Map(from.state?.peers.map((peer) => [peer.ref, peer]))
    this.#sightings = new Sightings(from.state?.endpoints ?? {})
  }

  get network(): HubNetwork {
    return this.#network
  }

  /** Where a peer proved to be last. */
  endpointOf(key: PublicKey): string | null {
    return this.#sightings.endpoints.get(key) ?? null
  }

  /** Says what a coordinator that has just connected cannot know. */
  greet(): void {
    const { id } = this.#network
    this.#sightings.forgetTold()
    this.#toldRevision = null
    this.#parts.tell({ kind: 'key', network: id, publicKey: publicKeyOf(this.#key) })
    if (this.#fault !== null) this.#parts.tell({ kind: 'fault', network: id, sentence: this.#fault })
  }

  /** Takes over changed settings. An interface of another name is made first anew. */
  async setNetwork(network: HubNetwork): Promise<void> {
    const before = this.#network
    this.#network = network
    if (before.interface !== network.interface) await this.#inTurn(() => this.#device.remove(before))
    if (JSON.stringify(before) === JSON.stringify(network)) return
    this.#unsaved = true
    await this.restore()
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
      await this.#device.verify(this.#network)
      await this.#reconcile(null)
    })
  }

  /** Reads what the device saw of its peers and tells what changed; true when a peer came, went or moved. */
  async look(): Promise<boolean> {
    let moved = false
    await this.#guarded(async () => {
      const device = await readDevice(this.#parts.tools.run, this.#network.interface)
      if (!device || this.#failed) return this.#reconcile(null)
      const seen = this.#sightings.take(device.peers)
      moved = seen.moved
      if (seen.elsewhere) this.#unsaved = true
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
      endpoints: this.#sightings.endpointsOf(keys),
    })
  }

  /** Removes the interface and the rules; with `forget`, the saved peers too. */
  takeDown(forget: boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.#device.remove(this.#network)
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
      const sentence = failure ?? this.#device.wanting
      if (sentence === this.#fault) return
      this.#fault = sentence
      this.#parts.log(`${this.#network.name}: ${sentence ?? 'in order again'}`)
      this.#parts.tell({ kind: 'fault', network: this.#network.id, sentence })
    })
  }

  /** Brings the device to what was said last. Without `known` all of it is compared, not the peers alone. */
  async #reconcile(known: LiveDevice | null): Promise<void> {
    const revision = this.#revision
    const { endpoints } = this.#sightings
    const wish = { network: this.#network, peers: [...this.#peers.values()], informed: this.#informed, endpoints }
    await this.#device.bring(wish, known)
    if (!wish.informed || revision === this.#toldRevision) return
    this.#toldRevision = revision
    this.#parts.tell({ kind: 'applied', network: wish.network.id, revision })
  }
}
