import { chmodSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { build } from './build.mjs'
import { handOver, isRoot, program, root } from './checkout.mjs'
import { install } from './install.mjs'
import { demandReadable, throughPassage } from './passage.mjs'
import { provideHubTools } from './system.mjs'

/** Where the console keeps its state, made now because the passage has to lead to it. */
function dataFolder() {
  const folder = path.resolve(root, process.env.WARREN_DATA || 'data')
  if (mkdirSync(folder, { recursive: true, mode: 0o755 })) handOver(folder)
  // Its users have to pass through; what is in it has locks of its own.
  const { mode } = statSync(folder)
  if (isRoot && (mode & 0o011) !== 0o011) chmodSync(folder, mode | 0o011)
  return folder
}

async function main() {
  process.chdir(root)
  demandReadable()
  await install()
  // Without root there is no hub, and the rest needs no system packages.
  if (isRoot) await provideHubTools()
  await build()
  const data = dataFolder()
  if (await throughPassage([data])) return
  process.env.WARREN_DATA = data
  process.env.WARREN_ROOT = root
  const { launch } = await import(path.join(root, 'apps/console/dist/launcher.mjs'))
  await launch()
}

// What npm and the builds make has to be readable for the console's user, whatever the caller's habit.
process.umask(0o022)
await program(import.meta.url, main)
