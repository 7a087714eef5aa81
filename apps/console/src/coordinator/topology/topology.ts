import { type CidrEntry, type CidrRow, type NetworkRow, type Polling, pollingOf } from '@warren/protocol'
import { type Digest, selfDigest } from '@warren/protocol/digest'
import { cidrEntry, type Entry, type Sight } from './entries.ts'
import { Group, type Since } from './group.ts'
import { type Placed, placedOf, Residents } from './residents.ts'
import { emptyRows, idsIn, type NetworkRows, type Plan, patch, type Step, stepTo } from './rows.ts'
import { HUBS, layoutOf, needs, populatedFrom, type Scene, sceneOf } from './scene.ts'
import { affectedGroups, differenceFinder, type Side, shows, type Transition } from './transition.ts'

/**
 * What a step changed for agents: groups whose view changed, and peers whose own entry did. A change names every group
 * with members, an observation those only in which an agent has asked: nobody else waits for it.
 */
export type Touched = { readonly groups: ReadonlySet<number>; readonly selves: ReadonlySet<number> }

type Tracked = Parameters<typeof affectedGroups>[1]

/** One revision of the log, as far as the topology needs it. */
export type Revised = Step & { readonly revision: number }

/** What was observed of one peer; what is left out stays as it was. */
export type Observation = { readonly peerId: number } & Partial<Sight>

/** What is known of a peer that nobody has seen. */
const UNSEEN: Sight = { observed: null, candidates: [], relays: [] }

const NOTHING: Touched = { groups: new Set(), selves: new Set() }

/**
 * One network in memory: its rows, who sees whom, and what each step changed for whom. Loaded from a snapshot, advanced
 * by changes in revision order and by observations; a step costs in proportion to the groups it affects.
 */
export class Topology {
  readonly rows: NetworkRows = emptyRows()
  revision = 0
  /** Counts the steps that changed any view; cursors are made of it. */
  seq = 0
  #scene: Scene | null = null
  readonly #residents = new Residents()
  readonly #cidrs = new Map<number, Entry<CidrEntry>>()
  readonly #sights = new Map<number, Sight>()
  readonly #groups = new Map<number, Group>()
  /** By peer, the last step that changed its own entry, and the last that put it into its group. */
  readonly #selves = new Map<number, number>()
  readonly #homes = new Map<number, number>()

  /** Goes to a snapshot's state, whatever was there before: the first load, or over a gap in the log. */
  load(plan: Plan): Touched {
    this.revision = plan.revision
    return this.#advance(stepTo(this.rows, plan))
  }

  /** The next revision. Throws a RangeError when it is not the next one: something was missed, load again. */
  apply(change: Revised): Touched {
    if (change.revision !== this.revision + 1) {
      throw new RangeError(`revision ${change.revision} does not follow ${this.revision}`)
    }
    this.revision = change.revision
    return this.#advance(change)
  }

