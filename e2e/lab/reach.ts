import type { Snapshot } from '@warren/db'
import { planOf } from '../../apps/console/src/features/network/plan.ts'
import type { Host } from './host.ts'
import { until } from './until.ts'

/** Somebody who pings and is pinged. */
export type Pinger = { name: string; host: Host; address: string }

/** Who reaches whom: each pair that does, as "a > b", sorted. */
export type Matrix = readonly string[]

type How = {
  /** Which pairs are asked; left out: all. */
  asked?: (pair: string) => boolean
  /** How long an answer is waited for, in seconds. Between hosts of a lab it takes milliseconds, or never comes. */
  waitS?: number
}

/** One ping from everybody to everybody else, all at once. Nothing is retried. */
export async function pingMatrix(pingers: readonly Pinger[], how: How = {}): Promise<Matrix> {
  const { asked = () => true, waitS = 1 } = how
  const rows = pingers.map((from) => {
    const targets = pingers.filter((to) => to !== from && asked(pairOf(from, to)))
    return targets.length === 0 ? [] : pingsOf(from, targets, waitS)
  })
  return (await Promise.all(rows)).flat().sort()
}

/** One process on the host starts all of its pings: entering it once for each would take longer than they do. */
async function pingsOf(from: Pinger, targets: readonly Pinger[], waitS: number): Promise<string[]> {
  const script = 'for ip; do (ping -n -q -c 1 -W "$WAIT" "$ip" >/dev/null 2>&1 && echo "$ip" || :) & done; wait'
  const argv = ['-c', script, 'sh', ...targets.map((to) => to.address)]
  const answered = await from.host.must('sh', argv, { env: { WAIT: String(waitS) } })
  const reached = new Set(answered.split('\n'))
  return targets.filter((to) => reached.has(to.address)).map((to) => pairOf(from, to))
}

const pairOf = (from: { name: string }, to: { name: string }): string => `${from.name} > ${to.name}`

/** What packages/cidr says about the same pairs. */
export function expectedMatrix(snapshot: Snapshot, pingers: readonly Pinger[]): Matrix {
  const { reach } = planOf(snapshot)
  const idOf = (name: string) => snapshot.peers.find((peer) => peer.name === name && peer.deletedAt === null)?.id ?? 0
  return pingers
    .flatMap((a) => pingers.filter((b) => b !== a).map((b) => [a.name, b.name] as const))
    .filter(([a, b]) => reach.canReach(idOf(a), idOf(b)))
    .map(([a, b]) => pairOf({ name: a }, { name: b }))
    .sort()
}

/**
 * Resolves when the pings' answers are exactly `expected`. A first ping may come before its tunnel, so it is asked again.
 * @throws with both matrices' difference when they never are
 */
export async function untilReach(pingers: readonly Pinger[], expected: Matrix, limitMs = 30_000): Promise<void> {
  let last: Matrix = []
  const agrees = async () => {
    last = await pingMatrix(pingers, { waitS: 0.5 })
    return last.join() === expected.join()
  }
  await until('reach as expected', agrees, limitMs).catch((cause: unknown) => {
    const missing = expected.filter((pair) => !last.includes(pair))
    const surplus = last.filter((pair) => !expected.includes(pair))
    throw new Error(
      `Not answered although they should: ${missing.join(', ') || 'none'}. Answered although they should not: ${surplus.join(', ') || 'none'}.`,
      { cause },
    )
  })
}

/** A matrix from unordered pairs: "a b" stands for both directions. */
export const both = (...pairs: readonly string[]): Matrix =>
  pairs
    .flatMap((pair) => {
      const [a = '', b = ''] = pair.split(' ')
      return [`${a} > ${b}`, `${b} > ${a}`]
    })
    .sort()
