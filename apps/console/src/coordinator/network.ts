import type { PeerStatus } from '@warren/db'
import { type Observed, type PollInput, Refusal, type ReportInput, type ToHub } from '@warren/protocol'
import { AddressBook } from './address-book.ts'
import { HubView } from './hub-view.ts'
import { Polls, type Reply } from './polls.ts'
import { Presence } from './presence.ts'
import { Secrets } from './secrets.ts'
import { Answers } from './topology/answers.ts'
import { type Plan, type Step, stepTo } from './topology/rows.ts'
import { type Observation, type Revised, Topology, type Touched } from './topology/topology.ts'

/** Chosen: endpoints that change within this time reach agents as one (a hub that starts sees everybody anew). */
const GATHER_MS = 50

/** What a network needs of the world around it. */
export type NetworkWorld = {
  /** Names this life of the process in cursors. */
  readonly instance: string
  saveStatus(rows: PeerStatus[]): Promise<void>
  readSecret(peerId: number): Promise<string | null>
  toHub(message: ToHub): void
  now(): Date
}

/** One network as the coordinator serves it: memory, held polls, the hub's view, presence. */
export class MeshNetwork {
  readonly topology = new Topology()
  readonly presence: Presence
  readonly secrets: Secrets
  readonly polls: Polls
  readonly hub: HubView
  readonly addresses = new AddressBook(this.topology.rows)
  readonly #world: NetworkWorld
  readonly #gathered = new Map<number, Observation>()
  #gathering: NodeJS.Timeout | null = null

  constructor(world: NetworkWorld) {
    this.#world = world
    this.presence = new Presence({ save: (rows) => world.saveStatus(rows), now: world.now })
    this.secrets = new Secrets((peerId) => world.readSecret(peerId))
    this.polls = new Polls(this.topology, new Answers(this.topology, world.instance), this.presence)
    this.hub = new HubView(this.topology, { send: (message) => world.toHub(message), now: () => world.now().getTime() })
  }

  /** Goes to a snapshot's state, at the start or over a gap. */
  load(plan: Plan): void {
    const step = stepTo(this.topology.rows, plan)
    for (const { id } of step.after.peers) this.secrets.forget(id)
    this.#follow(step, () => this.topology.load(plan))
  }

  /** The next change. Throws a RangeError when it is not the next one. */
  apply(change: Revised): void {
    const joinedBefore = new Map(change.before.peers.map(({ id, redeemedAt }) => [id, redeemedAt]))
    this.#follow(change, () => this.topology.apply(change))
    for (const { id, redeemedAt } of change.after.peers) {
      if (redeemedAt !== joinedBefore.get(id)) void this.secrets.renew(id)
    }
  }

  /** The hub's device comes before the agents: what they are told should work by the time they try it. */
  #follow(step: Step, advance: () => Touched): void {
    const keyBefore = this.addresses.hubKey
    const touched = advance()
    this.addresses.follow(step)
    for (const { id, deletedAt } of step.after.peers) if (deletedAt !== null) this.presence.forget(id)
    if (keyBefore === this.addresses.hubKey) this.hub.sendStep(step)
    else this.hub.sendAll()
    this.polls.wake(touched)
  }

  /** What the database knows of endpoints and presence from before this process. */
  restore(status: readonly PeerStatus[]): void {
    this.presence.load(status)
    this.topology.observe(
      status.map(({ peerId, endpoint, candidates }) => ({ peerId, observed: endpoint, candidates })),
    )
  }

  /** Answers a poll or holds it; returns how to let go of it. */
  poll(peerId: number, input: PollInput, reply: Reply): () => void {
    this.#noteApplied(peerId, input.applied)
    return this.polls.ask({
      peerId,
      input,
      reply: (answer) => {
        if (!(answer instanceof Refusal) && answer.kind !== 'same') this.presence.update(peerId, { current: false })
        reply(answer)
      },
    })
  }

  #noteApplied(peerId: number, applied: PollInput['applied']): void {
    const placed = this.topology.placed(peerId)
    if (!applied || !placed) return
    const digests = { digest: BigInt(`0x${applied.digest}`), self: BigInt(`0x${applied.self}`) }
    const current = this.topology.isCurrent(placed, digests)
    const { appliedRevision, appliedAt } = this.presence.of(peerId)
    const at = appliedRevision === applied.revision ? appliedAt : this.#world.now().toISOString()
    this.presence.update(peerId, { appliedRevision: applied.revision, appliedAt: at, current })
  }

  /** What an agent says about itself. */
  reported(peerId: number, { version, candidates, fault }: ReportInput): void {
    this.presence.update(peerId, { version, candidates, fault })
    this.#gather({ peerId, candidates })
  }

  /** What the hub's device shows. Only endpoints concern agents; the rest is for people to see. */
  observed(peers: readonly Observed[]): void {
    for (const { key, endpoint, handshakeAt, rx, tx } of peers) {
      const peerId = this.addresses.peerWithKey(key)
      if (peerId === undefined) continue
      const shaken = handshakeAt > 0 ? { handshakeAt: new Date(handshakeAt * 1000).toISOString() } : {}
      this.presence.update(peerId, { rx, tx, ...shaken, ...(endpoint === null ? {} : { endpoint }) })
      if (endpoint !== null && endpoint !== this.topology.observedEndpoint(peerId)) {
        this.#gather({ peerId, observed: endpoint })
      }
    }
  }

  #gather(observation: Observation): void {
    this.#gathered.set(observation.peerId, { ...this.#gathered.get(observation.peerId), ...observation })
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null
      const gathered = [...this.#gathered.values()]
      this.#gathered.clear()
      this.polls.wake(this.topology.observe(gathered))
    }, GATHER_MS)
  }

  /** Ends held polls, so that agents ask again elsewhere or later, and saves what is unsaved. */
  async stop(): Promise<void> {
    clearTimeout(this.#gathering ?? undefined)
    this.hub.stop()
    this.polls.endAll()
    await this.presence.stop()
  }
}
