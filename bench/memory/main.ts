import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { doorHub } from '@warren/protocol/door'
import { newPrivateKey, publicKeyOf } from '../../apps/agent/src/wireguard/keys.ts'
import type { Host } from '../../e2e/lab/host.ts'
import { Lab } from '../../e2e/lab/lab.ts'
import { startDaemon } from '../../e2e/lab/member.ts'
import { built } from '../../e2e/lab/places.ts'
import type { Program } from '../../e2e/lab/program.ts'
import { internet, publicHost } from '../../e2e/lab/topology.ts'
import { until } from '../../e2e/lab/until.ts'
import { type Figure, printTable } from '../table.ts'
import { HUB, HUB_ADDRESS, PORT, selfOf } from './view.ts'

/** Peers that the node sees, in one run each. */
const SIZES = [3, 1000] as const
/** How long a daemon is left alone before its memory is read; after that it is the lowest of some looks. */
const IDLE_MS = 30_000
/** For how long the console has news all the time, and for how long it is gone. WARREN_BENCH_S replaces both. */
const CHURN_MS = Number(process.env.WARREN_BENCH_S ?? 60) * 1000

type Memory = { resident: number; own: number }

/** Megabytes of a process: all that is resident, and what it has for itself alone. */
async function memory(pid: number): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kb = (field: string) => Number(new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(text)?.[1])
  return { resident: kb('Rss') / 1024, own: (kb('Private_Clean') + kb('Private_Dirty')) / 1024 }
}

const mb = ({ resident, own }: Memory): string => `${resident.toFixed(1)} / ${own.toFixed(1)} MB`

/** Joins a host by hand: the hub is the host itself, so no tunnel stands between the daemon and its console. */
async function node(lab: Lab, net: Host, { name, i }: { name: string; i: number }) {
  const host = await publicHost(lab, net, { name, i })
  const key = newPrivateKey()
  const self = selfOf(publicKeyOf(key))
  const text = `state = "joined"
[network]
name = "acme"
interface = "acme"
prefix = "${self.network.prefix}"
[hub]
public-key = "${HUB.key}"
endpoint = "203.0.113.10:${PORT}"
internal = "${HUB_ADDRESS}:${PORT}"
[settings]
hosts = true
[peer]
id = ${self.id}
name = "${self.name}"
address = "${self.ip}"
private-key = "${key}"
secret = "${'s'.repeat(43)}"
listen-port = 40001
`
  const file = await host.file('acme.toml', text)
  await host.sh(
    `install -D -m 0600 "${file}" /etc/warren/acme.toml
     ip addr add ${HUB_ADDRESS}/32 dev lo; ip addr add ${doorHub(HUB.key)}/128 dev lo nodad`,
  )
  return { host, key: self.key }
}

const consoleOn = async (host: Host, peers: number, key: string): Promise<Program> => {
  const argv = [
    '--import',
    import.meta.resolve('tsx'),
    path.join(import.meta.dirname, 'console.ts'),
    String(peers),
    key,
  ]
  const program = await host.start('console', [built.node, ...argv])
  await program.says(/answering/)
  return program
}

async function run(lab: Lab, net: Host, [peers, i]: [number, number]): Promise<Figure[]> {
  const { host, key } = await node(lab, net, { name: `node-${peers}`, i })
  const program = await consoleOn(host, peers, key)
  const daemon = await startDaemon(host)
  await daemon.says(/current, revision/)
  await sleep(IDLE_MS)
  const idle = await memory(daemon.pid)
  program.signal('SIGUSR1')
  const early = await afterwards(daemon, CHURN_MS / 4)
  const late = await afterwards(daemon, (CHURN_MS * 3) / 4)
  program.signal('SIGUSR2')
  await program.says(/told \d+ changes/)
  const told = /told (\d+) changes/.exec(program.output)?.[1]
  await sleep(IDLE_MS)
  const settled = await memory(daemon.pid)
  await program.stop()
  const gone = await afterwards(daemon, CHURN_MS)
  await daemon.stop()
  return [
    { what: `${peers} peers that do not answer, idle`, measured: mb(idle), aim: 'aim < 60 / < 25 MB' },
    { what: `${peers} peers, during churn: first quarter, last quarters`, measured: `${mb(early)}, ${mb(late)}` },
    { what: `${peers} peers, idle after ${told} changes`, measured: mb(settled) },
    { what: `${peers} peers, console gone`, measured: mb(gone) },
  ]
}

async function afterwards({ pid }: Program, ms: number): Promise<Memory> {
  await sleep(ms)
  return memory(pid)
}

/** What Node itself takes, doing nothing. */
async function floor(host: Host): Promise<Memory> {
  const program = await host.start('node', [built.node, '-e', 'setInterval(() => {}, 1000)'])
  await until('node to run', async () => (await memory(program.pid)).resident > 20)
  await sleep(2000)
  const taken = await memory(program.pid)
  await program.kill()
  return taken
}

async function main(): Promise<void> {
  const lab = await Lab.open()
  try {
    const net = await internet(lab)
    const empty = await floor(net)
    const runs: Figure[] = []
    for (const [at, size] of SIZES.entries()) runs.push(...(await run(lab, net, [size, 20 + at])))
    printTable('Memory of one daemon: resident / private', [
      { what: 'Node that does nothing', measured: mb(empty) },
      ...runs,
    ])
  } finally {
    await lab.close()
  }
}

await main()
