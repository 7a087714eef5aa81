import path from 'node:path'
import { build } from './build.mjs'
import { isRoot, program, root } from './checkout.mjs'
import { install } from './install.mjs'
import { throughPassage } from './passage.mjs'
import { provideLabTools } from './system.mjs'

async function main() {
  if (!isRoot) throw new Error('The lab makes network namespaces, which needs root: sudo npm run lab')
  process.chdir(root)
  await install()
  await provideLabTools()
  await build()
  if (await throughPassage()) return
  const { tsImport } = await import('tsx/esm/api')
  const { demo } = await tsImport(path.join(root, 'e2e/lab/demo.ts'), import.meta.url)
  await demo()
  process.exit()
}

process.umask(0o022)
await program(import.meta.url, main)
