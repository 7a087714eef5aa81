import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** What is known of DNS names now, and a way to learn more without keeping a tunnel waiting for it. */
export type Names = {
  /** Addresses, in the order of the resolver; empty while nothing is known. */
  addressesOf(host: string): readonly string[]
  /**
   * Asks for those that are unknown or old; true when any answer differs from before. Takes at most LIMIT_MS. `doubtful`:
   * nobody answers at their addresses, so that they are old soon.
   */
  refresh(hosts: readonly string[], doubtful?: readonly string[]): Promise<boolean>
}

/** Chosen: an unreachable name server makes the system's resolver wait for 10 s (measured). */
const LIMIT_MS = 2_000

/** Chosen: a hub that moves is found within minutes; names that failed are asked for again sooner. */
const FRESH_MS = 300_000
const RETRY_MS = 10_000
const DOUBTFUL_MS = 3_000

export type Lookup = (host: string) => Promise<readonly string[]>

const systemLookup: Lookup = async (host) => (await lookup(host, { all: true })).map(({ address }) => address)

/** @param now milliseconds of a monotonic clock */
export function names(now: () => number, ask: Lookup = systemLookup): Names {
  const known = new Map<string, { addresses: readonly string[]; askedAt: number; dueAt: number }>()

  /** Lookups under way, which may outlast LIMIT_MS: each keeps a thread of the few that there are. */
  const asking = new Map<string, Promise<readonly string[] | null>>()

  function asked(host: string): Promise<readonly string[] | null> {
    const pending =
      asking.get(host) ??
      ask(host)
        .catch(() => null)
        .finally(() => asking.delete(host))
    asking.set(host, pending)
    return pending
  }

  async function learn(host: string): Promise<boolean> {
    const before = known.get(host)?.addresses ?? []
    const found = await Promise.race([asked(host), sleep(LIMIT_MS, null, { ref: false })])
    // A name that cannot be resolved right now was right a moment ago.
    known.set(host, { addresses: found ?? before, askedAt: now(), dueAt: now() + (found ? FRESH_MS : RETRY_MS) })
    return found !== null && found.join() !== before.join()
  }

  return {
    addressesOf: (host) => known.get(host)?.addresses ?? [],
    async refresh(hosts, doubtful = []) {
      const isDue = (host: string): boolean => {
        const { askedAt, dueAt } = known.get(host) ?? { askedAt: Number.NEGATIVE_INFINITY, dueAt: 0 }
        return dueAt <= now() || (doubtful.includes(host) && now() - askedAt >= DOUBTFUL_MS)
      }
      const due = [...new Set(hosts)].filter(isDue)
      return (await Promise.all(due.map(learn))).some(Boolean)
    },
  }
}
