import { spawn } from 'node:child_process'
import { root } from './checkout.mjs'

/** How often a long step says that it is still at it, in ms: often on a terminal, rarely in a log. */
const TICK_MS = process.stderr.isTTY ? 1000 : 15_000

/** Starts the lines of a step's progress; the function returned ends them. */
function progress(title) {
  const startedAt = Date.now()
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`
  const tty = process.stderr.isTTY
  process.stderr.write(tty ? `  ${title} …` : `  ${title} …\n`)
  const timer = setInterval(() => {
    process.stderr.write(tty ? `\r  ${title} … ${seconds()}` : `  ${title} … ${seconds()}\n`)
  }, TICK_MS)
  return (how) => {
    clearInterval(timer)
    process.stderr.write(tty ? `\r\x1b[K  ${title}: ${how} (${seconds()})\n` : `  ${title}: ${how} (${seconds()})\n`)
  }
}

/**
 * Runs a program as one step with progress lines on stderr; what the program prints is shown only when it fails.
 * @param {string} title what is done, as a person would say it
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, as?: { uid: number, gid: number, home: string } | null }} [options]
 * @returns {Promise<void>} rejects with one sentence when the program could not be run or failed
 */
export async function step(title, file, args, options = {}) {
  const { as } = options
  const end = progress(title)
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env, ...(as ? { HOME: as.home } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(as ? { uid: as.uid, gid: as.gid } : {}),
  })
  const output = []
  child.stdout.on('data', (chunk) => output.push(chunk))
  child.stderr.on('data', (chunk) => output.push(chunk))
  const how = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be run: ${error.message}`))
    child.once('close', (code, signal) => resolve(code === 0 ? null : `ended with ${signal ?? `exit code ${code}`}`))
  })
  end(how ? 'failed' : 'done')
  if (how === null) return
  process.stderr.write(Buffer.concat(output))
  throw new Error(`${title} failed: \`${[file, ...args].join(' ')}\` ${how}.`)
}
