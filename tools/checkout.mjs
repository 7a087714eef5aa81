import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of this checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

export const isRoot = process.geteuid?.() === 0

/** True when `url` (a module's import.meta.url) is the program that Node was started with. */
export const isProgram = (url) => process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(url)

/** Ends the process with one sentence instead of a stack trace; the exit code is 1. */
export function giveUp(sentence) {
  console.error(sentence)
  process.exit(1)
}

/**
 * Runs a tool's `main` when it is the program, and turns what it throws into one sentence on stderr.
 * @param {string} url the tool's import.meta.url
 * @param {() => Promise<unknown>} main
 */
export async function program(url, main) {
  if (!isProgram(url)) return
  try {
    await main()
  } catch (error) {
    giveUp(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Who the files of this checkout should belong to: started with sudo in somebody's clone, what is installed and built
 * belongs to that person, or the next `npm start` without sudo could not replace it. Null: to whoever runs this.
 * @returns {{ uid: number, gid: number, home: string } | null}
 */
export function owner() {
  const { uid, gid } = statSync(root)
  if (!isRoot || uid === 0) return null
  // A Node under /root/.nvm cannot be run by the owner; then root does the work.
  if (spawnSync(process.execPath, ['-e', ''], { uid, gid, cwd: root }).status !== 0) return null
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(uid))
  return { uid, gid, home: line?.split(':')[5] ?? root }
}

/** Gives a file or folder that this process made to the checkout's owner. */
export function handOver(file) {
  const to = owner()
  if (to) chownSync(file, to.uid, to.gid)
}

/** All files under a file or folder of the checkout, sorted; what npm or a build made is left out. */
function filesUnder(relative) {
  const absolute = path.join(root, relative)
  const stat = statSync(absolute, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return [relative]
  const skip = new Set(['node_modules', 'dist', '.next', 'generated', 'test'])
  return readdirSync(absolute)
    .filter((name) => !skip.has(name))
    .sort()
    .flatMap((name) => filesUnder(path.join(relative, name)))
}

/**
 * One hash over the names and contents of files and folders of the checkout; changes when any of them does.
 * @param {readonly string[]} inputs relative to the checkout
 */
export function hashOf(inputs) {
  const hash = createHash('sha256').update(`node ${process.versions.node.split('.')[0]}\n`)
  for (const file of inputs.flatMap(filesUnder)) {
    const bytes = readFileSync(path.join(root, file))
    hash.update(`${file}\n${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}
