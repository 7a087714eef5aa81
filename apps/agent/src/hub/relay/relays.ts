import {
  type FromHub,
  formatEndpoint,
  type HubNetwork,
  type OpenRelay,
  type PublicKey,
  parseEndpoint,
  type RelayPair,
} from '@warren/protocol'
import { turns } from '../../daemon/turns.ts'
import type { Env } from '../../env.ts'
import { sentenceOf } from '../../failure.ts'
import type { Run } from '../../system/run.ts'
import { Bucket } from './bucket.ts'
import { type Gate, openGate, rateBucket } from './forwarder.ts'
import { KernelPath } from './kernel-path.ts'
import { type At, Passage } from './passage.ts'
import { assign, pairId, type Slot, slotsOf } from './ports.ts'
import { loadRelays, type SavedRelay, saveRelays } from './saved.ts'
import { formatRange, type RelaySettings } from './settings.ts'

/** mac1 checks a second of all relays together; chosen: at 12 µs each they take a twentieth of a core. */
const CHECKS_PER_S = 4_000

export type RelaysParts = {
  readonly env: Env
  readonly run: Run
  readonly settings: RelaySettings
  readonly log: (line: string) => void
  readonly tell: (message: FromHub) => void
  /** Where the hub's own tunnel to a peer of a network ends now; null while that is not known. */
  readonly endpointOf: (network: number, key: PublicKey) => string | null
  /** Ports that the hub's networks listen on. */
  readonly portsInUse: () => ReadonlySet<number>
}

type Relay = { readonly network: number; pair: RelayPair; readonly slot: Slot; passage: Passage; gate: Gate }
type Wanting = { readonly name: string; pairs: readonly RelayPair[] }

/** All pairs that this hub passes packets on for, of all its networks: they share its ports and its bandwidth. */
export class Relays {
  readonly #parts: RelaysParts
  readonly #kernel: KernelPath
  readonly #inTurn = turns()
  readonly #total: Bucket
  readonly #checks = new Bucket(CHECKS_PER_S, CHECKS_PER_S / 10)
  readonly #wanting = new Map<number, Wanting>()
  readonly #open = new Map<string, Relay>()
  readonly #told = new Map<number, string>()
  /** By the network's name, until it is served. */
  #saved = new Map<string, SavedRelay[]>()
  #savedText = ''

  constructor(parts: RelaysParts) {
    const { run, settings, log } = parts
    const { pairRate, totalRate } = settings
    this.#parts = parts
    this.#total = rateBucket(totalRate)
    this.#kernel = new KernelPath({ run, pairRate, totalRate, log })
  }

  /** Reads what was open before this start; `serve` opens it again. @throws Failure (state) */
  async load(): Promise<void> {
    this.#saved = new Map(await loadRelays(this.#parts.env))
  }

  /** Begins with a network, with what was open before this process started. */
  async serve({ id, name }: HubNetwork): Promise<void> {
    const before = this.#saved.get(name) ?? []
    this.#wanting.set(id, { name, pairs: before.map(({ pair }) => pair) })
    await this.#renew()
  }

  /** Has exactly these pairs of a network passed on, as far as ports go; those that need it most come first. */
  async set(network: number, pairs: readonly RelayPair[]): Promise<void> {
    const wanting = this.#wanting.get(network)
    if (!wanting) return
    wanting.pairs = pairs
    this.#saved.delete(wanting.name)
    await this.#renew()
  }

  /** Ends with a network. */
  async leave(network: number): Promise<void> {
    this.#wanting.delete(network)
    this.#told.delete(network)
    await this.#renew()
  }

  /** Tells of a network what a coordinator that has just connected cannot know. */
  greet(network: number): void {
    this.#told.delete(network)
    this.#inTurn(async () => this.#tell()).catch(() => {})
  }

  /** Mends what others did to the kernel's rules. */
  async mend(): Promise<void> {
    await this.#kernel.mend()
  }

