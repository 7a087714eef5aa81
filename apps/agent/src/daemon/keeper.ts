import { type Link, USUAL_KEEPALIVE_S } from '@warren/protocol'
import type { Env } from '../env.ts'
import { SplitDnsTeller } from '../hosts/split-dns.ts'
import type { View } from '../plan/answer.ts'
import { type Bounds, namesIn } from '../plan/candidates.ts'
import { linksSeen, type Seen } from '../plan/links.ts'
import { sendAgain } from '../plan/plan.ts'
import { viewProblem } from '../plan/view-problem.ts'
import { type Member, membersOf, reachables } from '../plan/wanted.ts'
import { filterOf, type JoinedConfig } from '../state/config.ts'
import { doorPlace } from '../state/mesh-target.ts'
import { type Saved, saveView } from '../state/saved-view.ts'
import { applyChanges } from '../wireguard/apply.ts'
import { ensureDevice, readDevice, swapPrivateKey, type Tools } from '../wireguard/device.ts'
import type { LiveDevice } from '../wireguard/dump.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import { meshAddresses } from '../wireguard/mesh-addresses.ts'
import type { Clock } from './clock.ts'
import { namesStand, splitDnsOf, writeNames } from './host-names.ts'
import { KeyPins } from './key-pins.ts'
import { type Doubt, KnownPaths } from './known-paths.ts'
import type { Names } from './names.ts'
import { ownPlace, placeOf, rootsOf, samePlace } from './own-place.ts'
import { hubOf, pinnedOf } from './pinned.ts'
import { turns } from './turns.ts'

export type KeeperParts = {
  readonly env: Env
  readonly tools: Tools
  readonly config: JoinedConfig
  readonly saved: Saved | null
  readonly names: Names
  readonly clock: Clock
  readonly log: (line: string) => void
}

/**
 * Keeps one network's device like its view. It owns the only hands that touch the device, and takes one thing at a time;
 * what it decides comes from the planners.
 */
