import { type PublicKey, parseEndpoint, type RelayPair } from '@warren/protocol'
import { sentenceOf } from '../../failure.ts'
import type { Run } from '../../system/run.ts'
import { Bucket } from './bucket.ts'
import { type Gate, openGate, rateBucket } from './forwarder.ts'
import { KernelPath } from './kernel-path.ts'
import { type At, Passage } from './passage.ts'
import { pairId, type Slot } from './ports.ts'
import type { RelaySettings } from './settings.ts'

/** mac1 checks a second of all relays together; chosen: at 12 µs each they take a twentieth of a core. */
const CHECKS_PER_S = 4_000

export type OpenRelaysParts = {
  readonly run: Run
  readonly settings: RelaySettings
  readonly log: (line: string) => void
  /** Where the hub's own tunnel to a peer of a network ends now; null while that is not known. */
  readonly endpointOf: (network: number, key: PublicKey) => string | null
}

/** A pair whose ports are open. */
export type Relay = {
  readonly network: number
  readonly pair: RelayPair
  readonly slot: Slot
  readonly passage: Passage
}

/** The relays whose ports are open, and the kernel's rules for those whose both ends are known. */
export class OpenRelays {
  readonly #parts: OpenRelaysParts
  readonly #kernel: KernelPath
  readonly #total: Bucket
  readonly #checks = new Bucket(CHECKS_PER_S, CHECKS_PER_S / 10)
  readonly #open = new Map<string, Relay & { readonly gate: Gate }>()

  constructor(parts: OpenRelaysParts) {
    const { run, settings, log } = parts
    this.#parts = parts
    this.#total = rateBucket(settings.totalRate)
    this.#kernel = new KernelPath({ run, pairRate: settings.pairRate, totalRate: settings.totalRate, log })
  }

  /** All of them, by `pairId`. */
  get all(): ReadonlyMap<string, Relay> {
    return this.#open
  }

  /** Closes all but these; resolves when nothing passes through the others any more. */
  async keep(open: ReadonlyMap<string, Slot>): Promise<void> {
    const before = this.#open.size
    for (const [id, { slot, gate }] of this.#open) {
      if (open.get(id) === slot) continue
      gate.close()
      this.#open.delete(id)
    }
    if (this.#open.size < before) await this.#follow()
  }

  /**
   * Opens a pair's ports, or takes over the keys of one that is open; false when a port is taken.
   * @param about.at where both sides were before a restart
   */
  async open(about: Omit<Relay, 'passage'> & { readonly at: readonly [At | null, At | null] }): Promise<boolean> {
    const { network, pair, slot, at } = about
    const { settings, log } = this.#parts
    const id = pairId(network, pair)
    const known = this.#open.get(id)
    if (known) {
      if (known.pair.a.key === pair.a.key && known.pair.b.key === pair.b.key) return true
      known.passage.setKeys([pair.a.key, pair.b.key])
      this.#open.set(id, { ...known, pair })
      return true
    }
    const passage = new Passage({
      keys: [pair.a.key, pair.b.key],
      at,
      vouches: (side, address) => this.#vouches(id, side === 0 ? 'a' : 'b', address),
      afford: (nowMs) => this.#checks.take(1, nowMs),
      onLearned: () => void this.#follow(),
    })
    try {
      const gate = await openGate({ slot, passage, pairRate: settings.pairRate, total: this.#total })
      this.#open.set(id, { network, pair, slot, passage, gate })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log(`relay ports ${slot} and ${slot + 1} are passed over: ${reason}`)
      return false
    }
    if (at[0] && at[1]) await this.#follow()
    return true
  }

  /** Follows changes of the machine's routes. */
  look(): Promise<void> {
    return this.#complain(this.#kernel.look())
  }

  /** Mends what others did to the kernel's rules. */
  mend(): Promise<void> {
    return this.#complain(this.#kernel.mend())
  }

  /** Closes all ports. The kernel's rules stay, unless they are to be taken down. */
  async close(takeDown: boolean): Promise<void> {
    for (const { gate } of this.#open.values()) gate.close()
    this.#open.clear()
    if (takeDown) await this.#follow()
  }

  #vouches(id: string, side: 'a' | 'b', address: string): boolean {
    const relay = this.#open.get(id)
    const endpoint = relay ? this.#parts.endpointOf(relay.network, relay.pair[side].key) : null
    return endpoint !== null && parseEndpoint(endpoint)?.host === address
  }

  async #follow(): Promise<void> {
    // Rules of a start before are taken away also where this one is to do without.
    const relays = this.#parts.settings.kernel ? [...this.#open.values()] : []
    const known = relays.flatMap(({ slot, passage }) => {
      const [a, b] = passage.at
      return a && b ? [{ slot, at: [a, b] as const }] : []
    })
    await this.#complain(this.#kernel.set(known))
  }

  /** The forwarder goes on, whatever is wrong with the kernel's part. */
  async #complain(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => this.#parts.log(sentenceOf(error)))
  }
}
