import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'

/** Where the file trees are kept for the next time; remove it to have them made anew. */
const CACHE = '/var/tmp/warren-e2e'
const MIRROR = 'http://deb.debian.org/debian'

/** What a small server has. */
const BASE = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'iproute2',
  'iputils-ping',
  'ca-certificates',
  'procps',
  'curl',
  'gzip',
]
/** What the install line fetches; downloaded before, because the lab's internet leads to no mirror. */
const LATER = ['wireguard-tools', 'wireguard-go', 'nftables', 'iproute2', 'nodejs']

export type Suite = 'bookworm' | 'trixie'

/** The file tree of a small Debian server that has never heard of us, made with debootstrap the first time. */
export async function debian(suite: Suite, say: (line: string) => void): Promise<string> {
  const tree = path.join(CACHE, suite)
  if (existsSync(tree)) return tree
  say(`making a Debian ${suite} in ${tree} (a minute or two)`)
  const half = `${tree}.new`
  await rm(half, { recursive: true, force: true })
  await mkdir(CACHE, { recursive: true })
  await execa('debootstrap', ['--variant=minbase', `--include=${BASE.join(',')}`, suite, half, MIRROR])
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = ['apt-get', '-q', '-y', '--no-install-recommends', '--download-only', 'install', ...LATER]
  await execa('chroot', [half, 'apt-get', '-q', 'update'], { env })
  await execa('chroot', [half, ...apt], { env })
  // An installer writes it; debootstrap does not.
  await writeFile(`${half}/etc/hosts`, '127.0.0.1\tlocalhost\n192.0.2.7\tprinter\n')
  await rename(half, tree)
  return tree
}
