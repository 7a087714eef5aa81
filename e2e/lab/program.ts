import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { until } from './until.ts'

/** How much of a program's output is kept, in characters: what is asked of it is near the end. */
const KEEP = 200_000

/** How long a program may take to end by itself once asked, in ms. */
const STOP_MS = 5000

/** A long-running program, here or in a lab host. It ends at the latest when the process that started it does. */
export class Program {
  readonly name: string
  /** The process itself, not the `nsenter` around it. */
  readonly pid: number
  output = ''
  private readonly child: ChildProcess

  private constructor(name: string, child: ChildProcess, pid: number) {
    this.name = name
    this.child = child
    this.pid = pid
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEEP)
      })
    }
  }

  /** Starts `argv`. With `forks`, its first word runs the program as its child (`nsenter --pid`). */
  static async start(name: string, argv: readonly string[], options: ProgramOptions = {}): Promise<Program> {
    const [file = '', ...args] = argv
    const { cwd, env } = options.spawn ?? {}
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env ? { env: env as NodeJS.ProcessEnv } : {}),
    })
    const outer = child.pid
    if (outer === undefined) {
      const [error] = await once(child, 'error')
      throw error
    }
    const pid = options.forks ? await until(`${name} to start`, () => childOf(outer)) : outer
    return new Program(name, child, pid)
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Resolves when the program has ended, to its exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close')
    return this.child.exitCode
  }

  /** Sends a signal to the program; one that has ended is passed over. */
  signal(signal: NodeJS.Signals): void {
    if (this.hasEnded) return
    try {
      process.kill(this.pid, signal)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }

  /** Asks the program to end, and ends it when it does not. */
  async stop(): Promise<void> {
    const force = setTimeout(() => this.signal('SIGKILL'), STOP_MS)
    this.signal('SIGTERM')
    await this.ended()
    clearTimeout(force)
  }

  /** As a crash or a power cut does it: nothing is told to the program. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.ended()
  }

  /** Waits until the output holds `pattern`. */
  async says(pattern: RegExp, limitMs = 20_000): Promise<void> {
    await until(`${this.name} to say ${pattern}`, () => pattern.test(this.output), limitMs).catch((cause: unknown) => {
      throw new Error(`${this.name} never said ${pattern}. It said:\n${this.output}`, { cause })
    })
  }
}

/** Variables of a program. Not ProcessEnv: pages make that one hold what only they need. */
export type Environment = Record<string, string | undefined>

type ProgramOptions = { forks?: boolean; spawn?: { env?: Environment; cwd?: string } }

async function childOf(pid: number): Promise<number | null> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const first = Number(children.trim().split(' ')[0])
  return first > 0 ? first : null
}
