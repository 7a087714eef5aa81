import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'

/** What the images of the registry have, and what a build without a network cannot fetch. */
const PACKAGES = [
  ...['ca-certificates', 'procps', 'iproute2', 'iputils-ping', 'wireguard-tools', 'wireguard-go', 'nftables'],
  'postgresql',
]
/** The release of the image that deploy/Dockerfile names. */
const RELEASE = 'trixie'

/** A folder with the root of a Debian that stands in for registry images, and Docker's plugins beside it. */
export type StandIns = { readonly root: string; readonly plugins: string }

/**
 * Makes them from Debian's packages, with this machine's Node in the place of the image's. Kept for the next trial: it
 * takes a minute or two. @throws when this machine has no way to Debian's packages
 */
export async function standIns(say: (line: string) => void): Promise<StandIns> {
  const folder = path.join(tmpdir(), 'warren-compose-stand-ins')
  const made = { root: path.join(folder, 'root'), plugins: path.join(folder, 'plugins') }
  if (existsSync(made.plugins)) return made
  say(`making the images' stand-in from packages of Debian ${RELEASE}, in ${folder}`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const include = `--include=${PACKAGES.join(',')}`
  await execa('debootstrap', ['--variant=minbase', include, RELEASE, made.root, ...(await mirror())])
  await execa('chroot', [made.root, 'apt-get', 'update'])
  await mkdir(`${made.root}/fetched`)
  await execa('chroot', [made.root, 'sh', '-c', 'cd /fetched && apt-get download docker-compose docker-buildx'])
  await execa('sh', ['-ec', `for deb in "$1"/fetched/*.deb; do dpkg-deb -x "$deb" "$2"; done`, '-', made.root, folder])
  await rm(`${made.root}/fetched`, { recursive: true })
  // The image's build asks for packages that are there already: with no lists, that ends at once and well.
  await execa('sh', ['-ec', 'rm -rf "$1"/var/lib/apt/lists/* "$1"/etc/apt/sources.list*', '-', made.root])
  await copyFile(process.execPath, `${made.root}/usr/local/bin/node`)
  const npm = path.resolve(process.execPath, '../../lib/node_modules/npm')
  if (existsSync(npm)) await execa('cp', ['-a', npm, `${made.root}/usr/local/lib/`])
  await rename(`${folder}/usr/libexec/docker/cli-plugins`, made.plugins)
  return made
}

/** Where this machine gets its own packages from, when it says so. */
async function mirror(): Promise<string[]> {
  const deb822 = '/etc/apt/sources.list.d/debian.sources'
  const text = existsSync(deb822) ? await readFile(deb822, 'utf8') : ''
  return /^URIs:\s*(\S+)/m.exec(text)?.slice(1) ?? []
}
