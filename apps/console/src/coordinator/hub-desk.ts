import { type Db, type HubStatus, saveHubStatus } from '@warren/db'
import { type FromHub, type HubNetwork, Refusal, type ToHub } from '@warren/protocol'
import { registerHubKey } from '../server/hub/register-hub-key.ts'
import { hubNetwork } from './hub-peers.ts'
import { HubSocket } from './hub-socket.ts'
import type { MeshNetwork } from './network.ts'

/** Chosen: how often a hub's state goes to the database at most. */
const SAVE_MS = 500
/** How long to leave the database alone after it failed. */
const RETRY_MS = 2_000

export type HubDeskOptions = {
  readonly db: Db
  readonly socket: { readonly path: string; readonly mode: number }
  readonly networks: ReadonlyMap<number, MeshNetwork>
  log(sentence: string): void
}

/** What the mesh API listens on: the hub's mesh address of each family, and its address in the door. */
export type Listener = 'mesh' | 'mesh6' | 'door'

/** What is known of one network's hub besides what the socket and the network say. */
type Faults = Record<'hub' | 'key' | Listener, string | null>

/** Deals with the hub for all networks: tells it what to hold, takes what it observes, and shows how it is doing. */
export class HubDesk {
  readonly #options: HubDeskOptions
  readonly #socket: HubSocket
  readonly #faults = new Map<number, Faults>()
  readonly #saved = new Map<number, string>()
  /** What the hub that is there last told of relays, also of networks that are not read yet. */
  readonly #open = new Map<number, Extract<FromHub, { kind: 'relays' }>>()
  #announced: HubNetwork[] | null = null
  #version: string | null = null
  #timer: NodeJS.Timeout | null = null
  #keyTimer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(options: HubDeskOptions) {
    this.#options = options
    const events = {
      connected: () => this.#welcome(),
      said: (message: FromHub) => this.#hear(message),
      gone: () => this.#miss(),
      log: options.log,
    }
    this.#socket = new HubSocket({ ...options.socket, events })
  }

  start(): Promise<void> {
    return this.#socket.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer ?? undefined)
    clearTimeout(this.#keyTimer ?? undefined)
    await this.#socket.stop()
    await this.#save()
  }

  /** Makes a network that has just been read known to a hub that is there already, and what that told before. */
  introduce(networkId: number, { relays }: MeshNetwork): void {
    if (this.#socket.connected) relays.hubCame(this.#open.get(networkId))
  }

  /** Passes a message about a network on; one that the hub was not told of yet waits for `announce`. */
  send(networkId: number, message: ToHub): void {
    if (this.#announced?.some(({ id }) => id === networkId)) this.#socket.send(message)
  }

  /** Tells the hub which networks there are, when they are other ones than it knows, and new ones whole. */
  announce(): void {
    const networks = [...this.#options.networks.values()].map(({ topology }) => hubNetwork(topology))
    const known = this.#announced
    const next = networks.filter((network) => network !== null)
    if (known && JSON.stringify(known) === JSON.stringify(next)) return
    this.#announced = next
    if (!this.#socket.connected) return
    this.#socket.send({ kind: 'networks', networks: next })
    const fresh = next.filter(({ id }) => !known?.some((one) => one.id === id))
    for (const { id } of fresh) this.#options.networks.get(id)?.hub.sendAll()
    this.#changed()
  }

  /** Why the mesh API cannot be reached by one of its listeners; null when it can. */
  setListenerFault(networkId: number, listener: Listener, sentence: string | null): void {
    this.#setFault(networkId, { [listener]: sentence })
  }

  #welcome(): void {
    this.#options.log('hub: connected')
    this.#open.clear()
    for (const { hub } of this.#options.networks.values()) hub.setApplied(-1)
    // An empty list would make the hub take down what it has; nothing is said before the database was read.
    if (this.#announced) {
      this.#socket.send({ kind: 'networks', networks: this.#announced })
      for (const { id } of this.#announced) this.#options.networks.get(id)?.hub.sendAll()
    }
    for (const { relays } of this.#options.networks.values()) relays.hubCame()
    this.#changed()
  }

  #miss(): void {
    if (!this.#stopped) this.#options.log('hub: gone')
    this.#version = null
    this.#open.clear()
    for (const faults of this.#faults.values()) faults.hub = null
    for (const { relays } of this.#options.networks.values()) relays.hubLeft()
    this.#changed()
  }

  #hear(message: FromHub): void {
    if (message.kind === 'hello') {
      this.#version = message.version
      this.#changed()
      return
    }
    if (message.kind === 'relays') this.#open.set(message.network, message)
    const network = this.#options.networks.get(message.network)
    if (!network) return
    switch (message.kind) {
      case 'key':
        void this.#setKey(message.network, message.publicKey)
        return
      case 'applied':
        network.hubApplied(message.revision)
        this.#changed()
        return
      case 'observed':
        network.observed(message.peers)
        return
      case 'relays':
        network.relays.opened(message)
        return
      case 'fault':
        this.#setFault(message.network, { hub: message.sentence })
    }
  }

  async #setKey(networkId: number, publicKey: string): Promise<void> {
    try {
      await registerHubKey({ db: this.#options.db }, { networkId, publicKey })
      this.#setFault(networkId, { key: null })
    } catch (error) {
      const retry = error instanceof Refusal && error.kind === 'unavailable'
      const sentence = error instanceof Refusal ? error.message : 'The key of the hub could not be put on record.'
      if (!(error instanceof Refusal)) this.#options.log(`hub: its key was not taken over: ${String(error)}`)
      this.#setFault(networkId, { key: sentence })
      if (retry && !this.#stopped) this.#keyTimer = setTimeout(() => void this.#setKey(networkId, publicKey), RETRY_MS)
    }
  }

  #setFault(networkId: number, fault: Partial<Faults>): void {
    const old = this.#faults.get(networkId) ?? { hub: null, mesh: null, mesh6: null, door: null, key: null }
    const [sentence] = Object.values(fault)
    if (sentence !== null && Object.values(old).every((one) => one !== sentence)) {
      this.#options.log(`network ${this.#options.networks.get(networkId)?.topology.network.name}: ${sentence}`)
    }
    this.#faults.set(networkId, { ...old, ...fault })
    this.#changed()
  }

  #changed(wait: number = SAVE_MS): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => void this.#save(), wait)
  }

  async #save(): Promise<void> {
    this.#timer = null
    for (const id of this.#options.networks.keys()) {
      const status = this.#statusOf(id)
      const text = JSON.stringify(status)
      if (this.#saved.get(id) === text) continue
      try {
        await saveHubStatus(this.#options.db, id, status)
        this.#saved.set(id, text)
      } catch {
        // The database is away; the feed says so.
        this.#changed(RETRY_MS)
      }
    }
  }

  #statusOf(networkId: number): Omit<HubStatus, 'at'> {
    const connected = this.#socket.connected && !this.#stopped
    const faults = this.#faults.get(networkId)
    return {
      connected,
      appliedRevision: connected ? (this.#options.networks.get(networkId)?.hub.applied ?? null) : null,
      fault: faults?.hub ?? faults?.mesh ?? faults?.mesh6 ?? faults?.door ?? faults?.key ?? null,
      version: connected ? this.#version : null,
    }
  }
}
