import { chown, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Db, migrate, openDb, readHubStatus } from '@warren/db'
import { type LocalServer, startDatabase } from '@warren/db/server'
import type { NetworkRow } from '@warren/protocol'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { createNetwork } from '../../apps/console/src/server/network/create-network.ts'
import type { Host } from './host.ts'
import { Lab } from './lab.ts'
import { asNobody, built, NOBODY } from './places.ts'
import { type Switch, switchedOn } from './switch.ts'
import { internet, publicAddress, publicAddress6, publicHost } from './topology.ts'
import { until } from './until.ts'

/** Number of the hub's public address. */
const HUB = 10
const LISTEN_PORT = 51820

export type StackOptions = {
  /** The network's name; "acme" when left out. */
  name?: string
  /** The root CIDR; 10.42.0.0/16 when left out. */
  prefix?: string
  /** A name for the hub, which every host then has to know; its address when left out. */
  hubName?: string
}

/** A whole Warren: database, coordinator and hub, with the hub's host on the lab's internet. */
export type Stack = {
  readonly lab: Lab
  readonly internet: Host
  readonly hub: Host
  readonly db: Db
  /** What verbs act with: an owner. */
  readonly ctx: Ctx
  readonly network: NetworkRow
  readonly databaseUrl: string
  readonly database: { stop(): Promise<void>; start(): Promise<void> }
  readonly coordinator: Switch
  readonly hubAgent: Switch
  /** Pulls the plug of the hub's host; its programs have ended when this resolves. */
  hubOff(): Promise<void>
  /** Starts the hub's host, if it is off, and what runs on it. */
  hubOn(): Promise<void>
  close(): Promise<void>
}

/** Brings a stack up, ready for invitations. What fails on the way leaves nothing behind. */
export async function bringUp(options: StackOptions = {}): Promise<Stack> {
  const lab = await Lab.open()
  const undo: (() => Promise<unknown>)[] = [() => lab.close()]
  const close = async () => {
    for (let last = undo.pop(); last; last = undo.pop()) await last()
  }
  try {
    return await build(lab, options, { undo, close })
  } catch (error) {
    await close()
    throw error
  }
}

type Ending = { undo: (() => Promise<unknown>)[]; close: () => Promise<void> }

async function build(lab: Lab, options: StackOptions, { undo, close }: Ending): Promise<Stack> {
  const database = await databaseIn(path.join(lab.folder, 'postgres'))
  undo.push(() => database.stop())
  await migrate(database.url)
  const db = openDb(database.url)
  undo.push(() => db.close())
  const ctx: Ctx = { db, actor: { kind: 'user', id: 1, name: 'lab' } }
  const { name = 'acme', prefix = '10.42.0.0/16', hubName } = options
  const about = { name, prefix, listenPort: LISTEN_PORT }
  const network = await newNetwork({ ctx }, hubName === undefined ? about : { ...about, hubName })

  const net = await internet(lab)
  const hub = await publicHost(lab, net, { name: 'hub', i: HUB })
  const socket = await socketPlace(lab)
  const coordinator = await switchedOn(() => startCoordinator(hub, database.url, socket))
  undo.push(() => coordinator.stop())
  const hubAgent = await switchedOn(() => hub.start('hub', [built.node, built.agent, 'hub', '--socket', socket]))
  undo.push(() => hubAgent.stop())
  const stack: Stack = {
    lab,
    internet: net,
    hub,
    db,
    ctx,
    network,
    databaseUrl: database.url,
    database,
    coordinator,
    hubAgent,
    async hubOff() {
      await hub.powerOff()
      await Promise.all([coordinator.program.ended(), hubAgent.program.ended()])
    },
    async hubOn() {
      if (!hub.isOn) await hub.boot()
      await coordinator.start()
      await hubAgent.start()
    },
    close,
  }
  await hubServes(stack, network)
  return stack
}

/** A further network that the stack's hub serves, on a port of its own; ready when `hubServes` says so. */
export function newNetwork(
  { ctx }: Pick<Stack, 'ctx'>,
  { hubName = publicAddress(HUB), ...about }: { name: string; prefix: string; listenPort: number; hubName?: string },
): Promise<NetworkRow> {
  return createNetwork(ctx, { ...about, endpoint: `${hubName}:${about.listenPort}` })
}

/** The hub's addresses on the lab's internet. */
export const hubAddresses = [publicAddress(HUB), publicAddress6(HUB)] as const

/** Resolves when the device of `network` on the hub holds its current revision. */
export function hubServes({ db, hubAgent, coordinator }: Stack, network: NetworkRow): Promise<unknown> {
  const serves = until(
    `the hub of ${network.name} to serve`,
    async () => {
      const [{ connected, appliedRevision }, row] = await Promise.all([
        readHubStatus(db, network.id),
        db.prisma.network.findUniqueOrThrow({ where: { id: network.id } }),
      ])
      return connected && appliedRevision === row.revision
    },
    60_000,
  )
  return serves.catch((cause: unknown) => {
    const said = [hubAgent, coordinator].map(({ program }) => `${program.name} said:\n${program.output}`)
    throw new Error(`The hub does not serve.\n${said.join('\n')}`, { cause })
  })
}

async function databaseIn(dataDir: string) {
  let server: LocalServer = await startDatabase({ dataDir, ...NOBODY, durable: false })
  return {
    url: server.url,
    stop: () => server.stop(),
    async start() {
      server = await startDatabase({ dataDir, ...NOBODY, durable: false })
    },
  }
}

/** Where the coordinator, which is nobody, may make the hub's socket. */
async function socketPlace(lab: Lab): Promise<string> {
  const folder = path.join(lab.folder, 'run')
  await mkdir(folder, { mode: 0o700 })
  await chown(folder, NOBODY.uid, NOBODY.gid)
  return path.join(folder, 'hub.sock')
}

async function startCoordinator(hub: Host, databaseUrl: string, socket: string) {
  await rm(socket, { force: true })
  const env = { DATABASE_URL: databaseUrl, WARREN_HUB_SOCKET: socket }
  return hub.start('coordinator', await asNobody([built.node, '--enable-source-maps', built.coordinator]), env)
}
