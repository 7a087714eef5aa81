import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../lab/host.ts'
import { publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { debian, type Suite } from './debian.ts'
import { Machine } from './machine.ts'
import { CONSOLE, openSite, type Site } from './site.ts'

/**
 * Tries the install line and the units on machines that systemd runs, which join a real console over the lab's internet.
 * By hand (`npm run test:systemd`), because it needs debootstrap, systemd-nspawn and minutes.
 */
const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)
const UNIT = 'warren@acme.service'
/** Chosen: the machine is shared, and a minute is no failure. */
const LIMIT_MS = 60_000

const fact = async (machine: Machine, name: string): Promise<string> =>
  machine.sh(`systemctl show ${UNIT} --property=${name} --value`)
const active = (machine: Machine) =>
  until('the unit to be active', async () => (await fact(machine, 'ActiveState')) === 'active', LIMIT_MS)
const pings = async (machine: Machine, name: string) =>
  (await machine.run('ping', ['-n', '-c', '1', '-W', '1', name])).exitCode === 0
const reaches = (machine: Machine, name: string) => until(`${name} to answer`, () => pings(machine, name), LIMIT_MS)

/** How many of the packets that `host` sends to an address, ten a second while `work` goes on, are not answered. */
async function lostWhile(host: Host, address: string, work: () => Promise<unknown>): Promise<number> {
  const ping = await host.start('ping', ['ping', '-n', '-i', '0.1', '-W', '2', address])
  await until('the first answer', () => ping.output.includes('icmp_seq='), LIMIT_MS)
  await work()
  ping.signal('SIGINT')
  await ping.ended()
  const [, sent = '0', got = '0'] = /(\d+) packets transmitted, (\d+) received/.exec(ping.output) ?? []
  assert.ok(Number(got) > 0, ping.output.slice(-500))
  return Number(sent) - Number(got)
}

/** Kills the agent the hard way, and waits until systemd has another one that serves. */
async function killAgent(machine: Machine): Promise<void> {
  const [pid, restarts] = [await fact(machine, 'MainPID'), Number(await fact(machine, 'NRestarts'))]
  await machine.sh(`kill -KILL ${pid}`)
  await until('another agent', async () => Number(await fact(machine, 'NRestarts')) > restarts, LIMIT_MS)
  await active(machine)
}

