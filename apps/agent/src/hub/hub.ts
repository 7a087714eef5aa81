import { setTimeout as sleep } from 'node:timers/promises'
import type { FromHub, HubNetwork, ToHub } from '@warren/protocol'
import { type ServiceManager, unmanaged } from '@warren/protocol/service-manager'
import { turns } from '../daemon/turns.ts'
import { sentenceOf } from '../failure.ts'
import { version } from '../version.ts'
import { connection } from './connection.ts'
import { type HubState, hubKey, loadHubStates } from './files.ts'
import { withoutTakenPorts } from './port-before.ts'
import { Relays } from './relay/relays.ts'
import type { RelaySettings } from './relay/settings.ts'
import { type HubParts, Served } from './served.ts'

/** How often a device is asked what it saw: normally, and while something is happening. */
const LOOK_MS = 1_000
const CLOSE_LOOK_MS = 200
/** How long something counts as happening. */
const LIVELY_MS = 3_000
/** How often everything is compared, and how often what changed is written down. */
const MEND_MS = 30_000
const SAVE_MS = 2_000
/** Chosen: a round that is this late hangs. Its commands each have a limit of 15 s, and a round runs several. */
const STUCK_MS = 120_000

export type HubOptions = Omit<HubParts, 'tell'> & {
  /** The coordinator's Unix socket. */
  readonly socket: string
  /** Remove interfaces and rules at the end. */
  readonly takeDown: boolean
  readonly relay: RelaySettings
  /** Hears how the hub is doing. */
  readonly manager?: ServiceManager
}

/**
 * Serves the coordinator's networks until `stop`. Starts from what was saved, so that a rebooted hub brings its tunnels
 * back without a console; a lost coordinator changes nothing on the devices. @throws Failure
 */
export async function hub(options: HubOptions, stop: AbortSignal): Promise<void> {
  const { socket, takeDown, relay, manager = unmanaged, ...rest } = options
  const line = connection(socket, {
    log: rest.log,
    onOpen: () => void line.tell({ kind: 'hello', version }),
    onMessage: (message) => networks.receive(message),
  })
  const networks = new Networks({ ...rest, tell: (message: FromHub) => void line.tell(message) }, relay)
  await networks.start()
  manager.ready()
  const alive = (): void => {
    manager.promise('watching', STUCK_MS)
    manager.status(networks.names.length === 0 ? 'serves no network yet' : `serves ${networks.names.join(', ')}`)
  }
  await Promise.all([line.run(stop), networks.watch(stop, alive)])
  manager.close()
  await networks.close(takeDown)
}

/** The networks that this hub serves, by id. */
class Networks {
  readonly #parts: HubParts
  readonly #served = new Map<number, Served>()
  readonly #relays: Relays
  readonly #inTurn = turns()
  #livelyUntil = 0
  #listening: ReadonlySet<number> = new Set()

  constructor(parts: HubParts, settings: RelaySettings) {
    const { env, log, tell } = parts
    this.#parts = parts
    this.#relays = new Relays({
      env,
      run: parts.tools.run,
      settings,
      log,
      tell,
      endpointOf: (network, key) => this.#served.get(network)?.endpointOf(key) ?? null,
      portsInUse: () => this.#listening,
    })
  }

  /** Serves what was saved. @throws Failure (state) */
  async start(): Promise<void> {
    const states = await loadHubStates(this.#parts.env)
    await this.#relays.load()
    this.#listening = listening(states.map(({ network }) => network))
    for (const state of states) await this.#open(state.network, state)
    await this.#relays.mend()
  }

  get names(): string[] {
    return [...this.#served.values()].map(({ network }) => network.name).sort()
  }

  /** Takes over what the coordinator says, in its order. */
  receive(message: ToHub): void {
    this.#livelyUntil = performance.now() + LIVELY_MS
    this.#inTurn(async () => {
      if (message.kind === 'networks') await this.#serve(withoutTakenPorts(message.networks))
      // Not waited for: more that comes meanwhile is applied together, and each network takes its own turns.
      else if (message.kind === 'peers') void this.#served.get(message.network)?.setPeers(message)
      else await this.#relays.set(message.network, message.pairs)
    }).catch((error: unknown) => this.#parts.log(sentenceOf(error)))
  }

  /** Looks at every device, again and again, until `stop`; `alive` is called with each round. */
  async watch(stop: AbortSignal, alive: () => void): Promise<void> {
    let mendedAt = performance.now()
    let savedAt = performance.now()
    while (!stop.aborted) {
      alive()
      const now = performance.now()
      const all = [...this.#served.values()]
      const moved = await Promise.all(all.map((served) => served.look()))
      await this.#relays.look()
      if (moved.some(Boolean)) this.#livelyUntil = now + LIVELY_MS
      if (now - mendedAt >= MEND_MS) {
        mendedAt = now
        await Promise.all([...all.map((served) => served.restore()), this.#relays.mend()])
      }
      if (now - savedAt >= SAVE_MS) {
        savedAt = now
        await this.#save()
      }
      const pauseMs = now < this.#livelyUntil ? CLOSE_LOOK_MS : LOOK_MS
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => {})
    }
  }

  /**
   * Writes everything down; with `takeDown`, removes every interface and its rules. It takes its turn: what the
   * coordinator said last would make them again.
   */
  close(takeDown: boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.#save()
      await this.#relays.close(takeDown)
      if (takeDown) await Promise.all([...this.#served.values()].map((served) => served.takeDown(false)))
    })
  }

  /** Starts to serve a network, from what was saved of it if there is something. @throws Failure (state) */
  async #open(network: HubNetwork, state: HubState | null): Promise<void> {
    const key = await hubKey(this.#parts.env, network.name)
    const served = new Served(this.#parts, key, { network, state })
    this.#served.set(network.id, served)
    await served.restore()
    await this.#relays.serve(network)
  }

  async #serve(networks: readonly HubNetwork[]): Promise<void> {
    this.#listening = listening(networks)
    // A network may have been given a port that a relay has.
    await this.#relays.renew()
    for (const [id, served] of this.#served) {
      // A console with a new database counts its ids anew: the name tells whether it is the same network.
      if (networks.some((network) => network.id === id && network.name === served.network.name)) continue
      this.#served.delete(id)
      await this.#relays.leave(id)
      await served.takeDown(true)
    }
    for (const network of networks) {
      const known = this.#served.get(network.id)
      if (known) await known.setNetwork(network)
      else await this.#open(network, null)
      this.#served.get(network.id)?.greet()
      await this.#relays.greet(network.id)
    }
  }

  async #save(): Promise<void> {
    for (const served of this.#served.values()) {
      await served.save().catch((error: unknown) => this.#parts.log(sentenceOf(error)))
    }
    await this.#relays.save().catch((error: unknown) => this.#parts.log(sentenceOf(error)))
  }
}

/** The UDP ports that networks need for themselves. */
const listening = (networks: readonly HubNetwork[]): ReadonlySet<number> =>
  new Set(networks.flatMap(({ listenPort, listenPortBefore }) => [listenPort, listenPortBefore ?? listenPort]))
