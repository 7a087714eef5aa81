import { chmod, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { Refusal } from '@warren/protocol'
import { give, reaches, type User } from './user.ts'

/** sockaddr_un holds 108 bytes with the closing zero (unix(7)); Postgres' socket is called .s.PGSQL.5432. */
const LONGEST_DIR = 107 - '/.s.PGSQL.5432'.length

/**
 * A directory for the socket that only its owner can enter: in `place`, or a short one elsewhere when that path is too
 * long for a socket. `before` is the one a former start chose. `temporary` ones are removed when Postgres stops.
 */
export async function socketDirectory(
  user: User | null,
  place: string,
  before: string | null,
): Promise<{ dir: string; temporary: boolean }> {
  const near = usual(place)
  if (Buffer.byteLength(near) <= LONGEST_DIR) {
    await mkdir(near, { recursive: true, mode: 0o700 })
    await close(user, near)
    return { dir: near, temporary: false }
  }
  if (before !== null && before !== near && (await regained(user, before))) return { dir: before, temporary: true }
  return { dir: await shortDirectory(user), temporary: true }
}

const usual = (place: string) => path.join(place, 'socket')

/** Whether a directory that an earlier start chose goes when Postgres stops. */
export const isTemporary = (chosen: { place: string; socketDir: string }): boolean =>
  chosen.socketDir !== usual(chosen.place)

/** Directories of this boot come first: nothing sweeps them while we run, as /tmp may be. */
async function shortDirectory(user: User | null): Promise<string> {
  const own = process.getuid?.()
  for (const base of [own === 0 ? '/run' : `/run/user/${own}`, '/tmp']) {
    const dir = await mkdtemp(path.join(base, 'warren-')).catch(() => null)
    if (dir === null) continue
    await close(user, dir)
    if (await reaches(user, dir)) return dir
    await removeSocketDirectory(dir)
  }
  throw new Refusal('unavailable', 'No directory for a socket can be made in /tmp; check its permissions.')
}

async function close(user: User | null, dir: string) {
  await chmod(dir, 0o700)
  await give(user, dir)
}

/**
 * Whether the directory of a former start can be had again, so that the URL stays the same: made anew when it is gone.
 * Anyone can make one of that name in /tmp, so one that is there has to be plainly ours.
 */
async function regained(user: User | null, dir: string): Promise<boolean> {
  const isNew = await mkdir(dir, { mode: 0o700 }).then(
    () => true,
    () => false,
  )
  if (isNew) await close(user, dir)
  const found = await lstat(dir).catch(() => null)
  const owner = user?.uid ?? process.getuid?.()
  return found?.isDirectory() === true && found.uid === owner && (found.mode & 0o777) === 0o700
}

/** Removes a temporary one with what a killed Postgres left in it. */
export const removeSocketDirectory = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true })
