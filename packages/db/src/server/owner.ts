import { mkdir, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { Refusal } from '@warren/protocol'

/** Which process answers for a data directory. The start time tells it from a later one with the same number. */
type Owner = { pid: number; started: string }

/**
 * Makes this process the one that answers for `dataDir`, so that a second start does not stop what the first one uses.
 * A mark whose process is gone does not count. Returns how to give it back. Throws Refusal 'conflict'.
 */
export async function own(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true })
  const mark = path.join(dataDir, 'owner.json')
  const me: Owner = { pid: process.pid, started: (await startOf(process.pid)) ?? '' }
  for (let attempt = 0; attempt < 3; attempt++) {
    const file = await open(mark, 'wx').catch(() => null)
    if (file) {
      await file.writeFile(`${JSON.stringify(me)}\n`)
      await file.close()
      return () => rm(mark, { force: true })
    }
    const other = await ownerOf(mark)
    if (other && (await startOf(other.pid)) === other.started) {
      throw new Refusal('conflict', `Another Warren (process ${other.pid}) uses ${dataDir}; stop it first.`)
    }
    await rm(mark, { force: true })
  }
  throw new Refusal('conflict', `${mark} cannot be written; check who owns ${dataDir}.`)
}

async function ownerOf(mark: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(mark, 'utf8')) as Owner
  } catch {
    return null
  }
}

/** When a process was started, in clock ticks since boot (proc(5): field 22 of stat); null when there is no such process. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[19] ?? null
}
