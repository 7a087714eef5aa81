import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'
import { type Environment, Program } from './program.ts'

/**
 * Runs as process 1 of a host. /run is the host's own, because WireGuard's control sockets live there; what a host
 * keeps over a reboot lies in overlays on its disk, so the real /etc is seen but never touched. What this machine has of
 * a Warren of its own is hidden by whiteouts (overlayfs: character device 0/0). The shell stays and reaps orphans: as a
 * bare `sleep` it would leave zombies that look alive.
 */
const BOOT = `
set -e
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=0755 tmpfs /run
for d in etc var/lib usr/local; do
  if [ ! -e "$LAB_DISK/$d" ]; then
    mkdir -p "$LAB_DISK/$d/up" "$LAB_DISK/$d/work"
    mknod "$LAB_DISK/$d/up/warren" c 0 0
  fi
  mount -t overlay overlay -o "lowerdir=/$d,upperdir=$LAB_DISK/$d/up,workdir=$LAB_DISK/$d/work" "/$d"
done
: > /etc/resolv.conf
hostname "$LAB_NAME"
ip link set lo up
echo ready
sleep infinity & wait
`

export type Ran = { exitCode: number; stdout: string; stderr: string }

/**
 * A host of the lab: one process that holds network, mount, host name and process namespaces of its own. Killing it
 * takes everything in them along; the lab goes with the process that made it, however that ends.
 */
export class Host {
  readonly name: string
  /** Where its disk and files for it lie; the same path inside and outside. */
  readonly folder: string
  private holder: ChildProcess | null = null
  private init = 0
  private readonly wires: (() => Promise<void>)[] = []

  constructor(name: string, folder: string) {
    this.name = name
    this.folder = folder
  }

  async boot(): Promise<void> {
    await mkdir(`${this.folder}/disk`, { recursive: true })
    const unshare = ['unshare', '--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc']
    const args = ['--pdeathsig', 'KILL', ...unshare, '--propagation', 'private', 'sh', '-c', BOOT]
    const env = { ...process.env, LAB_DISK: `${this.folder}/disk`, LAB_NAME: this.name }
    const holder = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'pipe'], env })
    const errors: Buffer[] = []
    holder.stderr?.on('data', (chunk: Buffer) => errors.push(chunk))
    await new Promise<void>((resolve, reject) => {
      holder.stdout?.once('data', () => resolve())
      holder.once('error', reject)
      holder.once('close', (code) =>
        reject(new Error(`lab host ${this.name} ended with ${code}: ${Buffer.concat(errors)}`)),
      )
    })
    const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8')
    this.init = Number(children.trim().split(' ')[0])
    this.holder = holder
    for (const wire of this.wires) await wire()
  }

  /** Process 1 of the host, by its number outside. */
  get pid(): number {
    return this.init
  }

  /** Does `wire` now, and again after each reboot: what connects a host is gone with its network namespace. */
  async wired(wire: () => Promise<void>): Promise<void> {
    this.wires.push(wire)
    await wire()
  }

  /**
   * What starts a program in this host. `nsenter --pid` forks: without the death signal its child would outlive it.
   */
  get prefix(): string[] {
    const enter = ['nsenter', '-t', String(this.init), '-n', '-m', '-u', '-p', '--']
    return [...enter, 'setpriv', '--pdeathsig', 'KILL', '--']
  }

  /** Runs a program to its end; a failing one does not throw. */
  async run(file: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Ran> {
    const [enter = '', ...rest] = [...this.prefix, file, ...args]
    const { input, env, timeoutMs = 60_000 } = options
    const result = await execa(enter, rest, {
      reject: false,
      timeout: timeoutMs,
      forceKillAfterDelay: 500,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      env: { ...inherited(), ...env },
      extendEnv: false,
    })
    return { exitCode: result.exitCode ?? -1, stdout: String(result.stdout), stderr: String(result.stderr) }
  }

  /** Runs a program that has to work. */
  async must(file: string, args: readonly string[] = [], options: RunOptions = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(file, args, options)
    if (exitCode === 0) return stdout
    throw new Error(`on ${this.name}: ${[file, ...args].join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`)
  }

  /** Runs a shell script that has to work. */
  sh(script: string, options: RunOptions = {}): Promise<string> {
    return this.must('sh', ['-ec', script], options)
  }

  /** Starts a program that keeps running. */
  start(name: string, argv: readonly string[], env: Environment = {}): Promise<Program> {
    const options = { forks: true, spawn: { env: { ...inherited(), ...env } } }
    return Program.start(`${name} on ${this.name}`, [...this.prefix, ...argv], options)
  }

  /** Puts a file (mode 0600) where the host sees it under the path returned. */
  async file(name: string, text: string): Promise<string> {
    const file = path.join(this.folder, name)
    await writeFile(file, text, { mode: 0o600 })
    return file
  }

  get isOn(): boolean {
    return this.holder !== null && this.holder.exitCode === null && this.holder.signalCode === null
  }

  /** Pulls the plug. The disk stays. */
  async powerOff(): Promise<void> {
    const { holder } = this
    if (!holder || !this.isOn) return
    const gone = once(holder, 'close')
    // SIGTERM would be blocked by `unshare --fork`.
    holder.kill('SIGKILL')
    await gone
  }

  /** A power cut and a new start: processes and interfaces are gone, what was on disk is there. */
  async reboot(): Promise<void> {
    await this.powerOff()
    await this.boot()
  }
}

/** Test runners ask for colours by variables of their own, and Node complains on stderr when both are there. */
const inherited = (): Environment => {
  const { FORCE_COLOR: _, NO_COLOR: __, ...rest } = process.env
  return rest
}

type RunOptions = { input?: string; env?: Record<string, string>; timeoutMs?: number }
