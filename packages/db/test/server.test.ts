import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { execaNode } from 'execa'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Binaries, findBinaries } from '../src/server/binaries.ts'
import { clusterIn, makeCluster, readRecord, writeRecord } from '../src/server/cluster.ts'
import { type LocalServer, type LocalServerOptions, startDatabase } from '../src/server/index.ts'
import { reachableBinaries, userFor } from '../src/server/user.ts'

const isRoot = process.getuid?.() === 0
const servers: LocalServer[] = []
let base: string
let dataDir: string

beforeEach(async () => {
  // Short on purpose: a socket's path has 107 bytes, and the system's temporary directory may take many.
  base = await mkdtemp('/tmp/warren-')
  await chmod(base, 0o755)
  dataDir = path.join(base, 'data')
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
  await rm(base, { recursive: true, force: true })
})

async function start(options: Partial<LocalServerOptions> = {}): Promise<LocalServer> {
  const server = await startDatabase({ dataDir, durable: false, shared: path.join(base, 'shared'), ...options })
  servers.push(server)
  return server
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url)
  await client.connect()
  return client
    .query({ text: sql, rowMode: 'array' })
    .then(({ rows }) => rows[0]?.[0])
    .finally(() => client.end())
}

const pidOf = async () =>
  Number((await readFile(path.join(clusterIn(dataDir), 'postmaster.pid'), 'utf8')).split('\n')[0])

const embedded = async (): Promise<Binaries> => findBinaries({ source: 'embedded', major: 18 })

test('a first start makes everything, a second one finds it again', async () => {
  const first = await start({ durable: true })
  expect(first.fresh).toBe(true)
  expect(await ask(first.url, 'SELECT current_database()')).toBe('warren')
  expect(await ask(first.url, 'SHOW data_checksums')).toBe('on')
  expect(await ask(first.url, 'SHOW server_encoding')).toBe('UTF8')
  await ask(first.url, 'CREATE TABLE kept (n int)')
  await first.stop()
  await expect(ask(first.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ENOENT' })

  const second = await start({ durable: true })
  expect(second).toMatchObject({ fresh: false, url: first.url })
  expect(await ask(second.url, 'SELECT count(*) FROM kept')).toBe('0')
})

test('it listens on a socket that only its user reaches, and nowhere else', async () => {
  const { url } = await start()
  expect(await ask(url, 'SHOW listen_addresses')).toBe('')
  const socketDir = new URL(url).searchParams.get('host') ?? ''
  expect((await stat(socketDir)).mode & 0o777).toBe(0o700)
  expect((await stat(clusterIn(dataDir))).mode & 0o077).toBe(0)
})

test('a path too long for a socket gets a short one elsewhere, gone after the stop and back with the next start', async () => {
  dataDir = path.join(base, 'd'.repeat(60), 'e, "f"'.repeat(10))
  const server = await start()
  const socketDir = new URL(server.url).searchParams.get('host') ?? ''
  expect(socketDir.startsWith(dataDir)).toBe(false)
  expect((await stat(socketDir)).mode & 0o777).toBe(0o700)
  expect(await ask(server.url, 'SELECT 1')).toBe(1)
  await server.stop()
  await expect(stat(socketDir)).rejects.toMatchObject({ code: 'ENOENT' })
  expect((await start()).url).toBe(server.url)
})

test('odd characters in the path do no harm', async () => {
  dataDir = path.join(base, 'a, "b" %2F ü')
  const { url } = await start()
  expect(await ask(url, 'SELECT 1')).toBe(1)
})

test('a second start while the first one runs is refused, and harms nobody', async () => {
  const { url } = await start()
  await expect(start()).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining(`process ${process.pid}`),
  })
  expect(await ask(url, 'SELECT 1')).toBe(1)
})