async function bookworm({ stack, admin, bob, web }: Site): Promise<void> {
  const machine = await start(stack, 'ana', 'bookworm')
  const invite = await admin.invite('ana', 'humans')
  const before = await machine.sh('cat /etc/hosts')
  const said = await machine.sh(`sh -c "$(curl -fsSL ${CONSOLE}/install.sh)"`, { input: invite.token })
  assert.match(said, /for the agent alone/)
  await active(machine)
  assert.equal(await fact(machine, 'UnitFileState'), 'enabled')
  await reaches(machine, 'bob.acme.wg')
  await until('a status', async () => /^current, revision/.test(await fact(machine, 'StatusText')), LIMIT_MS)
  say('Debian 12: the install line brought Node from the console, joined, and the unit is active')

  const address = invite.peer.address
  const stop = async () => killAgent(machine)
  const killed = await lostWhile(bob.host, address, stop)
  say(`kill -9: systemd started another agent; ${killed} packets lost`)
  assert.equal(killed, 0)

  await machine.sh(
    `mkdir -p /run/systemd/system/warren@.service.d
     printf '[Service]\\nWatchdogSec=3\\n' > /run/systemd/system/warren@.service.d/test.conf
     systemctl daemon-reload; systemctl restart ${UNIT}`,
  )
  await active(machine)
  await sleep(7_000)
  assert.equal(await fact(machine, 'NRestarts'), '0')
  await machine.sh(`kill -STOP ${await fact(machine, 'MainPID')}`)
  await until('the watchdog to end it', async () => Number(await fact(machine, 'NRestarts')) > 0, LIMIT_MS)
  await active(machine)
  assert.match(await machine.sh(`journalctl -u ${UNIT} --no-pager`), /Watchdog timeout/)
  await machine.sh('rm -r /run/systemd/system/warren@.service.d; systemctl daemon-reload')
  say('a healthy agent satisfies a watchdog of 3 s; a stopped one was ended by it and started again')

  const inode = await machine.sh('stat -c %i /etc/hosts')
  await admin.rename('bob', 'robert')
  await reaches(machine, 'robert.acme.wg')
  assert.notEqual(await machine.sh('stat -c %i /etc/hosts'), inode)
  assert.equal(await machine.sh("sed '/^# BEGIN warren/,/^# END warren/d' /etc/hosts"), before)
  say('a renamed peer is in /etc/hosts, which was replaced at once; other lines are as they were')

  const pid = await fact(machine, 'MainPID')
  const upgraded = await lostWhile(bob.host, address, async () => {
    await machine.sh(`curl -fsSL ${CONSOLE}/install.sh | sh`)
    await active(machine)
  })
  assert.notEqual(await fact(machine, 'MainPID'), pid)
  say(`the install line again: the agent was replaced; ${upgraded} packets lost`)
  assert.equal(upgraded, 0)

  web.signal('SIGTERM')
  await stack.coordinator.stop()
  await machine.off()
  await machine.boot()
  await active(machine)
  await reaches(machine, 'robert.acme.wg')
  say('rebooted with the console down: the tunnels are back')
  await stack.coordinator.start()

  await machine.sh('warren down')
  await until('the unit to have ended', async () => (await fact(machine, 'ActiveState')) === 'inactive', LIMIT_MS)
  assert.equal(await machine.sh('cat /etc/hosts'), before)
  await machine.sh(`systemctl start ${UNIT}`)
  await reaches(machine, 'robert.acme.wg')
  await machine.sh('warren service uninstall; warren service status')
  assert.ok(await pings(machine, bob.host === undefined ? '' : (await admin.peer('robert')).address))
  await machine.sh('warren service install')
  await active(machine)
  say('down, start, service uninstall (the tunnel stays) and install again')

  await machine.sh('warren leave --yes')
  assert.equal(await machine.sh('cat /etc/hosts'), before)
  assert.equal(
    await machine.sh('ls /etc/systemd/system /etc/warren /var/lib/warren | grep -c "warren\\|acme" || :'),
    '3',
  )
  await machine.off()
  say('leave: no unit, no name and no key is left')
}

async function trixie({ stack, admin }: Site): Promise<void> {
  const machine = await start(stack, 'cy', 'trixie')
  const { token } = await admin.invite('cy', 'humans')
  const said = await machine.sh(`curl -fsSL ${CONSOLE}/install.sh | sh -s -- ${token}`)
  assert.match(said, /Installing nodejs/)
  await active(machine)
  await reaches(machine, 'hub.acme.wg')
  await machine.off()
  say('Debian 13: the line with the token as an argument, with the Node of the distribution')
}

async function start(stack: Site['stack'], name: string, suite: Suite): Promise<Machine> {
  const tree = await debian(suite, say)
  const host = await publicHost(stack.lab, stack.internet, { name, i: suite === 'bookworm' ? 30 : 31 })
  const machine = new Machine(host, tree)
  machines.push(machine)
  await machine.boot()
  return machine
}

const machines: Machine[] = []

async function main(): Promise<void> {
  const site = await openSite()
  try {
    const asked = process.argv[2]
    if (asked !== 'trixie') await bookworm(site)
    if (asked !== 'bookworm') await trixie(site)
    say('1 passed, 0 failed')
  } catch (error) {
    console.error(error)
    throw error
  } finally {
    for (const machine of machines) await machine.off().catch((error: unknown) => say(String(error)))
    await site.stack.close()
  }
}

await main().then(
  () => process.exit(0),
  () => process.exit(1),
)
