import type { PeerStatus, SavedRelay } from '@warren/db'
import {
  INNERNET_VERSION,
  type LinksAnswer,
  type LinksInput,
  type Observed,
  type PollInput,
  Refusal,
  type ReportInput,
  type ToHub,
} from '@warren/protocol'
import { AddressBook } from './address-book.ts'
import { Allowance, RATES } from './allowance.ts'
import { HubView } from './hub-view.ts'
import { type ObservationStore, Observations } from './observations.ts'
import { Polls, type Reply } from './polls.ts'
import { Presence } from './presence.ts'
import { Relays } from './relays.ts'
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
  readonly observations: ObservationStore
  saveRelays(relays: SavedRelay[]): Promise<void>
  readSecret(peerId: number): Promise<string | null>
  toHub(message: ToHub): void
  now(): Date
}

/** One network as the coordinator serves it: memory, held polls, the hub's view, presence and what else is observed. */
export class MeshNetwork {
  readonly topology = new Topology()
  readonly presence: Presence
  readonly secrets: Secrets
  readonly polls: Polls
  readonly hub: HubView
  readonly observations: Observations
  readonly relays: Relays
  readonly addresses = new AddressBook(this.topology.rows)
  readonly #world: NetworkWorld
  readonly #gathered = new Map<number, Observation>()
  readonly #allowances = {
    report: new Allowance(RATES.report),
    links: new Allowance(RATES.links),
    overrides: new Allowance(RATES.overrides),
  }
  #gathering: NodeJS.Timeout | null = null

  constructor(world: NetworkWorld) {
    this.#world = world
    const { instance, now } = world
    this.observations = new Observations(this.topology, { instance, now, store: world.observations })
    const turned = (peerId: number) => {
      this.observations.links.poke()
      this.relays.came(peerId)
    }
    this.presence = new Presence({
      save: (rows) => world.saveStatus(rows),
      now,
      turned,
      everyS: (peerId) => this.topology.pollingOf(peerId)?.everyS ?? null,
    })
    this.secrets = new Secrets((peerId) => world.readSecret(peerId))
    this.polls = new Polls(this.topology, new Answers(this.topology, instance), this.presence)
    this.relays = new Relays({
      topology: this.topology,
      isOnline: (peerId) => this.presence.of(peerId).online,
      follows: (peerId) => this.presence.of(peerId).version !== INNERNET_VERSION,
      send: (message) => world.toHub(message),
      wake: (touched) => this.polls.wake(touched),
      save: (relays) => world.saveRelays(relays),
      nowMs: () => performance.now(),
    })
    this.hub = new HubView(this.topology, { send: (message) => world.toHub(message), now: () => now().getTime() })
  }

  /** Goes to a snapshot's state, at the start or over a gap; then nobody knows which change concerned whom. */
  load(plan: Plan): void {
    const step = stepTo(this.topology.rows, plan)
    for (const { id } of step.after.peers) this.secrets.forget(id)
    this.#follow(step, () => this.topology.load(plan))
  }

  /** The next change. Throws a RangeError when it is not the next one. */
  apply(change: Revised): void {
    const joinedBefore = new Map(change.before.peers.map(({ id, redeemedAt }) => [id, redeemedAt]))
    const { touched, hubToo } = this.#follow(change, () => this.topology.apply(change))
    this.observations.changed(touched, hubToo)
    for (const { id, redeemedAt } of change.after.peers) {
      if (redeemedAt !== joinedBefore.get(id)) void this.secrets.renew(id)
    }
  }

  /** The hub's device comes before the agents: what they are told should work by the time they try it. */
  #follow(step: Step, advance: () => Touched): { touched: Touched; hubToo: boolean } {
    const keyBefore = this.addresses.hubKey
    const tookPart = step.before.peers.filter(({ id }) => this.topology.placed(id))
    const touched = advance()
    this.addresses.follow(step)
    const sameKey = keyBefore === this.addresses.hubKey
    const hubToo = sameKey ? this.hub.sendStep(step, touched.groups) : true
    if (!sameKey) this.hub.sendAll()
    const left = tookPart.map(({ id }) => id).filter((id) => !this.topology.placed(id))
    this.relays.left(left)
    this.polls.wake(both(touched, this.relays.stepped()))
    for (const { id, deletedAt } of step.after.peers) if (deletedAt !== null) this.#forget(id)
    this.observations.left(left)
    return { touched, hubToo }
  }

  #forget(peerId: number): void {
    this.presence.forget(peerId)
    this.observations.deleted(peerId)
    for (const allowance of Object.values(this.#allowances)) allowance.forget(peerId)
  }

  /** What the database knows of endpoints from before this process. */
  restore(status: readonly PeerStatus[]): void {
    this.topology.observe(
      status.map(({ peerId, endpoint, candidates, version }) => ({
        peerId,
        observed: endpoint,
        candidates,
        innernet: version === INNERNET_VERSION,
      })),
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
    // Nobody can have applied what does not exist yet, whatever it says.
    const revision = Math.min(applied.revision, this.topology.revision)
    this.observations.receipts.applied(peerId, appliedRevision, revision)
    const at = appliedRevision === revision ? appliedAt : this.#world.now().toISOString()
    this.presence.update(peerId, { appliedRevision: revision, appliedAt: at, current })
  }

  /** The hub's device holds a revision. */
  hubApplied(revision: number): void {
    this.hub.setApplied(revision)
    this.observations.receipts.hubApplied(revision)
  }

  /** @throws Refusal too-many when an agent tells more than any honest one does */
  demandAllowance(peerId: number, what: keyof typeof RATES): void {
    if (this.#allowances[what].take(peerId)) return
    throw new Refusal('too-many', 'This peer tells more than the console takes in; tell again in a few seconds.')
  }

  /** What an agent tells of its tunnels. */
  linksTold(peerId: number, input: LinksInput): Promise<LinksAnswer> {
    this.relays.told(peerId, input)
    return this.observations.told(peerId, input)
  }

  /** What an agent says about itself. */
  reported(peerId: number, { version, candidates, fault }: ReportInput): void {
    this.presence.update(peerId, { version, candidates, fault })
    this.#gather({ peerId, candidates, innernet: version === INNERNET_VERSION })
  }

  /** A peer turns out to run innernet's client. */
  noteInnernet(peerId: number): void {
    if (this.presence.of(peerId).version === INNERNET_VERSION) return
    this.presence.update(peerId, { version: INNERNET_VERSION })
    this.#gather({ peerId, innernet: true })
  }

  /** What the hub's device shows. Only endpoints concern agents; the rest is for people to see. */
  observed(peers: readonly Observed[]): void {
    const members = peers.flatMap((seen) => {
      const peerId = this.addresses.peerWithKey(seen.key)
      return peerId === undefined ? [] : [{ peerId, seen }]
    })
    this.observations.observed(members)
    for (const { peerId, seen } of members) {
      const { endpoint, handshakeAt, rx, tx } = seen
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
    await this.observations.stop()
    await this.relays.stop()
  }
}

const both = (one: Touched, other: Touched): Touched => ({
  groups: new Set([...one.groups, ...other.groups]),
  selves: new Set([...one.selves, ...other.selves]),
})
