import { mkdir } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import path from 'node:path'
import type { FromHub, HubNetwork, RelayPair, ToHub } from '@warren/protocol'
import type { Host } from '../lab/host.ts'
import { Lab } from '../lab/lab.ts'
import { built } from '../lab/places.ts'
import type { Program } from '../lab/program.ts'
import { internet, publicAddress, publicAddress6, publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'

/** Number of the hub's public address. */
const HUB = 10
export const HUB_ADDRESS = publicAddress(HUB)
export const HUB_ADDRESS6 = publicAddress6(HUB)

export const NETWORK: HubNetwork = {
  id: 1,
  name: 'acme',
  interface: 'acme',
  hubPeerId: 1,
  address: '10.42.0.1',
  prefix: '10.42.0.0/16',
  address6: null,
  prefix6: null,
  listenPort: 51820,
  listenPortBefore: null,
  apiPort: 51820,
  keepaliveS: 25,
  publicKey: null,
  dns: false,
}

type Told<K extends FromHub['kind']> = Extract<FromHub, { kind: K }>

/** A hub as it is shipped, and a coordinator that says what a test wants it to say. */
export type HubAlone = {
  readonly lab: Lab
  readonly internet: Host
  readonly host: Host
  say(message: ToHub): void
  readonly network: HubNetwork
  /** The hub's process, while it runs. */
  readonly pid: number
  /** How often the hub told something of a kind since it started. */
  heard(kind: FromHub['kind']): number
  /** What the hub told last of a kind. */
  last<K extends FromHub['kind']>(kind: K): Told<K> | undefined
  /** Has the hub relay these pairs, and waits until it says that it does; gives what is open. */
  relay(pairs: readonly RelayPair[]): Promise<Told<'relays'>>
  start(env?: Record<string, string>): Promise<void>
  /** Without a word, as a crash does it. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** What the coordinator says to a hub that has just connected, kept by kind. */
type Script = Map<string, ToHub>

/** A lab with a hub on it. */
export async function hubAlone(): Promise<HubAlone> {
  const lab = await Lab.open()
  const net = await internet(lab)
  const host = await publicHost(lab, net, { name: 'hub', i: HUB })
  const socket = path.join(lab.folder, 'run', 'hub.sock')
  await mkdir(path.dirname(socket))
  const script: Script = new Map([['networks', { kind: 'networks', networks: [NETWORK] }]])
  const heard: FromHub[] = []
  const lines: Socket[] = []
  const tell = (message: ToHub): void => {
    for (const line of lines) line.write(`${JSON.stringify(message)}\n`)
  }
  const server = createServer((line) => {
    lines.push(line)
    let rest = ''
    line.setEncoding('utf8')
    line.on('error', () => {})
    line.on('close', () => lines.splice(lines.indexOf(line), 1))
    line.on('data', (text: string) => {
      const whole = (rest + text).split('\n')
      rest = whole.pop() ?? ''
      heard.push(...whole.map((one) => JSON.parse(one) as FromHub))
    })
    for (const message of script.values()) line.write(`${JSON.stringify(message)}\n`)
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))

  let program: Program | null = null
  const say = (message: ToHub): void => {
    script.set(message.kind, message)
    tell(message)
  }
  const last = <K extends FromHub['kind']>(kind: K) =>
    heard.filter((message): message is Told<K> => message.kind === kind).at(-1)
  return {
    lab,
    internet: net,
    host,
    network: NETWORK,
    get pid() {
      return program?.pid ?? 0
    },
    say,
    heard: (kind) => heard.filter((message) => message.kind === kind).length,
    last,
    async relay(pairs) {
      say({ kind: 'relays', network: NETWORK.id, pairs: [...pairs] })
      const names = (list: readonly { a: number; b: number }[]) => String(list.map(({ a, b }) => [a, b]))
      const wanted = names(pairs.map(({ a, b }) => ({ a: a.peer, b: b.peer })))
      return until('the hub to say what it relays', () => {
        const told = last('relays')
        return told && names(told.open) === wanted ? told : null
      })
    },
    async start(env = {}) {
      heard.length = 0
      program = await host.start('hub', [built.node, built.agent, 'hub', '--socket', socket], env)
      const serves = until('the hub to serve', () => last('key') && last('relays'))
      await serves.catch((cause: unknown) => {
        throw new Error(`The hub does not serve. It said:\n${program?.output}`, { cause })
      })
    },
    async kill() {
      await program?.kill()
    },
    async close() {
      await program?.stop()
      for (const line of lines) line.destroy()
      await new Promise((resolve) => server.close(resolve))
      await lab.close()
    },
  }
}
