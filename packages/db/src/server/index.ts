import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './binaries.ts'
import { clusterIn, makeCluster, readRecord, writeRecord } from './cluster.ts'
import { own } from './owner.ts'
import { ensureDatabase, leftRunning, type Running, spawnPostgres, stopPostgres } from './process.ts'
import { isTemporary, removeSocketDirectory, socketDirectory } from './sockets.ts'
import { giveAll, reachableBinaries, reachablePlace, SHARED, type User, userFor } from './user.ts'

export { migrate } from '../migrate.ts'

/** A Postgres of our own, for machines that have none. */
export type LocalServer = {
  /** A postgresql:// URL over a Unix socket that only Postgres' user (and root) can reach. */
  url: string
  /** Ends sessions, writes everything down, waits for the process. Calling it again does nothing more. */
  stop(): Promise<void>
  /** Whether the data directory was just made. */
  fresh: boolean
  /** Settles when the process is gone, also when nobody stopped it; then it can be started again. */
  ended: Promise<void>
}

export type LocalServerOptions = {
  /** Holds everything: data, socket, log, and a record of what made it. */
  dataDir: string
  /** Whom to run as when we are root. Left out: the user `postgres`. */
  uid?: number | undefined
  gid?: number | undefined
  /** Told one line for each step that takes long or surprises. */
  log?: ((line: string) => void) | undefined
  /** Where root puts what that user cannot reach below `dataDir`; left out: /var/lib/warren-console. */
  shared?: string | undefined
  /** False for servers of tests: faster, and a power cut loses the data. */
  durable?: boolean | undefined
}

/**
 * Starts Postgres on `dataDir`, making what is missing, and the database `warren` in it. It listens on a Unix socket
 * only and outlives this process unless stopped; a later start takes over what an earlier one left running.
 * Throws Refusal: 'unavailable' when there is no fitting Postgres, nobody to run it as, or it does not start; 'conflict'
 * when another process uses the directory.
 */
export async function startDatabase(options: LocalServerOptions): Promise<LocalServer> {
  const dataDir = path.resolve(options.dataDir)
  const user = await userFor(options)
  const disown = once(await own(dataDir))
  try {
    const { running, socketDir, temporary, fresh } = await serve(dataDir, user, options)
    const ended = running.ended.then(disown)
    const stop = async () => {
      await stopPostgres(running)
      if (temporary) await removeSocketDirectory(socketDir)
      await ended
    }
    return { url: urlOf(socketDir), fresh, ended, stop: once(stop) }
  } catch (error) {
    await disown()
    throw error
  }
}

async function serve(dataDir: string, user: User | null, options: LocalServerOptions) {
  const log = options.log ?? (() => {})
  const durable = options.durable ?? true
  const shared = options.shared ?? SHARED
  const record = await readRecord(dataDir)
  const left = record && (await leftRunning(record))
  if (record && left) {
    log(`PostgreSQL ${record.major} was still running (process ${left.pid}); going on with it.`)
    return {
      running: left,
      socketDir: record.socketDir,
      temporary: isTemporary(record),
      fresh: await ensureDatabase(record.socketDir),
    }
  }

  const found = await findBinaries(record)
  const binaries = await reachableBinaries(user, found, shared)
  const place = record?.place ?? (await reachablePlace(user, dataDir, shared))
  if (!record) {
    if (place !== dataDir) log(`Its user cannot reach ${dataDir}; the data goes to ${place}.`)
    log(`Making a database with PostgreSQL ${binaries.major} (${binaries.source}).`)
    await makeCluster({ binaries, user, place, durable })
  }
  await giveAll(user, clusterIn(place))
  const { dir: socketDir, temporary } = await socketDirectory(user, place, record?.socketDir ?? null)
  await writeRecord(dataDir, { source: binaries.source, major: binaries.major, place, socketDir })
  const running = await spawned({ binaries, user, place, socketDir, durable })
  await ensureDatabase(socketDir)
  return { running, socketDir, temporary, fresh: record === null }
}

/** Tries again while the sessions of a Postgres that was killed have not noticed yet: they still hold its memory. */
async function spawned(how: Parameters<typeof spawnPostgres>[0], attempt = 1): Promise<Running> {
  try {
    return await spawnPostgres(how)
  } catch (error) {
    const isStillHeld = error instanceof Error && /pre-existing shared memory block/.test(error.message)
    if (!isStillHeld || attempt >= 40) throw error
    await sleep(250)
    return spawned(how, attempt + 1)
  }
}

/** `localhost` is only there because a URL wants a host; `host` says where the socket is. */
const urlOf = (socketDir: string) =>
  `postgresql://warren@localhost/warren?host=${encodeURIComponent(socketDir).replaceAll('%2F', '/')}`

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** The URL of the database that runs on a data directory right now; null when none does. */
export async function runningDatabase(dataDir: string): Promise<string | null> {
  const record = await readRecord(path.resolve(dataDir))
  return record && (await leftRunning(record)) ? urlOf(record.socketDir) : null
}
