import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { testDatabase } from '@warren/db/testing'
import { type Figure, median, ms, printTable } from '../table.ts'
import { changesIn } from './changes.ts'
import { now, type Place, type ServerFigures } from './messages.ts'
import { bundle, end, reportOf, start, tellAgents } from './processes.ts'
import { floorWave, holds, middle, type Pair, type Wave, wave } from './waves.ts'
import { type BenchWorld, plantWorld } from './world.ts'

/** Each is done so often, by turns with its floor, and the middle of what was measured is shown. */
const ROUNDS = 3

type Run = (name: string, env?: Record<string, string>) => ChildProcess

/** A wave of the coordinator and, right after it, its floor. */
type Measured = { coordinator: Wave[]; floor: Wave[] }

async function measure(coordinator: Pair, floor: Pair, changes: { world: BenchWorld; url: string }) {
  const { addPeer, associate, dissociate, tookMs, close } = await changesIn(changes.world, changes.url)
  const added: Measured = { coordinator: [], floor: [] }
  const opened: Measured = { coordinator: [], floor: [] }
  const turn = async (act: () => Promise<number>, into: Measured) => {
    const one = await wave(coordinator, act)
    into.coordinator.push(one)
    into.floor.push(await floorWave(floor, one))
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    await turn(addPeer, added)
    await turn(associate, opened)
    await wave(coordinator, dissociate)
  }
  await close()
  return { added, opened, mutationMs: median(tookMs) }
}

async function floorPair(run: Run, world: BenchWorld): Promise<Pair> {
  const server = run('floor')
  const [address] = await once(server, 'message')
  const agents = run('agents')
  const place = { host: '127.0.0.1', port: address.port, path: '/' }
  tellAgents(agents, { kind: 'start', place, hubKey: world.hubKey, agents: world.agents })
  await holds(server, world.agents.length)
  return { server, agents }
}

type Restart = ServerFigures & { server: ChildProcess; tookMs: number; sent: number }

/** From the end of the old process, which is killed, until all are held by the new one; and how many were sent something. */
async function restart(old: Pair, serve: () => ChildProcess, count: number): Promise<Restart> {
  tellAgents(old.agents, { kind: 'clear' })
  const from = now()
  await end(old.server)
  const server = serve()
  await once(server, 'spawn')
  const figures = await holds(server, count)
  const { heard } = await reportOf(old.agents, 'now')
  return { ...figures, server, tookMs: figures.at - from, sent: heard.filter((one) => one !== null).length }
}

/** Bytes of everything, for a peer that sees everybody. */
async function sizeOfFullView(agents: ChildProcess, place: Place, world: BenchWorld): Promise<number> {
  tellAgents(agents, { kind: 'start', place, hubKey: world.hubKey, agents: [world.overseer] })
  const { heard } = await reportOf(agents, 'all')
  await end(agents)
  if (heard[0]?.kind !== 'full') throw new Error('a full view was expected')
  return heard[0].bytes
}

const kb = (bytes: number) => `${Math.round(bytes / 1000)} kB`
const mb = (megabytes: number) => `${Math.round(megabytes)} MB`

function rowsOf(what: string, { coordinator, floor }: Measured, aim = ''): Figure[] {
  const [one, least] = [middle(coordinator), middle(floor)]
  const ratio = `${(one.p50 / least.p50).toFixed(1)} / ${(one.p99 / least.p99).toFixed(1)}`
  return [
    { what: `${what}: all answered, p50 / p99`, measured: `${ms(one.p50)} / ${ms(one.p99)}`, aim },
    { what: '  the floor of the same bytes', measured: `${ms(least.p50)} / ${ms(least.p99)}` },
    { what: '  times the floor', measured: ratio, aim: 'aim ≤ 2' },
    { what: '  CPU until all are held again / floor', measured: `${ms(one.cpuMs)} / ${ms(least.cpuMs)}` },
    { what: '  bytes to all', measured: kb(one.bytes) },
  ]
}

async function bench(run: Run, where: { url: string; dir: string; world: BenchWorld }): Promise<Figure[]> {
  const { url, dir, world } = where
  const count = world.agents.length
  const serve = () => run('server', { DATABASE_URL: url, WARREN_HUB_SOCKET: path.join(dir, 'hub.sock') })
  const place = { host: world.hubAddress, port: world.port, path: '/trpc/mesh.poll' }
  const pair: Pair = { server: serve(), agents: run('agents') }
  tellAgents(pair.agents, { kind: 'start', place, hubKey: world.hubKey, agents: world.agents })
  await holds(pair.server, count)
  const floor = await floorPair(run, world)
  const { added, opened, mutationMs } = await measure(pair, floor, { world, url })
  await Promise.all([end(floor.server), end(floor.agents)])
  const whole = await sizeOfFullView(run('agents'), place, world)
  const restarts: Restart[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const back = await restart(pair, serve, count)
    pair.server = back.server
    restarts.push(back)
  }
  const of = (figure: (one: Restart) => number) => median(restarts.map(figure))
  return [
    ...rowsOf('a peer that all see is added', added, 'aim p99 < 300 ms, CPU < 500 ms'),
    ...rowsOf('one association opens 500 × 500', opened),
    { what: 'before that, the mutation until its commit', measured: ms(mutationMs) },
    { what: 'full view of 1,000 peers', measured: kb(whole), aim: 'aim < 150 kB' },
    { what: 'killed: until all are back and current', measured: ms(of(({ tookMs }) => tookMs)), aim: 'aim < 2,000 ms' },
    { what: '  agents that had to be sent something', measured: String(of(({ sent }) => sent)), aim: 'aim 0' },
    { what: '  CPU of the new process until then', measured: ms(of(({ cpuMs }) => cpuMs)) },
    { what: '  its memory then, resident', measured: mb(of(({ rssMb }) => rssMb)) },
    { what: '  and heap', measured: mb(of(({ heapMb }) => heapMb)) },
  ]
}

async function main(): Promise<void> {
  const { db, url, drop } = await testDatabase()
  const { dir, remove } = await bundle()
  const children: ChildProcess[] = []
  const run: Run = (name, env) => {
    const child = start(dir, name, env)
    children.push(child)
    return child
  }
  try {
    const world = await plantWorld(db)
    const figures = await bench(run, { url, dir, world })
    printTable(
      `Coordinator and ${world.agents.length} agents that hold polls (middle of ${ROUNDS}, from the commit on)`,
      figures,
    )
  } finally {
    await Promise.all(children.map(end))
    await remove()
    await drop()
  }
}

await main()
