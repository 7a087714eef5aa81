import { turns } from '../../daemon/turns.ts'
import { CommandFailure } from '../../system/command-failure.ts'
import type { Run } from '../../system/run.ts'
import { type Leg, relayDevices, relayRules, removeRelayRules, setRelayRules } from '../../wireguard/relay-rules.ts'
import { mainRoutes, mtuOf, type Route, routeTo } from '../../wireguard/routes.ts'
import type { At } from './passage.ts'
import type { Slot } from './ports.ts'

/** A pair whose ends are both known. */
export type Known = { readonly slot: Slot; readonly at: readonly [At, At] }

type Way = Route & { readonly mtu: number }

/** Nothing that WireGuard sends over a usual line is longer. */
const USUAL_MTU = 1500

export type KernelPathOptions = {
  readonly run: Run
  readonly pairRate: number
  readonly totalRate: number
  readonly log: (line: string) => void
}

/**
 * Keeps the kernel's rules in step with who is where. What the kernel cannot do stays with the forwarder, which needs no
 * telling: it gets all packets that no rule takes.
 */
export class KernelPath {
  readonly #options: KernelPathOptions
  readonly #inTurn = turns()
  #routes = new Map<string, Way | null>()
  #mainRoutes = ''
  #known: readonly Known[] = []
  #waiting = false
  /** The rules in force as far as known; null when that is not known, as at the start. */
  #rules: string | null = null
  #complaint: string | null = null

  constructor(options: KernelPathOptions) {
    this.#options = options
  }

  /** Has packets of these pairs passed on, and of no others; resolves when it is so. */
  async set(known: readonly Known[]): Promise<void> {
    this.#known = known
    if (this.#waiting) return this.#inTurn(async () => {})
    this.#waiting = true
    await this.#inTurn(async () => {
      this.#waiting = false
      await this.#apply()
    })
  }

  /** Looks whether the machine's routes have changed, and follows them; cheap. */
  async look(): Promise<void> {
    if (!this.#rules) return
    const now = await mainRoutes()
    const before = this.#mainRoutes
    this.#mainRoutes = now
    if (before !== '' && before !== now) await this.mend()
  }

  /** Looks whether ways have changed, and whether the rules still stand. */
  mend(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#known.length === 0 && this.#rules === '') return
      this.#routes = new Map()
      if (this.#rules && String(await relayDevices(this.#options.run)) !== String(devicesOf(this.#rules))) {
        this.#rules = null
      }
      await this.#apply()
    })
  }

  async #apply(): Promise<void> {
    const { run, log, pairRate, totalRate } = this.#options
    const relays = await this.#legs()
    const rules = relays.length === 0 ? '' : relayRules({ relays, pairRate, totalRate })
    if (rules === this.#rules) return
    this.#rules = null
    try {
      await (rules === '' ? removeRelayRules(run) : setRelayRules(run, rules))
      this.#rules = rules
      this.#complaint = null
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error
      // Rules of before could let a pair through that has just been cut.
      await removeRelayRules(run).catch(() => {})
      if (this.#complaint !== error.message) log(`relays go through this process, not the kernel: ${error.message}`)
      this.#complaint = error.message
    }
  }

  async #wayTo(address: string): Promise<Way | null> {
    const route = await routeTo(this.#options.run, address)
    if (!route) return null
    const mtu = await mtuOf(this.#options.run, route.device)
    return mtu === null ? null : { ...route, mtu }
  }

  async #legs(): Promise<(readonly [Leg, Leg])[]> {
    const known = this.#known.filter(({ at: [a, b] }) => a.address.includes(':') === b.address.includes(':'))
    const addresses = new Set(known.flatMap(({ at }) => at.map(({ address }) => address)))
    for (const address of addresses) {
      if (this.#routes.has(address)) continue
      // A link-local address has its device in its name, which no rule can hold.
      this.#routes.set(address, address.includes('%') ? null : await this.#wayTo(address))
    }
    return known.flatMap(({ slot, at: [a, b] }) => {
      const [toA, toB] = [this.#routes.get(a.address), this.#routes.get(b.address)]
      if (!toA || !toB) return []
      // The kernel would lose what does not fit, where a socket sends it in pieces.
      if (toA.mtu !== toB.mtu && Math.min(toA.mtu, toB.mtu) < USUAL_MTU) return []
      return [
        [
          { port: slot, at: a, route: toA },
          { port: slot + 1, at: b, route: toB },
        ] as const,
      ]
    })
  }
}

const devicesOf = (rules: string): string[] =>
  [...rules.matchAll(/hook ingress device "([^"]+)"/g)].map((match) => match[1] ?? '').sort()