test('what a killed start left running is taken over, and stopped in the end', async () => {
  const script = path.join(import.meta.dirname, 'start-and-wait.ts')
  const starter = execaNode(script, [dataDir], { nodeOptions: ['--import', 'tsx'], reject: false, detached: true })
  const [line] = await once(starter.stdout, 'data')
  const url = String(line).trim()
  const pid = await pidOf()
  starter.kill('SIGKILL')
  await starter
  expect(await ask(url, 'SELECT 1')).toBe(1)

  const lines: string[] = []
  const server = await start({ log: (text) => lines.push(text) })
  expect(server).toMatchObject({ url, fresh: false })
  expect(lines).toEqual([expect.stringContaining(`still running (process ${pid})`)])
  await server.stop()
  await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('after a crash of Postgres `ended` settles, and the next start recovers', async () => {
  const server = await start({ durable: true })
  await ask(server.url, 'CREATE TABLE kept (n int)')
  process.kill(await pidOf(), 'SIGKILL')
  await server.ended
  const again = await start({ durable: true })
  expect(await ask(again.url, 'SELECT count(*) FROM kept')).toBe('0')
})

test('a first start that was cut short begins anew', async () => {
  await mkdir(path.join(dataDir, 'cluster.new-abc/base'), { recursive: true })
  await writeFile(path.join(dataDir, 'warren-postgres.json'), '{}').then(() =>
    rm(path.join(dataDir, 'warren-postgres.json')),
  )
  await writeFile(path.join(dataDir, 'owner.json'), '{"pi')
  expect((await start()).fresh).toBe(true)
  expect((await readdir(dataDir)).filter((name) => name.startsWith('cluster'))).toEqual(['cluster'])
})

test('data stay with the programs that made them', async () => {
  const binaries = await embedded()
  const user = await userFor({})
  await mkdir(dataDir, { recursive: true })
  await makeCluster({ binaries, user, place: dataDir, durable: false })
  await writeRecord(dataDir, {
    source: binaries.source,
    major: 18,
    place: dataDir,
    socketDir: path.join(dataDir, 'socket'),
  })
  const { url, fresh } = await start()
  expect(fresh).toBe(false)
  expect(await ask(url, 'SHOW server_version')).toMatch(/^18\./)
})

test('data whose programs are gone are refused in one sentence', async () => {
  await (await start()).stop()
  const record = await readRecord(dataDir)
  if (!record) throw new Error('There is no record.')
  await writeRecord(dataDir, { ...record, source: '/usr/lib/postgresql/11/bin', major: 11 })
  await expect(start()).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(
      /^This data directory was made by PostgreSQL 11 .*install postgresql-11 again, or set DATABASE_URL\.$/,
    ),
  })
  await writeRecord(dataDir, record)
  expect((await start()).fresh).toBe(false)
})

test('a start that Postgres refuses says what Postgres said', async () => {
  await (await start()).stop()
  await rm(path.join(clusterIn(dataDir), 'global/pg_control'))
  await expect(start()).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/did not start: .*pg_control/),
  })
})

test.runIf(isRoot)('below a directory closed to its user the data go elsewhere, and stay there', async () => {
  await mkdir(path.join(base, 'closed'), { mode: 0o700 })
  dataDir = path.join(base, 'closed/project/data')
  const lines: string[] = []
  const server = await start({ log: (line) => lines.push(line) })
  expect(lines[0]).toContain(path.join(base, 'shared/postgres-'))
  expect((await stat(path.join(base, 'closed'))).mode & 0o777).toBe(0o700)
  await ask(server.url, 'CREATE TABLE kept (n int)')
  await server.stop()
  const again = await start()
  expect(again).toMatchObject({ fresh: false, url: server.url })
  expect(await ask(again.url, 'SELECT count(*) FROM kept')).toBe('0')
})

test.runIf(isRoot)('programs that its user cannot run are copied to where it can', async () => {
  const found = await embedded()
  const closed = path.join(base, 'closed')
  await mkdir(closed, { mode: 0o700 })
  await cp(path.dirname(found.bin), path.join(closed, 'native'), { recursive: true, verbatimSymlinks: true })
  const shared = path.join(base, 'shared')
  const user = await userFor({})
  const copy = await reachableBinaries(user, { ...found, bin: path.join(closed, 'native/bin') }, shared)
  expect(copy.bin.startsWith(shared)).toBe(true)
  expect(await reachableBinaries(user, { ...found, bin: path.join(closed, 'native/bin') }, shared)).toEqual(copy)
  await mkdir(dataDir)
  await makeCluster({ binaries: copy, user, place: dataDir, durable: false })
  expect(await readdir(shared)).toHaveLength(1)
})
