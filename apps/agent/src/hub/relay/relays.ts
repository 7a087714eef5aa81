import { type FromHub, formatEndpoint, type HubNetwork, parseEndpoint, type RelayPair } from '@warren/protocol'
import { turns } from '../../daemon/turns.ts'
import type { Env } from '../../env.ts'
import { OpenRelays, type OpenRelaysParts, type Relay } from './open-relays.ts'
import type { At } from './passage.ts'
import { assign, pairId, type Slot, slotsOf } from './ports.ts'
import { loadRelays, type SavedRelay, saveRelays } from './saved.ts'
import { formatRange } from './settings.ts'

export type RelaysParts = OpenRelaysParts & {
  readonly env: Env
  readonly tell: (message: FromHub) => void
  /** Ports that the hub's networks need for themselves. */
  readonly portsInUse: () => ReadonlySet<number>
}

type Wanting = { readonly name: string; pairs: readonly RelayPair[] }

/** All pairs that this hub passes packets on for, of all its networks: they share its ports and its bandwidth. */
export class Relays {
  readonly #parts: RelaysParts
  readonly #open: OpenRelays
  readonly #inTurn = turns()
  readonly #wanting = new Map<number, Wanting>()
  readonly #told = new Map<number, string>()
  /** How many pairs of each network go without. */
  #left: ReadonlyMap<number, number> = new Map()
  /** Of networks whose coordinator has not spoken yet, by their names. */
  #saved = new Map<string, SavedRelay[]>()
  #savedText = JSON.stringify([])

  constructor(parts: RelaysParts) {
    this.#parts = parts
    this.#open = new OpenRelays(parts)
  }

  /** Reads what was open before this start; `serve` opens it again. @throws Failure (state) */
  async load(): Promise<void> {
    this.#saved = new Map(await loadRelays(this.#parts.env))
    this.#savedText = JSON.stringify([...this.#saved])
  }

  /** Begins with a network, with what was open before this process started. */
  async serve({ id, name }: HubNetwork): Promise<void> {
    this.#wanting.set(id, { name, pairs: (this.#saved.get(name) ?? []).map(({ pair }) => pair) })
    await this.renew()
  }

  /** Has exactly these pairs of a network passed on, as far as ports go; those that need it most come first. */
  async set(network: number, pairs: readonly RelayPair[]): Promise<void> {
    const wanting = this.#wanting.get(network)
    if (!wanting) return
    wanting.pairs = pairs
    this.#saved.delete(wanting.name)
    await this.renew()
  }

  /** Ends with a network. */
  async leave(network: number): Promise<void> {
    this.#saved.delete(this.#wanting.get(network)?.name ?? '')
    this.#wanting.delete(network)
    this.#told.delete(network)
    await this.renew()
  }

  /** Tells of a network what a coordinator that has just connected cannot know. */
  greet(network: number): Promise<void> {
    this.#told.delete(network)
    return this.#inTurn(async () => this.#tell())
  }

  /** Follows changes of the machine's routes. */
  look(): Promise<void> {
    return this.#open.look()
  }

  /** Mends what others did to the kernel's rules, and looks for ports that others had. */
  async mend(): Promise<void> {
    await this.#open.mend()
    if ([...this.#left.values()].some(Boolean)) await this.renew()
  }

  /** Closes what is not wanted any more or in the way, opens what is wanted, and tells what changed. */
  renew(): Promise<void> {
    return this.#inTurn(async () => {
      const taken = new Set(this.#parts.portsInUse())
      for (let before = -1; before !== taken.size; ) {
        before = taken.size
        await this.#step(taken)
      }
      this.#tell()
    })
  }

  /** Writes down what a start without the console needs, if it changed. @throws Failure (state) */
  async save(): Promise<void> {
    const networks = new Map(this.#saved)
    for (const [network, { name }] of this.#wanting) {
      const own = this.#of(network).map(asSaved)
      if (own.length > 0) networks.set(name, own)
      else networks.delete(name)
    }
    const text = JSON.stringify([...networks])
    if (text === this.#savedText) return
    this.#savedText = text
    await saveRelays(this.#parts.env, networks)
  }

  /** Closes all ports. With `takeDown` the kernel's rules go too; without, it passes on what it can until a new start. */
  close(takeDown: boolean): Promise<void> {
    return this.#inTurn(() => this.#open.close(takeDown))
  }

  /** One attempt to have everything open; ports that another program has are among `taken` then. */
  async #step(taken: Set<number>): Promise<void> {
    const wishes = [...this.#wanting].map(([network, { pairs }]) => ({ network, pairs }))
    const slots = slotsOf(this.#parts.settings.ports, taken)
    const { open, left } = assign(wishes, { slots, held: this.#held() })
    this.#left = left
    await this.#open.keep(open)
    for (const { network, pairs } of wishes) {
      for (const pair of pairs) {
        const slot = open.get(pairId(network, pair))
        if (slot === undefined) continue
        const about = { network, pair, slot, at: this.#lastAt(network, pair) }
        if (!(await this.#open.open(about))) taken.add(slot)
      }
    }
  }

  #held(): Map<string, Slot> {
    const held = new Map<string, Slot>()
    for (const [network, { name }] of this.#wanting) {
      for (const { pair, slot } of this.#saved.get(name) ?? []) held.set(pairId(network, pair), slot)
    }
    for (const [id, { slot }] of this.#open.all) held.set(id, slot)
    return held
  }

  #lastAt(network: number, pair: RelayPair): [At | null, At | null] {
    const id = pairId(network, pair)
    const saved = this.#saved.get(this.#wanting.get(network)?.name ?? '') ?? []
    const [a = null, b = null] = saved.find((one) => pairId(network, one.pair) === id)?.at ?? []
    return [asAt(a), asAt(b)]
  }

  #of(network: number): Relay[] {
    return [...this.#open.all.values()].filter((relay) => relay.network === network)
  }

  #tell(): void {
    for (const [network, { pairs }] of this.#wanting) {
      const open = this.#of(network).map(({ pair: { a, b }, slot }) => {
        return { a: a.peer, b: b.peer, portA: slot, portB: slot + 1 }
      })
      const message: FromHub = { kind: 'relays', network, open, refused: this.#refusal(network, pairs.length) }
      const text = JSON.stringify(message)
      if (this.#told.get(network) === text) continue
      this.#told.set(network, text)
      this.#parts.tell(message)
    }
  }

  #refusal(network: number, wanted: number): string | null {
    const { ports } = this.#parts.settings
    if (ports === null) return wanted === 0 ? null : 'This hub relays nobody: WARREN_RELAY_PORTS is off.'
    const left = this.#left.get(network) ?? 0
    if (left === 0) return null
    const waiting = left === 1 ? '1 more pair waits' : `${left} more pairs wait`
    return `The hub's UDP ports ${formatRange(ports)} hold ${this.#open.all.size} relays and no more; ${waiting} for one.`
  }
}

const asSaved = ({ pair, slot, passage }: Relay): SavedRelay => {
  const [a, b] = passage.at
  return { pair, slot, at: [asText(a), asText(b)] }
}

/** A link-local address means nothing without its device, and is not kept. */
const asText = (at: At | null): string | null =>
  at && !at.address.includes('%') ? formatEndpoint({ host: at.address, port: at.port }) : null

function asAt(endpoint: string | null): At | null {
  const parsed = endpoint === null ? null : parseEndpoint(endpoint)
  return parsed ? { address: parsed.host, port: parsed.port } : null
}
