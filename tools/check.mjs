import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { generate } from './build.mjs'
import { program, root } from './checkout.mjs'
import { install } from './install.mjs'

const workspaces = [
  'packages/cidr',
  'packages/protocol',
  'packages/db',
  'apps/agent',
  'apps/console',
  'e2e',
  'bench',
  'tools',
]

/** Runs one check; its output is shown only when it fails. */
function check(title, args) {
  const started = Date.now()
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (status !== 0) process.stdout.write(stdout + stderr)
  return status === 0
}

async function main() {
  await install()
  await generate()
  const bin = (pkg, file) => path.join('node_modules', pkg, file)
  const typed = workspaces.filter((name) => existsSync(path.join(root, name, 'tsconfig.json')))
  const results = [
    check('the lock is complete', ['tools/lockcheck.mjs', 'package-lock.json']),
    check('lint and format', [
      bin('@biomejs/biome', 'bin/biome'),
      'ci',
      '--error-on-warnings',
      '--reporter=concise',
      '--colors=off',
      '--max-diagnostics=60',
      '--diagnostic-level=warn',
      '.',
    ]),
    check('types of the pages', [bin('next', 'dist/bin/next'), 'typegen', 'apps/console']),
    ...typed.map((name) => check(`types of ${name}`, [bin('typescript', 'bin/tsc'), '-p', name])),
  ]
  if (results.includes(false)) process.exit(1)
}

await program(import.meta.url, main)
