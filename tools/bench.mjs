import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { build } from './build.mjs'
import { program, root } from './checkout.mjs'
import { install } from './install.mjs'
import { throughPassage } from './passage.mjs'
import { provideLabTools } from './system.mjs'

const folder = path.join(root, 'bench')

/** Every bench/<name>/main.ts, in the order of their names; those given as arguments only, when there are any. */
function benches(names) {
  const all = readdirSync(folder, { recursive: true })
    .filter((file) => path.basename(file) === 'main.ts')
    .map((file) => path.dirname(file))
    .sort()
  const unknown = names.find((name) => !all.includes(name))
  if (unknown) throw new Error(`There is no bench ${unknown}; there are ${all.join(', ')}.`)
  return names.length > 0 ? names : all
}

async function main() {
  const names = benches(process.argv.slice(2))
  await install()
  await provideLabTools()
  await build(['generate', 'agent', 'console'])
  if (await throughPassage()) return
  for (const name of names) {
    console.log(`\n== ${name}`)
    const args = ['--import', 'tsx', path.join(folder, name, 'main.ts')]
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}

await program(import.meta.url, main)
