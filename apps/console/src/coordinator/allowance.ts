/** How much a peer may tell: `burst` messages at once, and `perS` more each second. */
export type Rate = { readonly burst: number; readonly perS: number }

/**
 * Chosen: an agent tells of itself when its addresses change, and of tunnels once a second at most. An endpoint of its own
 * is set by a person; each is a change of the network.
 */
export const RATES = {
  report: { burst: 20, perS: 0.5 },
  links: { burst: 40, perS: 1.5 },
  overrides: { burst: 10, perS: 0.1 },
} as const satisfies Record<string, Rate>

/** A token bucket for each peer; buckets that are full again take no room. */
export class Allowance {
  readonly #rate: Rate
  /** When a peer's bucket will be full again, in milliseconds of a clock that does not jump. */
  readonly #fullAt = new Map<number, number>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Whether the peer may send one more now. */
  take(peerId: number, nowMs: number = performance.now()): boolean {
    const eachMs = 1000 / this.#rate.perS
    const fullAt = Math.max(this.#fullAt.get(peerId) ?? 0, nowMs) + eachMs
    if (fullAt - nowMs > this.#rate.burst * eachMs) return false
    this.#fullAt.set(peerId, fullAt)
    return true
  }

  forget(peerId: number): void {
    this.#fullAt.delete(peerId)
  }
}
