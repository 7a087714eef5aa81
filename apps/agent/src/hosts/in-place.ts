import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import * as z from 'zod'
import { readIfThere, writeAtomically } from '../system/files.ts'

/** What a rewrite of a file was about: its text before, and the one that it was to have. */
const Journal = z.strictObject({ path: z.string(), before: z.string(), after: z.string() })

/**
 * Rewrites a file that cannot be replaced (a mount of its own). What is written is noted in `journal` before, so that
 * `mend` finishes what a crash or a power cut left half done. It is one write, with empty lines in the place of what a
 * shorter text leaves over, so that nobody reads old lines behind new ones.
 */
export async function rewrite(path: string, after: string, journal: string): Promise<void> {
  const before = await readFile(path)
  await writeAtomically(journal, JSON.stringify({ path, before: before.toString(), after }))
  await write(path, Buffer.from(after), before.length)
  await rm(journal, { force: true })
}

async function write(path: string, text: Buffer, length: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const padded = padding(text, length)
    await all(file, padded)
    await file.truncate(text.length)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The kernel may take less than all of a write, such as on a full disk. */
async function all(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten
}

const padding = (text: Buffer, length: number): Buffer =>
  Buffer.concat([text, Buffer.alloc(Math.max(0, length - text.length), '\n')])

/** Whether a rewrite was begun and, as far as is known, not finished. */
export const interrupted = async (journal: string): Promise<boolean> => (await readIfThere(journal)) !== null

/** Finishes a rewrite that was interrupted. A file that somebody else has changed since stays as it is. @throws Failure */
export async function mend(journal: string): Promise<void> {
  const text = await readIfThere(journal)
  if (text === null) return
  const noted = Journal.safeParse(parsed(text))
  if (noted.success) {
    const { path } = noted.data
    const [before, after] = [Buffer.from(noted.data.before), Buffer.from(noted.data.after)]
    const now = await readFile(path).catch(() => null)
    if (now && isHalfDone(now, before, padding(after, before.length))) await write(path, after, now.length)
  }
  await rm(journal, { force: true })
}

/** Each byte is one of before or one that was being written: nobody else was here. */
function isHalfDone(now: Buffer, before: Buffer, written: Buffer): boolean {
  if (now.equals(before) || now.length > written.length) return false
  return now.every((byte, at) => byte === before[at] || byte === written[at])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
