import { once } from 'node:events'
import { createWriteStream, existsSync, type WriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Refusal } from '@warren/protocol'
import { execa } from 'execa'
import type { Binaries, Made } from './binaries.ts'
import { as, give, type User } from './user.ts'

/** What is kept beside the data: what made it, where it is when not here, where its socket was put. */
export type Record = Made & { place: string; socketDir: string }

const recordFile = (dataDir: string) => path.join(dataDir, 'warren-postgres.json')

/** The directory that Postgres knows as its own. */
export const clusterIn = (place: string): string => path.join(place, 'cluster')

/** What a former start wrote down; null before the first one, or when its data is gone. */
export async function readRecord(dataDir: string): Promise<Record | null> {
  const text = await readFile(recordFile(dataDir), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const record = JSON.parse(text) as Record
    return existsSync(clusterIn(record.place)) ? record : null
  } catch {
    throw new Refusal('unavailable', `${recordFile(dataDir)} cannot be read; restore it, or move ${dataDir} away.`)
  }
}

/** Written beside and renamed, so that a power cut leaves the old one or the new one. */
export async function writeRecord(dataDir: string, record: Record): Promise<void> {
  const half = `${recordFile(dataDir)}.new`
  await writeFile(half, `${JSON.stringify(record, null, 2)}\n`)
  await rename(half, recordFile(dataDir))
}

const HALF = 'cluster.new-'

/** Makes an empty cluster; it gets its name only when it is whole, so that a start cut short begins anew. */
export async function makeCluster(how: { binaries: Binaries; user: User | null; place: string; durable: boolean }) {
  const { binaries, user, place, durable } = how
  for (const name of await readdir(place)) {
    if (name.startsWith(HALF)) await rm(path.join(place, name), { recursive: true, force: true })
  }
  const half = await mkdtemp(path.join(place, HALF))
  await give(user, half)
  const args = ['--pgdata', half, '--username', 'warren', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C']
  const options = ['--data-checksums', ...(durable ? [] : ['--no-sync'])]
  const made = await execa(path.join(binaries.bin, 'initdb'), [...args, ...options], { reject: false, ...as(user) })
  if (made.failed) {
    await rm(half, { recursive: true, force: true })
    throw new Refusal(
      'unavailable',
      `PostgreSQL's data directory could not be made in ${place}: ${lastLine(made.stderr ?? made.message)}`,
    )
  }
  await rename(half, clusterIn(place))
}

/** What Postgres writes about itself; begun anew when it has become large. */
export const logFile = (place: string): string => path.join(place, 'postgres.log')

/** Bytes after which the log of former starts is thrown away. */
const LOG_LIMIT = 10 * 1024 * 1024

/** Opens the log for appending and tells where it ends now. The stream has its descriptor: it can be handed to a process. */
export async function openLog(place: string): Promise<{ stream: WriteStream; from: number }> {
  const size = (await stat(logFile(place)).catch(() => null))?.size ?? 0
  const isLarge = size > LOG_LIMIT
  const stream = createWriteStream(logFile(place), { flags: isLarge ? 'w' : 'a', mode: 0o640 })
  await once(stream, 'open')
  return { stream, from: isLarge ? 0 : size }
}

/** The last thing Postgres complained about since `from`, for a sentence. */
export async function complaint(place: string, from: number): Promise<string> {
  const text = (await readFile(logFile(place))).subarray(from).toString()
  const lines = text.split('\n').filter((line) => /\b(FATAL|PANIC|ERROR)\b/.test(line))
  return lines.at(-1)?.replace(/^.*?\b(FATAL|PANIC|ERROR): +/, '') ?? lastLine(text)
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() || 'it said nothing'