  /** Writes down what a start without the console needs, if it changed. @throws Failure (state) */
  async save(): Promise<void> {
    const networks = new Map(this.#saved)
    for (const [id, { name }] of this.#wanting) {
      const own = [...this.#open.values()].filter((relay) => relay.network === id).map(asSaved)
      if (own.length > 0) networks.set(name, own)
      else if (this.#wanting.get(id)?.pairs.length === 0) networks.delete(name)
    }
    const text = JSON.stringify([...networks])
    if (text === this.#savedText || (this.#savedText === '' && networks.size === 0)) return
    this.#savedText = text
    await saveRelays(this.#parts.env, networks)
  }

  /** Closes all ports. With `takeDown` the kernel's rules go too; without, it passes on what it can until a new start. */
  close(takeDown: boolean): Promise<void> {
    return this.#inTurn(async () => {
      for (const { gate } of this.#open.values()) gate.close()
      this.#open.clear()
      if (takeDown) await this.#kernel.set([])
    })
  }

  /** Closes what is not wanted any more and opens what is, then tells. */
  #renew(): Promise<void> {
    return this.#inTurn(async () => {
      const taken = new Set(this.#parts.portsInUse())
      let left = await this.#step(taken)
      // A port that another program has is passed over; each round finds at least one more of them.
      for (let found = taken.size; left === null; found = taken.size) {
        left = await this.#step(taken)
        if (taken.size === found && left === null) break
      }
      this.#left = left ?? new Map()
      this.#tell()
    })
  }

  #left: ReadonlyMap<number, number> = new Map()

  /** One attempt; null when ports turned out to be taken, which are among `taken` then. */
  async #step(taken: Set<number>): Promise<ReadonlyMap<number, number> | null> {
    const wishes = [...this.#wanting].map(([network, { pairs }]) => ({ network, pairs }))
    const slots = slotsOf(this.#parts.settings.ports, taken)
    const { open, left } = assign(wishes, { slots, held: this.#held() })
    await this.#close(open)
    let isWhole = true
    for (const { network, pairs } of wishes) {
      for (const pair of pairs) {
        const id = pairId(network, pair)
        const slot = open.get(id)
        if (slot === undefined) continue
        const relay = this.#open.get(id)
        if (relay) rekey(relay, pair)
        else if (!(await this.#openOne(id, { network, pair, slot }))) {
          taken.add(slot)
          isWhole = false
        }
      }
    }
    return isWhole ? left : null
  }

  #held(): Map<string, Slot> {
    const held = new Map<string, Slot>()
    for (const [network, { name }] of this.#wanting) {
      for (const { pair, slot } of this.#saved.get(name) ?? []) held.set(pairId(network, pair), slot)
    }
    for (const [id, { slot }] of this.#open) held.set(id, slot)
    return held
  }

  async #close(open: ReadonlyMap<string, Slot>): Promise<void> {
    let isLess = false
    for (const [id, relay] of this.#open) {
      if (open.get(id) === relay.slot) continue
      relay.gate.close()
      this.#open.delete(id)
      isLess = true
    }
    if (isLess) await this.#followKernel()
  }

  async #openOne(id: string, { network, pair, slot }: Pick<Relay, 'network' | 'pair' | 'slot'>): Promise<boolean> {
    const { settings, endpointOf, log } = this.#parts
    const before = this.#saved.get(this.#wanting.get(network)?.name ?? '')?.find((one) => one.slot === slot)
    const passage = new Passage({
      keys: [pair.a.key, pair.b.key],
      ...(before && pairId(network, before.pair) === id ? { at: [at(before.at[0]), at(before.at[1])] } : {}),
      vouches: (side, address) => {
        const { key } = (this.#open.get(id)?.pair ?? pair)[side === 0 ? 'a' : 'b']
        return parseEndpoint(endpointOf(network, key) ?? '')?.host === address
      },
      afford: (nowMs) => this.#checks.take(1, nowMs),
      onLearned: () => void this.#followKernel(),
    })
    try {
      const gate = await openGate({ slot, passage, pairRate: settings.pairRate, total: this.#total })
      this.#open.set(id, { network, pair, slot, passage, gate })
    } catch (error) {
      log(`relay ports ${slot} and ${slot + 1} are passed over: ${sentenceOf(error)}`)
      return false
    }
    if (before) await this.#followKernel()
    return true
  }

  async #followKernel(): Promise<void> {
    // Rules of a start before are taken away also where this one is to do without.
    const relays = this.#parts.settings.kernel ? [...this.#open.values()] : []
    const known = relays.flatMap(({ slot, passage }) => {
      const [a, b] = passage.at
      return a && b ? [{ slot, at: [a, b] as const }] : []
    })
    await this.#kernel.set(known).catch((error: unknown) => this.#parts.log(sentenceOf(error)))
  }

  #tell(): void {
    for (const [network, { pairs }] of this.#wanting) {
      const open: OpenRelay[] = [...this.#open.values()]
        .filter((relay) => relay.network === network)
        .map(({ pair, slot }) => ({ a: pair.a.peer, b: pair.b.peer, portA: slot, portB: slot + 1 }))
      const message: FromHub = { kind: 'relays', network, open, refused: this.#refusal(network, pairs.length) }
      const text = JSON.stringify(message)
      if (this.#told.get(network) === text) continue
      this.#told.set(network, text)
      this.#parts.tell(message)
    }
  }

  #refusal(network: number, wanted: number): string | null {
    const { ports } = this.#parts.settings
    const left = this.#left.get(network) ?? 0
    if (ports === null) return wanted === 0 ? null : 'This hub relays nobody: WARREN_RELAY_PORTS is off.'
    if (left === 0) return null
    const free = slotsOf(ports, this.#parts.portsInUse()).length
    return `The hub's UDP ports ${formatRange(ports)} are enough for ${free} relays; ${left} more ${left === 1 ? 'pair waits' : 'pairs wait'} for one.`
  }
}

function rekey(relay: Relay, pair: RelayPair): void {
  if (relay.pair.a.key === pair.a.key && relay.pair.b.key === pair.b.key) return
  relay.pair = pair
  relay.passage.setKeys([pair.a.key, pair.b.key])
}

const asSaved = ({ pair, slot, passage }: Relay): SavedRelay => {
  const [a, b] = passage.at
  return { pair, slot, at: [text(a), text(b)] }
}

/** A link-local address means nothing without its device, and is not kept. */
const text = (at: At | null): string | null =>
  at && !at.address.includes('%') ? formatEndpoint({ host: at.address, port: at.port }) : null

function at(endpoint: string | null): At | null {
  const parsed = endpoint === null ? null : parseEndpoint(endpoint)
  return parsed ? { address: parsed.host, port: parsed.port } : null
}
