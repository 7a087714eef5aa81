// `npm run service -- install | uninstall | setup`: the console and the hub as units of systemd, out of this checkout.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from './build.mjs'
import { isRoot, program, root } from './checkout.mjs'
import { install } from './install.mjs'
import { closedOnTheWay, demandReadable } from './passage.mjs'
import { provideHubTools } from './system.mjs'

const UNITS = ['warren-console.service', 'warren-hub.service']
const PLACE = '/etc/systemd/system'
const USER = 'warren'
/** What an operator sets: docs/operate.md. */
const SETTINGS = '/etc/warren-console.env'
/** Where the unit has the embedded database (packages/db/src/server). */
const DATA = '/var/lib/warren-console/data'
const SOCKET = `${DATA}/postgres/socket`

/** Runs a program to its end. @throws one sentence when it fails */
function run(file, ...args) {
  const { status, error, stderr } = spawnSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'] })
  if (status === 0) return
  throw new Error(`${[file, ...args].join(' ')} failed: ${error?.message ?? stderr.trim()}`)
}

function demandMachine() {
  if (!isRoot) throw new Error('Units are put in place by root: sudo npm run service -- install')
  if (!existsSync('/run/systemd/system'))
    throw new Error('systemd does not run this machine; use npm start, or containers.')
}

/** Units see neither /home nor /root, and their user enters no closed folder. @throws one sentence */
function demandOpen() {
  demandReadable()
  for (const [what, file] of Object.entries({ 'This checkout': root, 'This Node': process.execPath })) {
    if (closedOnTheWay(file) === undefined && !/^\/(home|root|run|tmp|var\/tmp)\//.test(file)) continue
    throw new Error(
      `${what} lies in ${file}, which services do not see; move it to where everybody may go, such as /opt/warren.`,
    )
  }
}

/** The unit would begin empty beside the data of a former `npm start`, and its hub drop what it held. @throws one sentence */
function demandNoOtherData() {
  const settings = readSettings()
  if (settings.DATABASE_URL || settings.WARREN_DATA || existsSync(path.join(DATA, 'postgres'))) return
  const former = path.resolve(root, process.env.WARREN_DATA || 'data')
  if (!existsSync(path.join(former, 'postgres'))) return
  throw new Error(
    `${former} holds the data of a console that npm start ran, and the unit keeps its own in ${DATA}: stop that console and move them there ("From npm start to systemd" in docs/operate.md), or set DATABASE_URL in ${SETTINGS}.`,
  )
}

/** The user of the console's processes. */
function provideUser() {
  if (spawnSync('id', ['-u', USER]).status === 0) return
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin']
  run('useradd', '--system', '--user-group', ...home, USER)
}

async function installUnits() {
  demandMachine()
  demandOpen()
  demandNoOtherData()
  await install()
  await provideHubTools()
  await build()
  provideUser()
  run(process.execPath, path.join(root, 'apps/agent/dist/warren.cjs'), 'service', 'install', '--program-only')
  for (const unit of UNITS) {
    const text = readFileSync(path.join(root, 'deploy/systemd', unit), 'utf8')
    writeFileSync(path.join(PLACE, unit), text.replaceAll('@ROOT@', root).replaceAll('@NODE@', process.execPath))
  }
  run('systemctl', 'daemon-reload')
  run('systemctl', 'enable', ...UNITS)
  run('systemctl', 'restart', ...UNITS)
  setUp()
}

/** Prints the URL at which the first owner is made; the console's own once there is one. */
function setUp() {
  const settings = readSettings()
  const database = settings.DATABASE_URL ?? `postgresql://warren@localhost/warren?host=${SOCKET}`
  const { status } = spawnSync(process.execPath, [path.join(root, 'apps/console/dist/prepare.mjs')], {
    stdio: 'inherit',
    env: { ...process.env, ...settings, DATABASE_URL: database, WARREN_ROOT: root },
  })
  if (status !== 0) process.exitCode = 1
}

/** Lines `NAME=value` of the file that the unit reads: systemd.exec(5), as far as settings need it. */
function readSettings() {
  if (!existsSync(SETTINGS)) return {}
  const lines = readFileSync(SETTINGS, 'utf8').split('\n')
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^\s*(\w+)=(.*?)\s*$/.exec(line) ?? []
      return name ? [[name, value.replace(/^(["'])(.*)\1$/, '$2')]] : []
    }),
  )
}

function uninstall() {
  demandMachine()
  const there = UNITS.filter((unit) => existsSync(path.join(PLACE, unit)))
  if (there.length > 0) run('systemctl', 'disable', '--now', ...there)
  for (const unit of there) rmSync(path.join(PLACE, unit))
  run('systemctl', 'daemon-reload')
  console.log('The units are gone; /var/lib/warren-console and the tunnels of the hub are as they were.')
}

const verbs = { install: installUnits, uninstall: async () => uninstall(), setup: async () => setUp() }

process.umask(0o022)
await program(import.meta.url, async () => {
  const verb = verbs[process.argv[2] ?? '']
  if (!verb) throw new Error(`Say one of: ${Object.keys(verbs).join(', ')}, as in: sudo npm run service -- install`)
  await verb()
})