export class Keeper {
  readonly #keys: KeyPins
  #parts: KeeperParts
  readonly #inTurn = turns()
  #view: View | null
  readonly #paths: KnownPaths
  #hubOnly = false
  #inForce = false
  /** What the last look led to, until somebody asks for its tunnels: the device as it was need not be kept for longer. */
  #seen: Seen | null = null
  #links: Link[] = []
  readonly #splitDns: SplitDnsTeller
  #looks = 0
  #adoptedAt = Number.NEGATIVE_INFINITY

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#view = parts.saved?.view ?? null
    this.#splitDns = new SplitDnsTeller(parts.tools.run, {
      device: parts.config.network.interface,
      mayBeOn: parts.saved?.view.self.network.dns === true,
    })
    this.#keys = new KeyPins(parts.saved?.pins ?? new Map(), parts.log)
    this.#paths = new KnownPaths(parts.saved?.endpoints ?? new Map())
  }

  /** What the device is kept like; null before the first view. */
  get view(): View | null {
    return this.#view
  }

  /** The view, if the device is known to be like it; null while it is not, or while an admin has shut this node out. */
  get applied(): View | null {
    return this.#inForce && !this.#hubOnly ? this.#view : null
  }

  /** Whether some peer has no working path, so that the next look should come soon. */
  get restless(): boolean {
    return this.#paths.restless
  }

  /** The port that this node's WireGuard has. */
  get listenPort(): number {
    return this.#parts.config.peer['listen-port']
  }

  /** Which endpoints are told and tried. */
  get bounds(): Bounds {
    return { inside: rootsOf(this.#view, this.#parts.config), filter: filterOf(this.#parts.config.settings) }
  }

  /** When some path wants the next look, by the monotonic clock. */
  get dueAt(): number {
    return this.#paths.dueAt
  }

  /** Whether peers were left for the next look, so that not too many are sent to at once. */
  get unfinished(): boolean {
    return this.#paths.unfinished
  }

  /** When a view was put in force last, by the monotonic clock. */
  get adoptedAt(): number {
    return this.#adoptedAt
  }

  /** How often the device was looked at: while it stays, `links` are the same. */
  get looks(): number {
    return this.#looks
  }

  /** Every tunnel as it was when the device was looked at last. */
  links(): Link[] {
    if (this.#seen) this.#links = linksSeen(this.#seen)
    this.#seen = null
    return this.#links
  }

  /** Peers whose new key is refused, one sentence or two; null when there are none. */
  get keyFault(): string | null {
    return this.#view && this.#keys.fault(this.#view.state, this.#parts.config)
  }

  /** Why `view` must not be put in force, one sentence; null when it may. */
  problemWith(view: View): string | null {
    const { config, names } = this.#parts
    return viewProblem(view.self, view.state, pinnedOf(config, names.addressesOf))
  }

  /** Puts a checked view in force: device first, then disk, then names. @throws Failure */
  adopt(view: View): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#view
      this.#paths.carry(this.#keys.follow(before?.state ?? null, view.state, this.#parts.config))
      this.#view = view
      this.#inForce = false
      this.#adoptedAt = this.#parts.clock().monotonicMs
      if (before && samePlace(before, view)) await this.#look({ urged: seenElsewhere(before, view) })
      else await this.#restore()
      await this.#save()
      await this.#names()
    })
  }

  /** Notes that nothing changed up to a later revision; the device needs no look. */
  goOn(view: View): void {
    this.#view = view
  }

  /** Compares the whole device with the view and mends what differs; makes the interface when it is gone. @throws Failure */
  restore(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#restore()
      await this.#names()
      await this.#haveNamesWritten()
    })
  }

  /** A look at the peers alone: drift, and paths that do not work. @throws Failure */
  look(how: Doubt = {}): Promise<void> {
    return this.#inTurn(() => this.#look(how))
  }

  /**
   * Sends to every peer once more, because this node's own address may be another now (measured: 15 s without), and
   * looks for a direct path to those that have none.
   */
  stir(): Promise<void> {
    return this.#inTurn(() => this.#look({ urged: true }))
  }

  /** Sends one packet to every peer, where it sends already. */
  nudge(): Promise<void> {
    return this.#inTurn(async () => {
      const live = await readDevice(this.#parts.tools.run, this.#parts.config.network.interface)
      await this.#apply(sendAgain(live?.peers ?? []))
    })
  }

  /** While an admin has disabled this node it keeps its tunnel to the hub, to hear when that ends, and no other. */
  shutOut(disabled: boolean): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#hubOnly === disabled) return
      this.#hubOnly = disabled
      await this.#look()
    })
  }

  /** Goes on by another configuration: with another key at once, and with keys of peers that a person trusts by now. */
  configure(config: JoinedConfig): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#parts.config
      this.#parts = { ...this.#parts, config }
      if (config.peer['private-key'] !== before.peer['private-key']) await this.#rekey(before)
      if (saysOther(before, config)) await this.#restore()
      if (!this.#view) return
      const changes = this.#keys.follow(this.#view.state, this.#view.state, config)
      this.#paths.carry(changes)
      if (changes.length === 0) return
      await this.#look()
      await this.#save()
    })
  }

  /** When the hub last answered, in Unix seconds; 0 = never. */
  async hubShakenAt(): Promise<number> {
    const { tools, config } = this.#parts
    const device = await readDevice(tools.run, config.network.interface)
    return device?.peers.find(({ key }) => key === config.hub['public-key'])?.handshakeAt ?? 0
  }

  /** Writes down where peers answer now, for the next start. */
  save(): Promise<void> {
    return this.#inTurn(() => this.#save())
  }

  async #restore(): Promise<void> {
    const { tools, config } = this.#parts
    const { device } = await ensureDevice(tools, {
      name: config.network.interface,
      privateKey: config.peer['private-key'],
      ...meshAddresses(this.#view ? placeOf(this.#view) : ownPlace(config), doorPlace(config)),
      listenPort: config.peer['listen-port'],
    })
    await this.#reconcile(device)
  }

  /** Every peer is sent to in the same call: their sessions end with the old key, and the next packet makes new ones. */
  async #rekey(before: JoinedConfig): Promise<void> {
    const { tools, config } = this.#parts
    const { interface: name } = config.network
    const live = await readDevice(tools.run, name)
    if (!live) return this.#restore()
    await swapPrivateKey(tools, {
      name,
      key: config.peer['private-key'],
      address: { gone: doorPlace(before), fresh: doorPlace(config) },
      peers: sendAgain(live.peers),
    })
  }

  async #look(how: Doubt = {}): Promise<void> {
    const device = await readDevice(this.#parts.tools.run, this.#parts.config.network.interface)
    if (device) await this.#reconcile(device, how)
    else await this.#restore()
  }

  async #reconcile(device: LiveDevice, how: Doubt = {}): Promise<void> {
    const { config, names, clock } = this.#parts
    const members = this.#members()
    const peers = reachables(members, {
      bounds: this.bounds,
      resolve: names.addressesOf,
      chosen: config.settings.endpoints ?? [],
      relays: this.#view?.self.relays ?? [],
    })
    const ownKey = this.#view?.self.key ?? publicKeyOf(config.peer['private-key'])
    const keepaliveS = this.#view?.self.network.keepaliveS ?? USUAL_KEEPALIVE_S
    const { changes, done } = this.#paths.steps({ device, members, peers, ownKey, keepaliveS, now: clock() }, how)
    await this.#apply(changes)
    this.#inForce = true
    this.#seen = done()
    this.#looks += 1
    this.#learnNames(members)
  }

  #members(): Member[] {
    const { config } = this.#parts
    return membersOf({
      hub: hubOf(config),
      ownId: config.peer.id,
      view: this.#view && this.#keys.of(this.#view.state),
      hubOnly: this.#hubOnly,
    })
  }

  /** Names take as long as they take; the peers that need them get another look when they are known. */
  #learnNames(members: readonly Member[]): void {
    const { names, config, log } = this.#parts
    const hosts = members.flatMap(({ at }) => namesIn(at))
    const chosen = (config.settings.endpoints ?? []).flatMap(({ at }) => namesIn([at]))
    if (hosts.length + chosen.length === 0) return
    const doubtful = members.filter(({ key }) => this.#paths.isTrying(key)).flatMap(({ at }) => namesIn(at))
    names
      .refresh([...hosts, ...chosen], doubtful)
      .then((changed) => (changed ? this.look() : undefined))
      .catch((error: unknown) => log(String(error)))
  }

  async #apply(changes: Parameters<typeof applyChanges>[2]): Promise<void> {
    await applyChanges(this.#parts.tools.run, this.#parts.config.network.interface, changes)
  }

  async #save(): Promise<void> {
    if (!this.#view) return
    await saveView(this.#parts.env, this.#parts.config.network.name, {
      view: this.#view,
      endpoints: this.#paths.places,
      pins: this.#keys.saved,
    })
  }

  /**
   * Where a unit beside this one writes the names, it watches the saved view (deploy/systemd). systemd misses what changes
   * while that unit runs, so a view whose names are not there is saved once more.
   */
  async #haveNamesWritten(): Promise<void> {
    const { env, config, log } = this.#parts
    if (!this.#view || !config.settings.hosts || !env.namesApart) return
    const stand = await namesStand(env, this.#view).catch((error: unknown) => log(String(error)))
    if (stand === false) await this.#save()
  }

  /** A hosts file that cannot be written must not keep a tunnel down. */
  async #names(): Promise<void> {
    const { env, config, log } = this.#parts
    if (!this.#view || !config.settings.hosts || env.namesApart) return
    await writeNames(env, this.#view).catch((error: unknown) => log(String(error)))
    await this.#splitDns.tell(splitDnsOf(this.#view)).catch((error: unknown) => log(String(error)))
  }
}

/** Whether two configurations differ in what a look at the device puts in force. */
const saysOther = (one: JoinedConfig, other: JoinedConfig): boolean =>
  one.peer['listen-port'] !== other.peer['listen-port'] ||
  JSON.stringify(one.settings) !== JSON.stringify(other.settings)

/** Whether the console sees this node at other endpoints than before: so do its peers, who cannot all reach it there yet. */
function seenElsewhere(before: View, { self, state }: View): boolean {
  const [was, is] = [before.state, state].map(({ peers }) => peers.get(self.id)?.at ?? [])
  return was !== undefined && was.length > 0 && was.join() !== is?.join()
}
