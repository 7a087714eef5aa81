import type { Host } from '../lab/host.ts'
import type { Program } from '../lab/program.ts'
import { until } from '../lab/until.ts'

/** Milliseconds between two pings. */
const EVERY_MS = 20
/** A path that died unnoticed is given up after 40 s at the latest (docs/paths.md), and then looked for. */
const LIMIT_MS = 90_000

/** A ping that goes on until it is asked how it went. */
export type Pinging = {
  /** Resolves when so many more answers have come. */
  answered(more: number): Promise<unknown>
  /** Ends it. Gives the longest run of pings without an answer, in milliseconds. */
  end(): Promise<{ gapMs: number }>
}

/** Pings an address from a host all the time. */
export async function pinging(host: Host, address: string): Promise<Pinging> {
  const program: Program = await host.start('ping', ['ping', '-n', '-i', String(EVERY_MS / 1000), address])
  const numbers = () => [...program.output.matchAll(/icmp_seq=(\d+) ttl=/g)].map(([, seq]) => Number(seq))
  return {
    answered(more) {
      const last = numbers().at(-1) ?? 0
      return until(
        `${more} answers of ${address}`,
        () => numbers().filter((seq) => seq > last).length >= more,
        LIMIT_MS,
      )
    },
    async end() {
      await program.stop()
      const answered = numbers()
      const steps = answered.slice(1).map((seq, at) => seq - (answered[at] ?? 0))
      return { gapMs: (Math.max(1, ...steps) - 1) * EVERY_MS }
    },
  }
}
