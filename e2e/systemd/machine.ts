import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'
import type { Host, Ran } from '../lab/host.ts'
import { until } from '../lab/until.ts'

/** How long a machine may take to start or end, in ms; half a second is usual. */
const BOOT_MS = 60_000

/**
 * A machine that systemd runs: a container of systemd-nspawn in the network of a lab host. Its disk is a layer over a
 * shared file tree, and outlives a reboot.
 */
export class Machine {
  readonly host: Host
  private readonly tree: string
  private readonly binds: readonly string[]
  private init = 0
  private isOn = false
  private ended: Promise<unknown> = Promise.resolve()
  private end: () => void = () => {}

  constructor(host: Host, tree: string, binds: readonly string[] = []) {
    this.host = host
    this.tree = tree
    this.binds = binds
  }

  private get disk(): string {
    return path.join(this.host.folder, 'machine')
  }

  /** Switches it on; resolves when systemd has started everything. */
  async boot(): Promise<void> {
    const [root, up, work] = ['root', 'up', 'work'].map((name) => path.join(this.disk, name)) as [
      string,
      string,
      string,
    ]
    for (const folder of [root, up, work]) await mkdir(folder, { recursive: true })
    await execa('mount', [
      '-t',
      'overlay',
      'overlay',
      '-o',
      `lowerdir=${this.tree},upperdir=${up},workdir=${work}`,
      root,
    ])
    this.isOn = true
    const child = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', 'systemd-nspawn', '-q', '-D', root, '-b', '--register=no', '--keep-unit'],
        ...['--capability=CAP_NET_ADMIN', `--network-namespace-path=/proc/${this.host.pid}/ns/net`],
        ...['--console=pipe', `--hostname=${this.host.name}`, ...this.binds.map((bind) => `--bind-ro=${bind}`)],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-4000)))
    this.ended = once(child, 'close')
    this.end = () => void child.kill('SIGKILL')
    await until(
      'systemd to run',
      async () => {
        // nspawn's first child only makes the one that stays.
        this.init = Number((await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).split(' ')[0])
        return /^(running|degraded)/.test((await this.run('systemctl', ['is-system-running'])).stdout)
      },
      BOOT_MS,
    ).catch((cause: unknown) => {
      throw new Error(`The machine does not start. It said:\n${said}`, { cause })
    })
  }

  /** Runs a program on it to its end; a failing one does not throw. */
  async run(file: string, args: readonly string[] = [], options: { input?: string } = {}): Promise<Ran> {
    const enter = ['-t', String(this.init), '-m', '-u', '-i', '-n', '-p', '-C', '--', file, ...args]
    const result = await execa('nsenter', enter, {
      reject: false,
      timeout: 300_000,
      extendEnv: false,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    })
    return { exitCode: result.exitCode ?? -1, stdout: String(result.stdout), stderr: String(result.stderr) }
  }

  /** Runs a shell script that has to work. */
  async sh(script: string, options: { input?: string } = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run('sh', ['-ec', script], options)
    if (exitCode === 0) return stdout.trim()
    throw new Error(`on ${this.host.name}: ${script}\nended with ${exitCode}\n${stdout}\n${stderr}`)
  }

  /** Shuts it down as its administrator would, and takes its disk out; files stay. */
  async off(): Promise<void> {
    if (!this.isOn) return
    this.isOn = false
    if (this.init > 0) await this.run('systemctl', ['poweroff'])
    const timer = setTimeout(this.end, this.init > 0 ? BOOT_MS : 0)
    await this.ended
    clearTimeout(timer)
    this.init = 0
    await execa('umount', [path.join(this.disk, 'root')])
  }
}
