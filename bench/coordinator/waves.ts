import type { ChildProcess } from 'node:child_process'
import { median, quantile } from '../table.ts'
import { now, type ServerFigures } from './messages.ts'
import { figuresOf, PATIENCE_MS, reportOf, tellAgents } from './processes.ts'

/** A server and the agents that poll it. */
export type Pair = { server: ChildProcess; agents: ChildProcess }

/** Something that all agents were told: from its beginning to the answers, and what it cost. */
export type Wave = { p50: number; p99: number; bytes: number; cpuMs: number; sizes: number[] }

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time))

/** Waits until the server holds that many polls. */
export async function holds(server: ChildProcess, count: number): Promise<ServerFigures> {
  const end = now() + PATIENCE_MS
  for (;;) {
    const figures = await figuresOf(server)
    if (figures.polls >= count) return figures
    if (now() > end) throw new Error(`${figures.polls} polls are held, not ${count}`)
    await pause(10)
  }
}

/**
 * Lets something happen and waits until all agents have heard of it; times are from what `act` returns. CPU is counted
 * until all of them have asked again and are held.
 */
export async function wave({ server, agents }: Pair, act: () => Promise<number>): Promise<Wave> {
  const before = await figuresOf(server)
  tellAgents(agents, { kind: 'clear' })
  const from = await act()
  const { heard, errors } = await reportOf(agents, 'all')
  const after = await holds(server, heard.length)
  if (errors > 0) throw new Error(`${errors} polls failed`)
  const answers = heard.filter((one) => one !== null)
  const wrong = answers.find(({ kind }) => kind !== 'delta')
  if (wrong) throw new Error(`an agent was answered with ${wrong.kind} instead of a delta`)
  const times = answers.map(({ at }) => at - from)
  const sizes = answers.map(({ bytes }) => bytes)
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    cpuMs: after.cpuMs - before.cpuMs,
    sizes,
  }
}

/** The same bytes to as many held requests, from a server that does nothing else. */
export const floorWave = (floor: Pair, { sizes }: Wave): Promise<Wave> =>
  wave(floor, async () => {
    const from = now()
    floor.server.send({ kind: 'answer', bytes: sizes })
    return from
  })

/** The middle of several waves, figure by figure. */
export const middle = (waves: readonly Wave[]) => ({
  p50: median(waves.map(({ p50 }) => p50)),
  p99: median(waves.map(({ p99 }) => p99)),
  bytes: median(waves.map(({ bytes }) => bytes)),
  cpuMs: median(waves.map(({ cpuMs }) => cpuMs)),
})
