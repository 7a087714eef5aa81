import { existsSync } from 'node:fs'
import path from 'node:path'
import { build } from './build.mjs'
import { program, root } from './checkout.mjs'
import { install } from './install.mjs'

const bundle = path.join(root, 'apps/console/dist/import-innernet.mjs')

async function main() {
  process.env.WARREN_ROOT ??= root
  // A console that runs from this checkout would break if it were built again beneath it.
  if (!existsSync(bundle)) {
    await install()
    await build()
  }
  await import(bundle)
}

await program(import.meta.url, main)
