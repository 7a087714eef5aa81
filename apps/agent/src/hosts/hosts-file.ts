import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import { hasCode, reasonOf } from '../system/files.ts'
import { underLock } from '../system/lock.ts'
import { type HostEntry, withBlock } from './block.ts'
import { interrupted, mend, rewrite } from './in-place.ts'

export type HostsFile = {
  readonly path: string
  /** Keeps two of us from overwriting each other's block. */
  readonly lock: string
  /** What is under way where the file can only be rewritten; on disk, for what comes after a power cut. */
  readonly journal: string
}

/** Chosen: an update takes a few milliseconds. */
const LOCK_MS = 5_000

/**
 * Brings this network's block in a hosts file up to date; false when nothing had to change. Mode, owner and everybody
 * else's lines stay.
 * @throws Failure (state)
 */
export async function updateHosts(hosts: HostsFile, network: string, entries: readonly HostEntry[]): Promise<boolean> {
  try {
    const path = await realpath(hosts.path).catch(() => hosts.path)
    if ((await stat(path).catch(() => null))?.isFile() === false) throw new Error('it is no regular file')
    const before = await textOf(path)
    if (withBlock(before, network, entries) === before && !(await interrupted(hosts.journal))) return false
    return await underLock(hosts.lock, LOCK_MS, async () => {
      await mend(hosts.journal)
      await replace(path, withBlock(await textOf(path), network, entries), hosts.journal)
      return true
    })
  } catch (error) {
    throw new Failure('state', `${hosts.path} cannot be updated: ${reasonOf(error)}.`)
  }
}

/** Whether this network's block is as `entries` say. @throws Failure (state) */
export async function hostsSay({ path }: HostsFile, network: string, entries: readonly HostEntry[]): Promise<boolean> {
  try {
    const text = await textOf(path)
    return withBlock(text, network, entries) === text
  } catch (error) {
    throw new Failure('state', `${path} cannot be read: ${reasonOf(error)}.`)
  }
}

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return ''
    throw error
  })

/** A new file takes the name, so that nobody ever reads half a hosts file. */
async function replace(path: string, text: string, journal: string): Promise<void> {
  const draft = `${path}.warren-${randomBytes(4).toString('hex')}`
  try {
    await writeLike(path, draft, text)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    // A hosts file that is a mount of its own (containers, ip netns exec) cannot be replaced, only rewritten; and its
    // directory may be read-only while it is not.
    if (!hasCode(error, 'EBUSY', 'EXDEV', 'EROFS', 'EACCES', 'EPERM')) throw error
    await rewrite(path, text, journal)
  }
}

async function writeLike(model: string, path: string, text: string): Promise<void> {
  const like = await stat(model).catch(() => null)
  await closing(await open(path, 'wx', 0o644), async (file) => {
    await file.writeFile(text)
    if (like) {
      await file.chmod(like.mode & 0o7777)
      await file.chown(like.uid, like.gid)
    }
    await file.sync()
  })
}

async function closing(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file)
  } finally {
    await file.close()
  }
}
