import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasMac1, mac1Key } from '../../apps/agent/src/hub/relay/mac1.ts'
import { handshake } from '../../apps/agent/test/relay-packets.ts'
import { publicAddress, publicHost } from '../../e2e/lab/topology.ts'
import { until } from '../../e2e/lab/until.ts'
import { HUB_ADDRESS, type HubAlone, hubAlone } from '../../e2e/mesh/hub-alone.ts'
import { aim, type PlainPeer, plainPeer, reach, transfer } from '../../e2e/mesh/plain-peer.ts'
import { median, ms, printTable } from '../table.ts'

/** Each path is measured this often, in turns: what else the machine does meets all of them. */
const ROUNDS = 5
const BYTES = 24_000_000
const PINGS = 200
/** As many as the usual range holds. */
const MANY = 100
/** So that the bound is not what is measured. */
const UNBOUND = { WARREN_RELAY_MBIT: '100000', WARREN_RELAY_TOTAL_MBIT: '100000' }

type Path = 'direct' | 'kernel' | 'forwarder'
type Measured = { mbit: number; pingMs: number }
type World = { place: HubAlone; one: PlainPeer; two: PlainPeer }

async function world(): Promise<World> {
  const place = await hubAlone()
  const hosts = [31, 32].map((i) => publicHost(place.lab, place.internet, { name: `peer${i}`, i }))
  const [first, second] = await Promise.all(hosts)
  if (!first || !second) throw new Error('no hosts')
  return { place, one: await plainPeer(first, 1), two: await plainPeer(second, 2) }
}

const pairOf = ({ one, two }: World) => ({ a: { peer: 1, key: one.key }, b: { peer: 2, key: two.key } })

async function onto(path: Path, the: World): Promise<void> {
  const { place, one, two } = the
  if (path === 'direct') {
    const ports = await Promise.all([one, two].map(({ host }) => host.must('wg', ['show', 'wg0', 'listen-port'])))
    const [first = '', second = ''] = ports.map((port) => port.trim())
    await Promise.all([aim(one, two, `${publicAddress(32)}:${second}`), aim(two, one, `${publicAddress(31)}:${first}`)])
    return reach(one, two)
  }
  await place.kill()
  await place.start({ ...UNBOUND, WARREN_RELAY_KERNEL: path === 'kernel' ? 'on' : 'off' })
  const { open } = await place.relay([pairOf(the)])
  const [relay] = open
  if (!relay) throw new Error('nothing is open')
  await Promise.all([aim(one, two, `${HUB_ADDRESS}:${relay.portA}`), aim(two, one, `${HUB_ADDRESS}:${relay.portB}`)])
  await reach(one, two)
  await until('the path to be as it should', async () => {
    const { stdout } = await place.host.run('nft', ['list', 'table', 'netdev', 'warren_relay'])
    return stdout.includes('goto') === (path === 'kernel')
  })
}

async function measure({ one, two }: World): Promise<Measured> {
  const ping = ['-n', '-q', '-i', '0.005', '-c', String(PINGS), two.address]
  const { stdout } = await one.host.run('ping', ping)
  const pingMs = Number(/= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1])
  return { mbit: (BYTES * 8) / 1e6 / (await transfer(one, two, BYTES)), pingMs }
}

/** Milliseconds until the hub has answered its coordinator, while it is idle or passes packets on. */
async function answerMs({ place }: World): Promise<number> {
  const from = performance.now()
  const count = place.heard('relays')
  place.say({ kind: 'networks', networks: [place.network] })
  while (place.heard('relays') === count) await sleep(1)
  return performance.now() - from
}

async function answersOf(the: World): Promise<number> {
  const took: number[] = []
  for (let n = 0; n < 9; n += 1) took.push(await answerMs(the))
  return median(took)
}

/** What it takes to have all ports open, and what they take. */
async function many({ place, one }: World): Promise<{ tookMs: number; memory: string }> {
  const pairs = Array.from({ length: MANY }, (_, at) => ({
    a: { peer: 1, key: one.key },
    b: { peer: 100 + at, key: Buffer.alloc(32, at + 1).toString('base64') as typeof one.key },
  }))
  const from = performance.now()
  await place.relay(pairs)
  const tookMs = performance.now() - from
  const used = await memory(place.pid)
  await place.relay([])
  return { tookMs, memory: used }
}

async function memory(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  return `${(Number(/^Rss: +(\d+) kB$/m.exec(text)?.[1]) / 1024).toFixed(1)} MB`
}

function mac1Us(): number {
  const key = Buffer.alloc(32, 7).toString('base64') as Parameters<typeof mac1Key>[0]
  const packet = handshake('initiation', { to: key, index: 1 })
  const own = mac1Key(key)
  const rounds: number[] = []
  for (let round = 0; round < 9; round += 1) {
    const from = performance.now()
    for (let n = 0; n < 2000; n += 1) hasMac1(packet, own)
    rounds.push(((performance.now() - from) / 2000) * 1000)
  }
  return median(rounds)
}

async function main(): Promise<void> {
  const the = await world()
  try {
    const paths: Path[] = ['direct', 'kernel', 'forwarder']
    const all: Record<Path, Measured[]> = { direct: [], kernel: [], forwarder: [] }
    await the.place.start()
    const idle = { answer: await answersOf(the), memory: await memory(the.place.pid) }
    const full = await many(the)
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const path of paths) {
        await onto(path, the)
        all[path].push(await measure(the))
      }
    }
    const load = transfer(the.one, the.two, BYTES)
    await sleep(300)
    const busy = await answersOf(the)
    await load
    const after = await memory(the.place.pid)
    const middle = (path: Path, of: keyof Measured): number => median(all[path].map((one) => one[of]))
    const share = (path: Path): string => {
      const ratio = middle(path, 'mbit') / middle('direct', 'mbit')
      return `${Math.round(middle(path, 'mbit'))} Mbit/s, ${(ratio * 100).toFixed(0)} % of direct; ping ${ms(middle(path, 'pingMs'))}`
    }
    const direct = `${Math.round(middle('direct', 'mbit'))} Mbit/s; ping ${ms(middle('direct', 'pingMs'))}`
    printTable(`One TCP connection through WireGuard; medians of ${ROUNDS} rounds, all on one machine`, [
      { what: 'direct', measured: direct },
      { what: 'relayed by the kernel', measured: share('kernel') },
      { what: 'relayed by the process', measured: share('forwarder') },
      { what: 'hub answers its coordinator, idle', measured: ms(idle.answer) },
      { what: 'the same while it passes on all it can', measured: ms(busy) },
      { what: `opening ${MANY} relays`, measured: ms(full.tookMs) },
      {
        what: `hub resident, idle / with ${MANY} open / after relaying`,
        measured: `${idle.memory} / ${full.memory} / ${after}`,
      },
      { what: 'one check of mac1', measured: `${mac1Us().toFixed(1)} µs` },
    ])
  } finally {
    await the.place.close()
  }
}

await main()
