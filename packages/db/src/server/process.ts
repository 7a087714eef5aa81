import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '@warren/protocol'
import { execa } from 'execa'
import pg from 'pg'
import type { Binaries } from './binaries.ts'
import { clusterIn, complaint, openLog } from './cluster.ts'
import { as, type User } from './user.ts'

/** A running Postgres; `ended` settles when its process is gone, for whatever reason. */
export type Running = { pid: number; ended: Promise<void> }

export type Place = { place: string; socketDir: string }

/** Milliseconds after which a start is given up that has neither answered nor ended. Recovery after a crash can be long. */
const START_MS = 300_000

/** Milliseconds that a fast shutdown may take before an immediate one, and that one before it is given up. */
const STOP_MS = { fast: 20_000, immediate: 10_000 }

/** Measured (small data, 60 sessions): 41 MB instead of 56 MB with ten connections. */
const SETTINGS = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  unix_socket_permissions: '0700',
  logging_collector: 'off',
  log_checkpoints: 'off',
}

/** What a server of tests does without: its data need not outlive the machine. */
const CARELESS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** The session settings of a client on the server's socket. */
const clientOf = (socketDir: string, database: string) =>
  new pg.Client({ host: socketDir, port: 5432, user: 'warren', database, connectionTimeoutMillis: 5_000 })

/**
 * Starts Postgres in a session of its own: a Ctrl-C in the terminal reaches whoever started it, who then decides in
 * which order things end. Its output goes to a file, so that nothing waits for anybody to read it.
 */
export async function spawnPostgres(
  how: Place & { binaries: Binaries; user: User | null; durable: boolean },
): Promise<Running> {
  const { stream, from } = await openLog(how.place)
  try {
    const settings = { ...SETTINGS, ...(how.durable ? {} : CARELESS), unix_socket_directories: quoted(how.socketDir) }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = execa(path.join(how.binaries.bin, 'postgres'), ['-D', clusterIn(how.place), ...args], {
      ...as(how.user),
      stdin: 'ignore',
      stdout: stream,
      stderr: stream,
      buffer: false,
      detached: true,
      cleanup: false,
      reject: false,
    })
    const ended = child.then(() => {})
    if (child.pid === undefined)
      throw new Refusal('unavailable', `PostgreSQL could not be run from ${how.binaries.bin}.`)
    const running = { pid: child.pid, ended }
    await answering(how.socketDir, running, () => complaint(how.place, from))
    child.unref()
    if (!how.durable) endWithUs(running)
    return running
  } finally {
    stream.destroy()
  }
}

/** A server of tests does not outlive a process that ends without having stopped it. */
function endWithUs({ pid, ended }: Running) {
  const end = () => {
    if (isAlive(pid)) process.kill(pid, 'SIGINT')
  }
  process.once('exit', end)
  void ended.then(() => process.off('exit', end))
}

/** A list separated by commas is expected, where a name may stand in double quotes. */
const quoted = (dir: string) => `"${dir.replaceAll('"', '""')}"`

/** Waits until Postgres takes connections. Throws Refusal 'unavailable' with its own words when it ends instead. */
async function answering(socketDir: string, running: Running, why: () => Promise<string>) {
  let over = false
  void running.ended.then(() => {
    over = true
  })
  const deadline = Date.now() + START_MS
  while (!(await answers(socketDir))) {
    if (over) throw new Refusal('unavailable', `PostgreSQL did not start: ${await why()}`)
    if (Date.now() > deadline) {
      await stopPostgres(running)
      throw new Refusal('unavailable', `PostgreSQL did not answer within ${START_MS / 60_000} minutes: ${await why()}`)
    }
    await sleep(25)
  }
}

async function answers(socketDir: string): Promise<boolean> {
  const client = clientOf(socketDir, 'postgres')
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** A Postgres that a former start left behind on this data, when it still answers (its starter was killed). */
export async function leftRunning({ place, socketDir }: Place): Promise<Running | null> {
  const mark = path.join(clusterIn(place), 'postmaster.pid')
  const text = await readFile(mark, 'utf8').catch(() => '')
  const pid = Number(text.split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !(await answers(socketDir))) return null
  return { pid, ended: gone(pid, mark) }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Not our child, so its end can only be watched: by the mark it takes away last, because a process that nobody waits
 * for keeps its number.
 */
async function gone(pid: number, mark: string): Promise<void> {
  while (isAlive(pid) && existsSync(mark)) await sleep(100, undefined, { ref: false })
}

/** Makes the database `warren` unless it is there; returns whether it was made. */
export async function ensureDatabase(socketDir: string): Promise<boolean> {
  const client = clientOf(socketDir, 'postgres')
  await client.connect()
  try {
    const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'warren'`)
    if (rowCount) return false
    await client.query('CREATE DATABASE warren')
    return true
  } finally {
    await client.end()
  }
}

/** Fast shutdown, then an immediate one. Throws Refusal 'unavailable' when neither ends it. */
export async function stopPostgres({ pid, ended }: Running): Promise<void> {
  for (const [signal, limit] of [
    ['SIGINT', STOP_MS.fast],
    ['SIGQUIT', STOP_MS.immediate],
  ] as const) {
    if (isAlive(pid)) process.kill(pid, signal)
    const timer = new AbortController()
    const late = sleep(limit, true, { signal: timer.signal }).catch(() => true)
    const isLate = await Promise.race([ended.then(() => false), late])
    timer.abort()
    if (!isLate) return
  }
  throw new Refusal('unavailable', `PostgreSQL (process ${pid}) did not stop.`)
}
