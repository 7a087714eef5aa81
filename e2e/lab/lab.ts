import { statfsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { Host } from './host.ts'
import { type Leash, leash } from './leash.ts'

/** Linux: OVERLAYFS_SUPER_MAGIC. */
const OVERLAYFS = 0x794c7630

/** A container's /tmp often is an overlay, and an overlay cannot lie on another one: then the disks are in memory. */
const diskFolder = (): string => (statfsSync(tmpdir()).type === OVERLAYFS ? '/dev/shm' : tmpdir())

/** Hosts that live in network namespaces of this machine. Needs root. */
export class Lab {
  readonly hosts = new Map<string, Host>()
  readonly folder: string
  private readonly leash: Leash

  private constructor(folder: string) {
    this.folder = folder
    this.leash = leash(folder)
  }

  /** @throws when this process is not root: namespaces and interfaces are only for root to make */
  static async open(): Promise<Lab> {
    if (process.geteuid?.() !== 0)
      throw new Error('The lab makes network namespaces, which needs root: run it with sudo.')
    const folder = await mkdtemp(path.join(diskFolder(), 'warren-lab-'))
    // An unprivileged database has to pass through.
    await chmod(folder, 0o755)
    return new Lab(folder)
  }

  async host(name: string): Promise<Host> {
    const host = new Host(name, path.join(this.folder, name))
    await host.boot()
    this.hosts.set(name, host)
    return host
  }

  /** A cable from `owner` to a port of `far`; it is laid again when the owner reboots. */
  async cable(owner: Host, name: string, far: { host: Host; port: string }): Promise<void> {
    await owner.wired(async () => {
      // The end at the far side outlives the owner for a moment, and would be in the way.
      await far.host.run('ip', ['link', 'del', far.port])
      const peer = ['peer', 'name', far.port, 'netns', String(far.host.pid)]
      await execa('ip', ['link', 'add', name, 'netns', String(owner.pid), 'type', 'veth', ...peer])
      await owner.must('ip', ['link', 'set', name, 'up'])
      await far.host.must('ip', ['link', 'set', far.port, 'up'])
    })
  }

  async close(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.powerOff()))
    await rm(this.folder, { recursive: true, force: true })
    await this.leash.release()
  }
}
