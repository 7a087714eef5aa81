import { readFileSync } from 'node:fs'
import path from 'node:path'
import { owner, program, root } from './checkout.mjs'
import { step } from './step.mjs'

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages
  } catch {
    return null
  }
}

/**
 * True when node_modules holds exactly the versions of the lock. npm writes its own list last, so a half-done install
 * does not count. Packages of other platforms may be absent.
 */
function isCurrent() {
  const wanted = packagesOf('package-lock.json')
  const present = packagesOf('node_modules/.package-lock.json')
  if (!wanted || !present) return false
  return Object.entries(wanted)
    .filter(([where, entry]) => where.includes('node_modules/') && !entry.link)
    .every(([where, entry]) =>
      present[where] ? present[where].version === entry.version : entry.optional || entry.devOptional,
    )
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(`Warren needs Node 20.19 or newer; this is ${process.versions.node}.`)
}

/** Installs the npm packages when they are missing or differ from the lock. */
export async function install() {
  checkNode()
  if (isCurrent()) return
  const npm = process.env.npm_execpath
  const [file, ...args] = npm ? [process.execPath, npm] : ['npm']
  // Development packages are needed to build, whatever NODE_ENV says.
  await step('npm packages (about a minute)', file, [...args, 'ci', '--include=dev'], { as: owner() })
  if (!isCurrent()) throw new Error('npm ci ended without error, but node_modules does not agree with the lock.')
}

await program(import.meta.url, install)
