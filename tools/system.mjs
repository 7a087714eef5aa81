import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isRoot, program } from './checkout.mjs'
import { step } from './step.mjs'

/** A program (or a file) that we run, and the Debian package that has it. */
const hubTools = { wg: 'wireguard-tools', nft: 'nftables', ip: 'iproute2', ping: 'iputils-ping', sysctl: 'procps' }
const labTools = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  // Only to judge our units: nothing of it is started.
  'systemd-analyze': 'systemd',
}
const browserTools = { chromium: 'chromium', '/usr/share/fonts/truetype/liberation': 'fonts-liberation' }

function isPresent(tool) {
  if (tool.startsWith('/')) return existsSync(tool)
  // A person's PATH often lacks the folders of administration tools.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/local/sbin']
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const missingOf = (tools) => [
  ...new Set(Object.entries(tools).flatMap(([tool, pkg]) => (isPresent(tool) ? [] : [pkg]))),
]

/** True when this kernel makes WireGuard interfaces by itself. Needs root; makes one and takes it away again. */
function kernelHasWireGuard() {
  const probe = `wgprobe${process.pid}`.slice(0, 15)
  if (spawnSync('ip', ['link', 'add', probe, 'type', 'wireguard']).status !== 0) return false
  spawnSync('ip', ['link', 'del', probe])
  return true
}

function hasApt() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8')) && isPresent('apt-get')
  } catch {
    return false
  }
}

async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const args = ['install', '-y', '--no-install-recommends', ...packages]
  // -s only simulates: it fails when the package lists are missing or too old to know the packages.
  const known = spawnSync('apt-get', ['-s', ...args]).status === 0
  if (!known) await step('package lists', 'apt-get', ['update'], { env })
  await step(`system packages ${packages.join(' ')}`, 'apt-get', args, { env })
}

async function provide(tools) {
  const missing = missingOf(tools)
  if (missing.length === 0) return
  if (isRoot && hasApt()) return aptInstall(missing)
  const why = isRoot
    ? 'this is neither Debian nor Ubuntu, so please install them with your package manager'
    : `that needs root: sudo apt-get install ${missing.join(' ')}`
  throw new Error(`Missing on this machine: ${missing.join(', ')}; ${why}.`)
}

/**
 * Provides what the hub and every node need: wg, nft, ip, and wireguard-go where the kernel has no WireGuard.
 * @throws one sentence that names what is missing, when this process cannot install it
 */
export async function provideHubTools() {
  await provide(hubTools)
  if (isRoot && !isPresent('wireguard-go') && !kernelHasWireGuard()) await provide({ 'wireguard-go': 'wireguard-go' })
}

/** Provides what the lab and the tests with real tunnels need besides. */
export async function provideLabTools() {
  await provideHubTools()
  await provide(labTools)
}

/** Provides Chromium from the system's packages, for the tests in the browser. */
export const provideBrowser = () => provide(browserTools)

await program(import.meta.url, provideHubTools)
