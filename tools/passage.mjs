import { spawn, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import path from 'node:path'
import { isRoot, root } from './checkout.mjs'

/**
 * Started as root, the console's processes run as a user without rights, who cannot enter a checkout below a closed
 * folder (/root is closed on every Debian). Opening that folder up is not ours to do. Instead everything runs in a
 * private mount namespace in which the closed folder holds nothing but the paths that are needed, at their usual
 * places: nobody else sees a difference, and it is gone with the last process.
 */
export const MARK = 'WARREN_PASSAGE'

const ancestors = (file) => (file === '/' ? [] : [...ancestors(path.dirname(file)), path.dirname(file)])
export const isClosed = (folder) => (statSync(folder).mode & 0o001) === 0

/** The topmost folder on the way to `file`, or `file` itself, that not everybody may pass; undefined when all may. */
export function closedOnTheWay(file) {
  const folders = statSync(file).isDirectory() ? [...ancestors(file), file] : ancestors(file)
  return folders.find(isClosed)
}

/** @throws one sentence when the checkout's own files (made under a strict umask, say) are for root alone to read */
export function demandReadable() {
  if (!isRoot || (statSync(path.join(root, 'package.json')).mode & 0o004) !== 0) return
  throw new Error(
    `Only you may read the files in ${root}, but the console runs as another user: chmod -R go+rX ${root}`,
  )
}

/**
 * Makes sure that a user without rights can reach `paths`. Where closed folders are in the way, the program is started
 * again behind a passage and this one only waits for it; then true is returned and there is nothing more to do here.
 * @param {readonly string[]} paths absolute; the checkout and this Node are always among them
 * @returns {Promise<boolean>}
 */
export async function throughPassage(paths = []) {
  if (!isRoot) return false
  demandReadable()
  const all = [root, process.execPath, ...paths]
  if (all.every((file) => closedOnTheWay(file) === undefined)) return false
  if (process.env[MARK]) throw new Error('The passage to the checkout was made, but it is still closed.')
  const unshare = ['--pdeathsig', 'TERM', 'unshare', '--mount', '--propagation', 'slave', '--']
  const probe = spawnSync('setpriv', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
  if (probe.status !== 0) {
    throw new Error(
      `Other users cannot enter ${all.map(closedOnTheWay).find(Boolean)}, and root may make no mounts here; move the checkout (and Node) to where everybody may go, such as /opt/warren.`,
    )
  }
  const again = [process.execPath, path.join(root, 'tools/behind-passage.mjs'), ...process.argv.slice(1)]
  const env = { ...process.env, [MARK]: JSON.stringify(all) }
  await waitFor(spawn('setpriv', [...unshare, ...again], { stdio: 'inherit', env }))
  return true
}

/** Hands signals on and ends as the other one ends. */
async function waitFor(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const [code, signal] = await new Promise((resolve) => child.once('close', (...how) => resolve(how)))
  process.exitCode = code ?? (signal ? 1 : 0)
}
