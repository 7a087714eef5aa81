import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { handOver, hashOf, owner, program, root } from './checkout.mjs'
import { install } from './install.mjs'
import { step } from './step.mjs'

const at = (...parts) => path.join(root, ...parts)
const tool = (...parts) => at('node_modules', ...parts)
const packages = ['package-lock.json', 'tsconfig.base.json', 'packages']
const console_ = (...names) => names.map((name) => `apps/console/${name}`)

/**
 * What is built, in this order. A target is skipped while the hash of its inputs is the one it was built from and all of
 * its outputs are there.
 */
const targets = {
  generate: {
    title: 'database client',
    inputs: ['package-lock.json', 'prisma/schema.prisma', 'prisma.config.ts'],
    outputs: ['packages/db/src/generated/client.ts'],
    args: [tool('prisma/build/index.js'), 'generate'],
  },
  agent: {
    title: 'agent',
    inputs: [...packages, 'apps/agent', 'deploy/systemd'],
    outputs: ['apps/agent/dist/warren.cjs'],
    args: [at('apps/agent/build.mjs')],
  },
  console: {
    title: 'coordinator and launcher',
    inputs: [...packages, 'prisma/schema.prisma', 'tools/bundle.mjs', ...console_('package.json', 'src')],
    outputs: console_('dist/coordinator.mjs', 'dist/launcher.mjs', 'dist/prepare.mjs', 'dist/service.mjs'),
    args: [at('tools/bundle.mjs')],
  },
  web: {
    title: 'console pages (about half a minute)',
    inputs: [
      ...packages,
      'prisma/schema.prisma',
      ...console_('package.json', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'public', 'src'),
    ],
    outputs: console_('.next/BUILD_ID'),
    args: [tool('next/dist/bin/next'), 'build', at('apps/console')],
    env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  },
}

const stampOf = (name) => at('node_modules/.warren', name)

function isCurrent(name, hash) {
  const stamp = stampOf(name)
  return (
    targets[name].outputs.every((output) => existsSync(at(output))) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hash
  )
}

async function make(name) {
  const { title, inputs, args, env } = targets[name]
  const hash = hashOf(inputs)
  if (isCurrent(name, hash)) return
  rmSync(stampOf(name), { force: true })
  await step(title, process.execPath, args, { as: owner(), ...(env ? { env } : {}) })
  writeFileSync(stampOf(name), hash)
  handOver(stampOf(name))
}

/**
 * How often a build shows that it is alive, and how long it may look dead, in ms. A process id would not do: the same
 * checkout is built in containers and lab hosts, where process ids mean something else.
 */
const BEAT_MS = 1000
const DEAD_MS = 15_000

const isStale = (lock) => {
  const stat = statSync(lock, { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs > DEAD_MS
}

/** Two builds of one checkout at once would write into each other: the second waits for the first. */
async function alone(work) {
  const lock = stampOf('lock')
  mkdirSync(path.dirname(lock), { recursive: true })
  handOver(path.dirname(lock))
  for (let said = false; ; await sleep(200)) {
    try {
      writeFileSync(lock, '', { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isStale(lock)) rmSync(lock, { force: true })
    else if (!said) {
      console.error('  waiting for another build of this checkout …')
      said = true
    }
  }
  // The lock may be gone: of a machine that slept it was taken over.
  const beat = setInterval(() => existsSync(lock) && utimesSync(lock, new Date(), new Date()), BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    rmSync(lock, { force: true })
  }
}

/**
 * Builds the named targets as far as their inputs changed.
 * @param {readonly ('generate' | 'agent' | 'console' | 'web')[]} [names] all of them when left out
 */
export async function build(names = Object.keys(targets)) {
  if (names.every((name) => isCurrent(name, hashOf(targets[name].inputs)))) return
  await alone(async () => {
    for (const name of names) await make(name)
  })
}

/** Makes the database client, which everything else imports. */
export const generate = () => build(['generate'])

await program(import.meta.url, async () => {
  await install()
  await build()
})
