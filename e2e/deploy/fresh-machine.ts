import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Host, Ran } from '../lab/host.ts'
import type { Lab } from '../lab/lab.ts'
import { built } from '../lab/places.ts'
import { agentStandIn, originServer, packageManager } from './stand-ins.ts'

/** Where the machine's own web server is; what it serves lies in `www`. */
export const ORIGIN = 'http://127.0.0.1:8080'

/** As sudo's secure_path is. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The programs of a machine are this one's, on layers of its own, so that a test can take away and replace them. Node is
 * kept aside, because the programs that the tests themselves run on the machine need it whatever the test does.
 */
const LAYERS = `
touch /run/node
mount --bind "$REAL_NODE" /run/node
for d in bin sbin; do
  mkdir -p /run/layers/$d/up /run/layers/$d/work
  mount -t overlay overlay -o "lowerdir=/usr/$d,upperdir=/run/layers/$d/up,workdir=/run/layers/$d/work" "/usr/$d"
done
mkdir -p /run/tmp
rm -f /usr/local/bin/warren /usr/local/bin/node /usr/bin/node
ln -s /run/node /usr/bin/node
`

export type Run = { input?: string; env?: Record<string, string>; before?: string }

/** A machine that was never part of a network, and a console that serves the install script and the agent. */
export class FreshMachine {
  readonly host: Host

  private constructor(host: Host) {
    this.host = host
  }

  static async boot(lab: Lab, name: string): Promise<FreshMachine> {
    const host = await lab.host(name)
    const machine = new FreshMachine(host)
    await host.sh(LAYERS, { env: { REAL_NODE: built.node } })
    await mkdir(machine.www)
    const server = await host.file('origin.cjs', originServer)
    await machine.serve('warren.cjs', agentStandIn('1.0.0'))
    const origin = await host.start('origin', ['/run/node', server, machine.www])
    await origin.says(/serving/)
    await machine.offer({ kernel: true })
    return machine
  }

  private get www(): string {
    return path.join(this.host.folder, 'www')
  }

  serve(name: string, text: string | Buffer): Promise<void> {
    return writeFile(path.join(this.www, name), text)
  }

  unserve(name: string): Promise<void> {
    return rm(path.join(this.www, name))
  }

  /** Replaces a program, or puts a new one there. */
  async program(file: string, script: string): Promise<void> {
    const text = await this.host.file(path.basename(file), script)
    await chmod(text, 0o755)
    await this.host.sh(`rm -f ${file}; cp ${text} ${file}`)
  }

  without(...programs: string[]): Promise<string> {
    return this.host.sh(`for p in ${programs.join(' ')}; do rm -f /usr/bin/$p /usr/sbin/$p /usr/local/bin/$p; done`)
  }

  /** Whether the kernel makes WireGuard interfaces: `ip` says so, whatever this machine's kernel can. */
  offer({ kernel }: { kernel: boolean }): Promise<void> {
    return this.program('/usr/sbin/ip', `#!/bin/sh\nexit ${kernel ? 0 : 2}\n`)
  }

  /** Makes it another distribution, with a package manager that only writes down what it is asked. */
  async distribution(id: string, { like = '', nodejs }: { like?: string; nodejs: string }): Promise<void> {
    const release = `ID=${id}\nID_LIKE="${like}"\nPRETTY_NAME="${id} 1"\n`
    await this.host.sh(`rm -f /etc/os-release; cat > /etc/os-release`, { input: release })
    await this.without('apt-get', 'apt-cache', 'dnf', 'pacman')
    for (const [name, script] of Object.entries(packageManager(nodejs))) await this.program(`/usr/bin/${name}`, script)
  }

  /** What the package manager was asked to install, in order. */
  async installed(): Promise<string[]> {
    return (await this.host.sh('cat /run/packages 2>/dev/null || :')).split('\n').filter(Boolean)
  }

  /** The install script as the console serves it. */
  async script(): Promise<string> {
    const file = await readFile(path.join(built.root, 'deploy/install.sh'), 'utf8')
    return file.replace('@ORIGIN@', ORIGIN)
  }

  /** Runs the install script as its line in the console does, with the words of `before` in the place of sudo. */
  async install({ input = '', env = {}, before = '' }: Run = {}): Promise<Ran> {
    const script = await this.host.file('install.sh', await this.script())
    return this.host.run('sh', ['-c', `exec ${before} sh -c "$(cat ${script})"`], {
      input,
      env: { PATH, TMPDIR: '/run/tmp', ...env },
    })
  }

  /** Every file that an install could have made, one a line. */
  files(): Promise<string> {
    return this.host.sh('find /etc /usr/local /var/lib/warren /run/tmp 2>/dev/null | sort')
  }

  /** What the stand-in agent was given at `warren join -`; null when it never ran. */
  async joined(): Promise<{ args: string[]; stdin: string; visible: string } | null> {
    const { exitCode, stdout } = await this.host.run('cat', ['/run/joined.json'])
    return exitCode === 0 ? JSON.parse(stdout) : null
  }
}
