import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import { hasCode, reasonOf } from './files.ts'

/** Who holds a lock: a process id alone may belong to somebody else by now, so its start time stands beside it. */
export type Holder = { readonly pid: number; readonly startedAt: string }
export type Lock = { release(): Promise<void> }

/** Takes the lock at `path`, or gives the living process that has it. A lock whose process is gone is taken over. */
export async function takeLock(path: string): Promise<Lock | Holder> {
  const mine = await self()
  // A stale lock is removed under a second lock, so that two that find it at once do not remove each other's.
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (await placed(path, mine)) return { release: () => rm(path, { force: true }) }
    const holder = await lockHolder(path)
    if (holder) return holder
    await removeStale(path, mine)
    await sleep(5 + Math.random() * 20)
  }
  throw new Failure('state', `The lock ${path} can be neither taken nor read; remove it.`)
}

/** The living process that holds the lock at `path`; null when nobody does. */
export async function lockHolder(path: string): Promise<Holder | null> {
  const [pid = '', startedAt = ''] = (await textOf(path)).trim().split(' ')
  if (!/^\d+$/.test(pid)) return null
  return (await startOf(Number(pid))) === startedAt ? { pid: Number(pid), startedAt } : null
}

/** Waits until `path`'s lock is free, for at most `limitMs`; false when it still is not. */
export async function lockFreed(path: string, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if (!(await lockHolder(path))) return true
    await sleep(20)
  }
  return false
}

/** Runs `work` while holding the lock, waiting for it for at most `limitMs`. @throws Failure (refused) when it stays taken */
export async function underLock<T>(path: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += 20) {
    const lock = await takeLock(path)
    if ('release' in lock) {
      try {
        return await work()
      } finally {
        await lock.release()
      }
    }
    if (waited >= limitMs) {
      throw new Failure(
        'refused',
        `Another warren (process ${lock.pid}) is at work on this network; wait until it is done.`,
      )
    }
    await sleep(20)
  }
}

async function removeStale(path: string, mine: string): Promise<void> {
  const guard = `${path}.guard`
  if (!(await placed(guard, mine))) {
    if (!(await lockHolder(guard))) await rm(guard, { force: true })
    return
  }
  try {
    if (!(await lockHolder(path))) await rm(path, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

/** Puts a whole file in place, or nothing when there is one: link(2) does both at once. */
async function placed(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw new Failure('state', `The lock ${path} cannot be made: ${reasonOf(error)}.`)
  } finally {
    await rm(draft, { force: true }).catch(() => {})
  }
}

const self = async (): Promise<string> => `${process.pid} ${(await startOf(process.pid)) ?? ''}`

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** When a process began, in clock ticks since boot; null when it is gone. Field 22 of proc(5) `stat`. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await textOf(`/proc/${pid}/stat`)
  // The second field is the program's name in parentheses and may hold spaces; the state Z is a corpse.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? null : (fields[19] ?? null)
}
