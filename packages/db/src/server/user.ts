import { chmod, chown, cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Refusal } from '@warren/protocol'
import { execa } from 'execa'
import type { Binaries } from './binaries.ts'

/** Whom Postgres runs as when we are root; it refuses to run as root itself. */
export type User = { uid: number; gid: number }

/** Where root puts what the other user could not reach in its place. Not the agent's directory, which is closed to others. */
export const SHARED = '/var/lib/warren-console'

/** For directories that stay root's: the other user passes through, and can plant nothing for root to stumble over. */
const PASSAGE = 0o711

/** Who stands in when root names nobody, as tests do: on a machine without a Postgres of its own there is no `postgres`. */
const STAND_INS = ['postgres', 'nobody']

/**
 * Whom to run Postgres as: null for ourselves. Root should name someone; else a stand-in is taken.
 * Throws Refusal 'unavailable' when there is nobody.
 */
export async function userFor(given: { uid?: number | undefined; gid?: number | undefined }): Promise<User | null> {
  if (process.getuid?.() !== 0) return null
  if (given.uid !== undefined) return { uid: given.uid, gid: given.gid ?? given.uid }
  for (const name of STAND_INS) {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execa('id', [flag, name], { reject: false })))
    if (uid?.exitCode === 0 && gid?.exitCode === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new Refusal(
    'unavailable',
    'PostgreSQL does not run as root and there is no user "postgres": make one with useradd --system postgres, or set DATABASE_URL.',
  )
}

/** Options for starting a process as `user`; the directory we stand in may be closed to them. */
export const as = (user: User | null) => ({ cwd: '/', ...(user ?? {}) })

/** Whether `user` may enter a directory or run a file, which takes passage through all directories above it. */
export async function reaches(user: User | null, target: string): Promise<boolean> {
  if (!user) return true
  const { exitCode } = await execa('test', ['-x', target], { reject: false, ...as(user) })
  return exitCode === 0
}

/**
 * A directory for the data that `user` can reach: `dataDir` itself, or one of its own elsewhere when a directory above
 * it is closed to others (as /root is): opening that up is not ours to do.
 */
export async function reachablePlace(user: User | null, dataDir: string, shared: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  if (await reaches(user, dataDir)) return dataDir
  if (user && (await reaches(user, path.dirname(dataDir)))) {
    await chmod(dataDir, PASSAGE)
    return dataDir
  }
  await mkdir(shared, { recursive: true })
  await chmod(shared, 0o755)
  const place = await mkdtemp(path.join(shared, 'postgres-'))
  await chmod(place, PASSAGE)
  return place
}

/** The same programs where `user` can run them: npm packages may lie below a closed directory too. */
export async function reachableBinaries(user: User | null, found: Binaries, shared: string): Promise<Binaries> {
  if (await reaches(user, path.join(found.bin, 'postgres'))) return found
  const home = path.join(shared, `${found.source.replace(/[^\w.]+/g, '-')}-${process.arch}`)
  const bin = path.join(home, 'bin')
  if (await reaches(user, path.join(bin, 'postgres'))) return { ...found, bin }

  await mkdir(shared, { recursive: true })
  await chmod(shared, 0o755)
  const half = await mkdtemp(`${home}.`)
  await cp(path.dirname(found.bin), half, { recursive: true, verbatimSymlinks: true })
  await execa('chmod', ['-R', 'go+rX', half])
  // Another start may have been quicker; its copy is the same.
  await rename(half, home).catch(() => rm(half, { recursive: true }))
  return { ...found, bin }
}

/** Makes `user` the owner of one file or directory. */
export async function give(user: User | null, target: string): Promise<void> {
  if (user) await chown(target, user.uid, user.gid)
}

/** Makes `user` the owner of everything in a directory, when it is not already. */
export async function giveAll(user: User | null, directory: string): Promise<void> {
  if (!user || (await stat(directory)).uid === user.uid) return
  await execa('chown', ['-R', '-h', `${user.uid}:${user.gid}`, directory])
}