  /** Endpoints as they were observed; no revision, but what comes of it travels the same way. */
  observe(observations: readonly Observation[]): Touched {
    const peers = new Set<number>()
    for (const { peerId, ...sight } of observations) {
      this.#sights.set(peerId, { ...UNSEEN, ...this.#sights.get(peerId), ...sight })
      if (this.rows.peers.has(peerId)) peers.add(peerId)
    }
    if (peers.size === 0 || !this.#scene) return NOTHING
    return this.#transit({ peers, cidrs: new Set(), associations: [] }, { root: this.root, tracked: this.#groups })
  }

  get network(): NetworkRow {
    const [network] = this.rows.networks.values()
    return network ?? notLoaded()
  }

  get root(): CidrRow {
    return this.rows.cidrs.get(this.scene.layout.tree.root.id) ?? notLoaded()
  }

  get scene(): Scene {
    return this.#scene ?? notLoaded()
  }

  /** An active peer; undefined when it takes no part. */
  placed(peerId: number): Placed | undefined {
    return this.#residents.get(peerId)
  }

  /** How a peer is to poll; undefined for one that is not known. */
  pollingOf(peerId: number): Polling | undefined {
    const row = this.rows.peers.get(peerId)
    return row && pollingOf(this.network, row)
  }

  /** The endpoint at which the hub last saw a peer. */
  observedEndpoint(peerId: number): string | null {
    return this.#sights.get(peerId)?.observed ?? null
  }

  /** The group of an active peer. From the first call on, the group's changes are kept. */
  groupOf(placed: Placed): Group {
    const id = placed.hub ? HUBS : placed.cidr
    const known = this.#groups.get(id)
    if (known) return known
    const group = new Group(id, this.seq, this.#digestOf(id))
    this.#groups.set(id, group)
    return group
  }

  /** What a peer with this cursor has to look at again of its group's view; everything when it came into the group since. */
  since(placed: Placed, seq: number): Since {
    if (seq > this.seq || (this.#homes.get(placed.self.id) ?? 0) > seq) return 'everything'
    return this.groupOf(placed).since(seq)
  }

  /** Whether a peer with this cursor has to look at its own entry again. */
  selfSince({ self }: Placed, seq: number): boolean {
    return (this.#selves.get(self.id) ?? 0) > seq
  }

  /** Whether a peer that proves what it holds holds its current view. */
  isCurrent(placed: Placed, applied: { digest: Digest; self: Digest }): boolean {
    return this.groupOf(placed).digest === applied.digest && selfDigest(placed.self) === applied.self
  }

  /** The peer as the group's view has it; undefined when it does not. */
  peerIn(group: number, id: number): Placed['entry'] | undefined {
    const placed = this.#residents.get(id)
    return placed && shows(this.scene, group, placed) ? placed.entry : undefined
  }

  /** The CIDR as the group's view has it; undefined when it does not. */
  cidrIn(group: number, id: number): Entry<CidrEntry> | undefined {
    return needs(this.scene, group, id) ? this.#cidrs.get(id) : undefined
  }

  /** Everything in a group's view, CIDRs in document order. */
  viewOf(group: number): { peers: Placed['entry'][]; cidrs: Entry<CidrEntry>[] } {
    const seen = [...populatedFrom(this.scene, group)].flatMap((cidr) => [...this.membersOf(cidr)])
    const peers = [...this.#residents.hubs(), ...seen].map((id) => this.#residents.get(id)?.entry)
    const cidrs = this.scene.layout.tree.nodes.map(({ id }) => this.cidrIn(group, id))
    return { peers: peers.filter((entry) => entry !== undefined), cidrs: cidrs.filter((entry) => entry !== undefined) }
  }

  /** The active peers that a step concerns, hubs left out: what they hold is told by other means. */
  concerned({ groups, selves }: Touched): number[] {
    const own = [...selves].filter((id) => this.#residents.get(id)?.hub === false)
    return [...new Set([...own, ...[...groups].flatMap((group) => [...this.membersOf(group)])])]
  }

  /** Whether two active peers may have a tunnel to each other. */
  mayMeet(a: number, b: number): boolean {
    const [one, other] = [this.#residents.get(a), this.#residents.get(b)]
    if (!one || !other || a === b) return false
    return one.hub || other.hub || shows(this.scene, one.cidr, other)
  }

  /** Active peers that are no hubs, directly in a CIDR. */
  membersOf(cidr: number): ReadonlySet<number> {
    return this.#residents.membersOf(cidr)
  }

  #digestOf(group: number): Digest {
    const { peers, cidrs } = this.viewOf(group)
    return [...peers, ...cidrs].reduce((sum, { digest }) => sum ^ digest, 0n)
  }

  #advance(step: Step): Touched {
    const associations = [...step.before.associations, ...step.after.associations]
    const touched = { peers: idsIn(step, 'peers'), cidrs: idsIn(step, 'cidrs'), associations }
    const old = this.#scene ? { name: naming(this.network, this.root), at: whereabouts(this.network) } : null
    patch(this.rows, step)
    const root = [...this.rows.cidrs.values()].find(({ parentId }) => parentId === null) ?? notLoaded()
    if (old?.name !== naming(this.network, root)) for (const id of this.rows.peers.keys()) touched.peers.add(id)
    if (old?.at !== whereabouts(this.network)) for (const id of this.#residents.hubs()) touched.peers.add(id)
    return this.#transit(touched, { root, tracked: this.#populated() })
  }

  /** Computes anew what was touched, keeping the old beside it for as long as the difference takes. */
  #transit(
    touched: Pick<Transition, 'peers' | 'cidrs' | 'associations'>,
    { root, tracked }: { root: CidrRow; tracked: Tracked },
  ): Touched {
    const wasPlaced = new Map([...touched.peers].map((id) => [id, this.#residents.get(id)]))
    const wasCidr = new Map([...touched.cidrs].map((id) => [id, this.#cidrs.get(id)]))
    const wasScene = this.#scene

    for (const id of touched.peers) this.#place(id, root)
    for (const id of touched.cidrs) {
      const row = this.rows.cidrs.get(id)
      if (row) this.#cidrs.set(id, cidrEntry(row))
      else this.#cidrs.delete(id)
    }
    this.#scene = this.#sceneAfter(touched, wasPlaced)
    if (!wasScene) return NOTHING

    const before: Side = {
      scene: wasScene,
      peer: (id) => (wasPlaced.has(id) ? wasPlaced.get(id) : this.#residents.get(id)),
      cidr: (id) => (wasCidr.has(id) ? wasCidr.get(id) : this.#cidrs.get(id)),
    }
    const after: Side = {
      scene: this.#scene,
      peer: (id) => this.#residents.get(id),
      cidr: (id) => this.#cidrs.get(id),
    }
    return this.#record({ ...touched, before, after, membersOf: (cidr) => this.membersOf(cidr) }, tracked)
  }

  #place(id: number, root: CidrRow): void {
    const row = this.rows.peers.get(id)
    if (!row) this.#sights.delete(id)
    const placed = row && placedOf(row, { network: this.network, root, sight: this.#sights.get(id) })
    this.#residents.set(id, placed ?? null)
  }

  /** The old scene when neither the layout nor which CIDRs are populated has changed. */
  #sceneAfter(
    touched: Pick<Transition, 'cidrs' | 'associations'>,
    wasPlaced: ReadonlyMap<number, Placed | undefined>,
  ): Scene {
    const old = this.#scene
    const sameTree = old && touched.cidrs.size === 0
    const layout =
      sameTree && touched.associations.length === 0
        ? old.layout
        : layoutOf(this.rows.cidrs.values(), this.rows.associations.values(), sameTree ? old.layout.tree : undefined)
    const moved = [...wasPlaced].some(([id, was]) => {
      const is = this.#residents.get(id)
      return was?.cidr !== is?.cidr || was?.hub !== is?.hub
    })
    if (old?.layout === layout && !moved) return old
    return sceneOf(layout, this.#residents)
  }

  /** Every group that somebody is in, whether or not an agent has asked yet. */
  #populated(): Tracked {
    return {
      has: (id) => this.#groups.has(id) || this.membersOf(id).size > 0,
      keys: () =>
        new Set(
          [...this.#groups.keys(), ...this.rows.cidrs.keys()].filter(
            (id) => id === HUBS || this.membersOf(id).size > 0,
          ),
        ),
    }
  }

  #record(transition: Transition, tracked: Tracked): Touched {
    const seq = this.seq + 1
    const groups = new Set<number>()
    const differenceOf = differenceFinder(transition)
    for (const id of affectedGroups(transition, tracked)) {
      const difference = differenceOf(id)
      if (difference.peers.length === 0 && difference.cidrs.length === 0) continue
      this.#groups.get(id)?.touch(seq, difference)
      groups.add(id)
    }
    const selves = new Set([...transition.peers].filter((id) => selfChanged(transition, id)))
    for (const id of selves) {
      this.#selves.set(id, seq)
      if (homeChanged(transition, id)) this.#homes.set(id, seq)
    }
    if (groups.size > 0 || selves.size > 0) this.seq = seq
    this.#forgetEmptyGroups(transition)
    return { groups, selves }
  }

  /** A group without members has nobody to answer, and is not worth keeping current. */
  #forgetEmptyGroups({ before, peers }: Transition): void {
    for (const id of peers) {
      const left = before.peer(id)
      if (left && !left.hub && this.membersOf(left.cidr).size === 0) this.#groups.delete(left.cidr)
    }
  }
}

/** What of the network and its root stands in everybody's own entry. */
const naming = (network: NetworkRow, root: CidrRow): string => {
  const { name, interface: device, keepaliveS, pollHoldS, pollEveryS, dns } = network
  return `${name} ${device} ${root.prefix} ${root.prefix6} ${keepaliveS} ${pollHoldS} ${pollEveryS} ${dns}`
}

/** What of the network stands in the hubs' entries. */
const whereabouts = ({ endpoint, endpointBefore }: NetworkRow): string => `${endpoint} ${endpointBefore}`

/** Hub or not decides about a peer's group, so it counts as its own matter too. */
function selfChanged({ before, after }: Transition, id: number): boolean {
  const was = before.peer(id)
  const is = after.peer(id)
  return was?.selfText !== is?.selfText || was?.hub !== is?.hub
}

/** Whether a peer shares its view with others than before: it came, went, or is in another group. */
function homeChanged({ before, after }: Transition, id: number): boolean {
  const was = before.peer(id)
  const is = after.peer(id)
  return was?.cidr !== is?.cidr || was?.hub !== is?.hub
}

function notLoaded(): never {
  throw new Error('the topology has not been loaded')
}
