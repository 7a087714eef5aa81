import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { CHANGE_CHANNEL, listen } from '@warren/db'
import { testDatabase } from '@warren/db/testing'
import { createAssociation } from '../../apps/console/src/server/association/create-association.ts'
import { type Figure, ms, printTable, quantile } from '../table.ts'
import { addPeer } from './add-peer.ts'
import { type Heard, now, type ServerFigures } from './messages.ts'
import { bundle, end, figuresOf, reportOf, start, tellAgents } from './processes.ts'
import { type BenchWorld, plantWorld } from './world.ts'

const PATIENCE_MS = 60_000

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time))

/** Asks again until `done` says so. */
async function until<T>(ask: () => Promise<T>, done: (answer: T) => boolean, what: string): Promise<T> {
  const end = now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (done(answer)) return answer
    if (now() > end) throw new Error(`waited in vain: ${what}`)
    await pause(10)
  }
}

const holds = (server: ChildProcess, count: number) =>
  until(
    () => figuresOf(server),
    ({ polls }) => polls >= count,
    `${count} held polls`,
  )

type Wave = { p50: number; p99: number; bytes: number; cpuMs: number; sizes: number[] }

/**
 * Lets something happen and waits until all agents have heard of it; times are from what `act` returns. CPU is counted
 * until all of them have asked again and are held.
 */
async function wave(server: ChildProcess, agents: ChildProcess, act: () => Promise<number>): Promise<Wave> {
  const before = await figuresOf(server)
  tellAgents(agents, { kind: 'clear' })
  const from = await act()
  const all = (heard: Heard[]) => heard.every((one) => one !== null)
  const { heard, errors } = await until(
    () => reportOf(agents),
    (report) => all(report.heard),
    'all agents answered',
  )
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
async function floorOf(dir: string, world: BenchWorld, waves: readonly Wave[]): Promise<Wave[]> {
  const server = start(dir, 'floor')
  const [address] = await once(server, 'message')
  const agents = start(dir, 'agents')
  const place = { host: '127.0.0.1', port: address.port, path: '/' }
  tellAgents(agents, { kind: 'start', place, hubKey: world.hubKey, agents: world.agents })
  await holds(server, world.agents.length)
  const measured: Wave[] = []
  for (const { sizes } of waves) {
    measured.push(
      await wave(server, agents, async () => {
        const from = now()
        server.send({ kind: 'answer', bytes: sizes })
        return from
      }),
    )
  }
  await end(agents)
  await end(server)
  return measured
}

/** From the old process's end (it is killed) until all are held again by the new one; and how many had to be sent something. */
async function restart(old: ChildProcess, agents: ChildProcess, again: () => ChildProcess, count: number) {
  tellAgents(agents, { kind: 'clear' })
  const from = now()
  await end(old)
  const server = again()
  await once(server, 'spawn')
  const { at, cpuMs, rssMb, heapMb } = await holds(server, count)
  const { heard } = await reportOf(agents)
  return { server, tookMs: at - from, cpuMs, rssMb, heapMb, sent: heard.filter((one) => one !== null).length }
}

const kb = (bytes: number) => `${Math.round(bytes / 1000)} kB`
const against = (one: Wave, floor: Wave) =>
  `floor ${ms(floor.p50)} / ${ms(floor.p99)}, ratio ${(one.p99 / floor.p99).toFixed(1)}`

function rowsOf(what: string, one: Wave, floor: Wave): Figure[] {
  return [
    {
      what: `${what}: all answered, p50 / p99`,
      measured: `${ms(one.p50)} / ${ms(one.p99)}`,
      aim: `${against(one, floor)}, aim ≤ 2`,
    },
    { what: `${what}: server CPU until all are held again`, measured: ms(one.cpuMs), aim: `floor ${ms(floor.cpuMs)}` },
    { what: `${what}: bytes to all`, measured: kb(one.bytes) },
  ]
}

async function main(): Promise<void> {
  const { db, url, drop } = await testDatabase()
  const { dir, remove } = await bundle()
  const children: ChildProcess[] = []
  const run = (name: string, env?: Record<string, string>) => {
    const child = start(dir, name, env)
    children.push(child)
    return child
  }
  try {
    const world = await plantWorld(db)
    const count = world.agents.length
    const serve = () => run('server', { DATABASE_URL: url, WARREN_HUB_SOCKET: path.join(dir, 'hub.sock') })
    const server = serve()
    const agents = run('agents')
    const place = { host: world.hubAddress, port: world.port, path: '/trpc/mesh.poll' }
    tellAgents(agents, { kind: 'start', place, hubKey: world.hubKey, agents: world.agents })
    const held: ServerFigures = await holds(server, count)
    await pause(2_000)

    const commits = await commitsOf(url)
    const act = (work: () => Promise<unknown>) => async () => {
      const committed = commits.next()
      const from = now()
      await work()
      const at = await committed
      mutations.push(at - from)
      return at
    }
    const mutations: number[] = []
    const added = await wave(
      server,
      agents,
      act(() => addPeer(world, 'added')),
    )
    const opened = await wave(
      server,
      agents,
      act(() => createAssociation(world.ctx, { networkId: world.networkId, a: world.west, b: world.east })),
    )
    await commits.close()
    const [floorAdded = added, floorOpened = opened] = await floorOf(dir, world, [added, opened])
    const whole = await sizeOfFullView(run('agents'), place, world)
    const back = await restart(server, agents, serve, count)
    printTable(`Coordinator with ${count} agents that hold polls; times from the commit on`, [
      ...rowsOf('a peer that all see is added', added, floorAdded),
      ...rowsOf('one association opens 500 × 500', opened, floorOpened),
      { what: 'before that, the mutations themselves', measured: mutations.map(ms).join(' / ') },
      { what: 'aims for the added peer', measured: '', aim: 'p99 < 300 ms, CPU < 500 ms' },
      { what: 'full view of 1,000 peers', measured: kb(whole), aim: 'aim < 150 kB' },
      { what: 'all back and current after a restart', measured: ms(back.tookMs), aim: 'aim < 2,000 ms' },
      { what: 'agents that had to be sent something then', measured: String(back.sent), aim: 'aim 0' },
      { what: 'CPU of the new process until then', measured: ms(back.cpuMs) },
      {
        what: 'resident / heap with all polls held',
        measured: `${Math.round(back.rssMb)} / ${Math.round(back.heapMb)} MB`,
      },
      { what: 'resident after the first start', measured: `${Math.round(held.rssMb)} MB` },
    ])
  } finally {
    await Promise.all(children.map(end))
    await remove()
    await drop()
  }
}

/** When changes were committed: Postgres tells it to all who listen at that moment. */
async function commitsOf(url: string): Promise<{ next(): Promise<number>; close(): Promise<void> }> {
  let tell: (at: number) => void = () => {}
  const listener = await listen(
    url,
    [CHANGE_CHANNEL],
    () => tell(now()),
    () => {},
  )
  const next = () =>
    new Promise<number>((resolve) => {
      tell = resolve
    })
  return { next, close: () => listener.close() }
}

/** Bytes of everything, for a peer that sees everybody. */
async function sizeOfFullView(
  agents: ChildProcess,
  place: { host: string; port: number; path: string },
  world: BenchWorld,
) {
  tellAgents(agents, { kind: 'start', place, hubKey: world.hubKey, agents: [world.overseer] })
  const { heard } = await until(
    () => reportOf(agents),
    (report) => report.heard[0]?.kind === 'full',
    'a full view',
  )
  await end(agents)
  return heard[0]?.bytes ?? 0
}

await main()
