import { once } from 'node:events'
import { createWriteStream, readFileSync, statSync, type WriteStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import type { Running, Service } from './supervise.ts'

/** A process of ours: what to run, where its output goes, and how to tell that it serves. */
export type ProcessPlan = {
  name: string
  note: string
  argv: readonly string[]
  cwd: string
  env: Record<string, string>
  logFile: string
  isReady: () => Promise<boolean>
}

/** How long a process may take to end by itself, in ms: open requests get their answers in that time. */
const STOP_MS = 8000

/** How often a starting process is asked whether it serves yet, and when that has taken too long, in ms. */
const ASK_MS = 100
const READY_MS = 60_000

/** Characters of a process's last words that still fit a sentence. */
const LAST_WORDS = 300

/** Bytes after which a log begins anew at the next start. */
const LOG_LIMIT = 5 * 1024 * 1024

/** A service that is one process. It is started in a session of its own: a Ctrl-C in the terminal is for us to handle. */
export function processService(plan: ProcessPlan): Service {
  return { name: plan.name, note: plan.note, start: (signal) => start(plan, signal) }
}

async function start(plan: ProcessPlan, signal: AbortSignal): Promise<Running> {
  const { log, from } = await openLog(plan.logFile)
  const [file = '', ...args] = plan.argv
  const child = execa(file, args, {
    cwd: plan.cwd,
    env: plan.env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
    buffer: false,
    detached: true,
    reject: false,
    forceKillAfterDelay: STOP_MS,
  })
  // The process has the descriptor now; ours is of no more use.
  log.destroy()
  let isOver = false
  const ended = child.then((result) => {
    isOver = true
    return `${howItEnded(result)}${lastWords(plan.logFile, from)}`
  })
  const running: Running = {
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
  const deadline = performance.now() + READY_MS
  while (!isOver && !signal.aborted && performance.now() < deadline) {
    if (await plan.isReady().catch(() => false)) return running
    await sleep(ASK_MS)
  }
  if (isOver) throw new Error(await ended)
  await running.stop()
  throw new Error(`It did not answer within ${READY_MS / 1000} s; see ${plan.logFile}.`)
}

/** The log to append to, and where it ends now: what comes after that is of this start. */
async function openLog(file: string): Promise<{ log: WriteStream; from: number }> {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const isLarge = size > LOG_LIMIT
  const log = createWriteStream(file, { flags: isLarge ? 'w' : 'a', mode: 0o640 })
  await once(log, 'open')
  return { log, from: isLarge ? 0 : size }
}

type Ended = { exitCode?: number | undefined; signal?: string | undefined; message?: string | undefined }

function howItEnded({ exitCode, signal, message }: Ended): string {
  if (signal) return `It was ended by ${signal}.`
  if (exitCode === undefined) return `It could not be run: ${message ?? 'unknown reason'}.`
  return `It ended with exit code ${exitCode}.`
}

/** The last error it told of, else the last thing it said: that mostly is the reason. */
function lastWords(file: string, from: number): string {
  const lines = readFileSync(file).subarray(from).toString().trim().split('\n')
  const last = lines.findLast((line) => /^\s*\w*Error: ./.test(line)) ?? lines.at(-1) ?? ''
  return last.trim() === '' ? '' : ` Its last words: ${last.trim().slice(0, LAST_WORDS)}`
}
