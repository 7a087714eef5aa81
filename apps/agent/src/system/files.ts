import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../failure.ts'

/** Whether an error of node:fs has this code, such as ENOENT. */
export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

/** A file's text; null when there is none. @throws Failure (state) when it is there and cannot be read */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw new Failure('state', `${path} cannot be read: ${reasonOf(error)}.`)
  }
}

/**
 * Writes a file so that a power cut leaves the old text or the new one, never a part: a new file beside it, on disk
 * before it takes the name. @throws Failure (state)
 */
export async function writeAtomically(path: string, text: string, mode = 0o600): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.new`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await withFile(draft, mode, async (file) => {
      await file.writeFile(text)
      await file.sync()
    })
    await rename(draft, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw new Failure('state', `${path} cannot be written: ${reasonOf(error)}.`)
  }
}

/** Hands a secret to a program by a file that only we can read, and that is gone afterwards. */
export async function withSecretFile<T>(dir: string, text: string, use: (path: string) => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const path = `${dir}/secret-${randomBytes(8).toString('hex')}`
  try {
    await withFile(path, 0o600, (file) => file.writeFile(text))
    return await use(path)
  } finally {
    await rm(path, { force: true })
  }
}

/** Why a file operation failed, in the system's words without its prefix. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^[A-Z]+: /, '').replace(/, \w+ '.*$/, '') : String(error)

async function withFile(path: string, mode: number, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

/** A rename is on disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
