import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Db, listNetworks, openDb, readHubStatus } from '@warren/db'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { createNetwork } from '../../apps/console/src/server/network/create-network.ts'
import type { Host } from '../lab/host.ts'
import { Lab } from '../lab/lab.ts'
import { built, NOBODY } from '../lab/places.ts'
import type { Program } from '../lab/program.ts'
import { until } from '../lab/until.ts'

/** Generous: other tests may keep both cores busy. In ms. */
const PATIENCE_MS = 60_000

/** `npm start` on a host of its own: its users, sockets and interfaces are not this machine's. */
let lab: Lab
let host: Host

beforeAll(async () => {
  lab = await Lab.open()
  host = await lab.host('hub')
  // The database that comes with the npm packages, whatever this machine has of its own.
  await host.sh('if [ -d /usr/lib/postgresql ]; then mount -t tmpfs tmpfs /usr/lib/postgresql; fi')
  await host.sh(
    'ip link add eth0 type dummy 2>/dev/null || ip link add eth0 type veth; ip addr add 203.0.113.10/24 dev eth0; ip link set eth0 up',
  )
})
// To their end: one that is cut short on a busy machine leaves its database behind.
afterEach(async () => {
  for (const program of started.splice(0)) {
    program.signal('SIGTERM')
    await program.ended()
  }
})
afterAll(() => lab.close())

/** What the test at hand started; a test that fails must not leave it to the next one. */
const started: Program[] = []

const start = [built.node, path.join(built.root, 'tools/start.mjs')]

/** Everything that runs on the host, as "user program". */
const running = async () => (await host.sh('ps -eo user:20=,args=')).split('\n')

/** What of it is ours. */
const ours = async () =>
  (await running()).filter((line) => /postgres|next-server|coordinator\.mjs|warren\.cjs/.test(line))

async function dataFolder(name: string, owner = 0): Promise<string> {
  const folder = path.join(lab.folder, name)
  await host.sh(`mkdir ${folder} && chown ${owner}:${owner} ${folder}`)
  return folder
}

const databaseOf = (data: string): Db => openDb(`postgresql://warren@localhost/warren?host=${data}/postgres/socket`)

async function launch(data: string, port: number, as: readonly string[] = []): Promise<Program> {
  const env = { WARREN_DATA: data, WARREN_PORT: String(port), DATABASE_URL: '', NEXTAUTH_URL: '' }
  const program = await host.start('npm start', [...as, ...start], env)
  started.push(program)
  return program
}

test('as root: four processes, of which only the hub has rights, one URL, and nothing is left at the end', async () => {
  const data = await dataFolder('as-root')
  const console_ = await launch(data, 3000)
  await console_.says(/http:\/\/127\.0\.0\.1:3000\/setup#token=[\w-]{43}\n/, PATIENCE_MS)
  for (const name of ['database', 'web', 'coordinator', 'hub']) {
    expect(console_.output).toMatch(new RegExp(`^  ${name} +running`, 'm'))
  }
  expect(console_.output).toContain('(embedded ')
  const processes = await running()
  const usersOf = (program: RegExp) => [
    ...new Set(processes.filter((line) => program.test(line)).map((line) => line.split(' ')[0])),
  ]
  expect(usersOf(/postgres/)).toEqual(['warren'])
  expect(usersOf(/next-server/)).toEqual(['warren'])
  expect(usersOf(/coordinator\.mjs/)).toEqual(['warren'])
  expect(usersOf(/warren\.cjs hub/)).toEqual(['root'])

  const db = databaseOf(data)
  const ctx: Ctx = { db, actor: { kind: 'user', id: 1, name: 'anna' } }
  const about = { name: 'acme', prefix: '10.42.0.0/16', endpoint: '203.0.113.10:51820', listenPort: 51820 }
  const { id } = await createNetwork(ctx, about)
  await until(
    'the hub to serve the new network',
    async () => (await readHubStatus(db, id)).appliedRevision,
    PATIENCE_MS,
  )
  expect(await host.sh('wg show interfaces')).toBe('acme')
  await db.close()

  console_.signal('SIGINT')
  expect(await console_.ended()).toBe(0)
  expect(await ours()).toEqual([])
  // It ends by itself once its interface is gone.
  await until(
    'wireguard-go to end',
    async () => !(await running()).some((line) => line.includes('wireguard-go')),
    PATIENCE_MS,
  )
  expect((await host.run('ip', ['link', 'show', 'acme'])).exitCode).not.toBe(0)
  expect(await host.sh('nft list tables')).toBe('')
})

test('a second start goes on with the data of the first, and its set-up token is a new one', async () => {
  const data = path.join(lab.folder, 'as-root')
  const secret = await readFile(path.join(data, 'session-secret'), 'utf8')
  const console_ = await launch(data, 3000)
  await console_.says(/#token=/, PATIENCE_MS)
  const db = databaseOf(data)
  expect((await listNetworks(db)).map(({ name }) => name)).toEqual(['acme'])
  await until(
    'the hub to serve again',
    async () => (await host.run('wg', ['show', 'acme'])).exitCode === 0,
    PATIENCE_MS,
  )
  await db.close()
  expect(await readFile(path.join(data, 'session-secret'), 'utf8')).toBe(secret)
})

test('two starts on one data folder, and two on one port, are refused in a sentence', async () => {
  const data = await dataFolder('twice')
  const first = await launch(data, 3001)
  await first.says(/#token=/, PATIENCE_MS)

  const sameData = await launch(data, 3002)
  expect(await sameData.ended()).toBe(1)
  expect(sameData.output.trim()).toBe(`Warren already runs on ${data}; stop that one first, or set WARREN_DATA.`)

  const samePort = await launch(await dataFolder('same-port'), 3001)
  expect(await samePort.ended()).toBe(1)
  expect(samePort.output).toMatch(/^Port 3001 on 127\.0\.0\.1 is in use by another program; .*WARREN_PORT\.\n$/)
})

const { uid, gid } = NOBODY
const asNobody = ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--']

test('data of a start with root is refused to somebody else in a sentence', async () => {
  const data = path.join(lab.folder, 'as-root')
  const console_ = await launch(data, 3005, asNobody)
  expect(await console_.ended()).toBe(1)
  expect(console_.output).toMatch(/^\S+ belongs to another user, as after a start with sudo; .*WARREN_DATA\.\n$/)
})

test('without root everything but the hub starts, and the terminal says how to get one', async () => {
  const data = await dataFolder('as-nobody', uid)
  const console_ = await launch(data, 3003, asNobody)
  await console_.says(/127\.0\.0\.1:3003\/setup#token=/, PATIENCE_MS)
  expect(console_.output).toMatch(/^ {2}hub +off +needs root .*sudo npm start$/m)
  expect(console_.output).toMatch(/^ {2}coordinator +running/m)
  console_.signal('SIGTERM')
  expect(await console_.ended()).toBe(0)
  expect(await ours()).toEqual([])
})

test('a process that is killed is started again', async () => {
  const data = await dataFolder('revived')
  const console_ = await launch(data, 3004)
  await console_.says(/#token=/, PATIENCE_MS)
  await host.sh('kill -KILL $(pgrep -f "^next-server")')
  await console_.says(/^ {2}web +failed +It was ended by SIGKILL\. .*Starting it again in 1 s\.$/m)
  const starts = () => console_.output.match(/^ {2}web +running/gm)?.length ?? 0
  await until('the pages to answer again', () => starts() > 1, PATIENCE_MS)
  expect(starts()).toBe(2)
})
