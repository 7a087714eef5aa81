import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../lab/host.ts'
import { startDaemon, warren } from '../lab/member.ts'
import { built } from '../lab/places.ts'
import { publicAddress, publicHost } from '../lab/topology.ts'
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
  const machine = await start(stack, { name: 'ana', suite: 'bookworm', i: 30 })
  const invite = await admin.invite('ana', 'humans')
  const before = await machine.sh('cat /etc/hosts')
  const said = await machine.sh(`sh -c "$(curl -fsSL ${CONSOLE}/install.sh)"`, { input: invite.token })
  assert.match(said, /for the agent alone/)
  await active(machine)
  assert.equal(await fact(machine, 'UnitFileState'), 'enabled')
  await reaches(machine, 'bob.acme.wg')
  assert.match(await fact(machine, 'StatusText'), /revision \d+/)
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
  // Now wireguard-go is the unit's own, where the kernel has no WireGuard.
  const again = await lostWhile(bob.host, address, stop)
  say(`rebooted with the console down: the tunnels are back; after another kill -9 ${again} packets were lost`)
  assert.equal(again, 0)
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
  const left = "find /etc/systemd/system /etc/warren /var/lib/warren -mindepth 1 -name '*warren*' -o -name '*acme*'"
  assert.equal(await machine.sh(left), '')
  await machine.off()
  say('leave: no unit, no name and no key is left')
}

async function trixie({ stack, admin }: Site): Promise<void> {
  const machine = await start(stack, { name: 'cy', suite: 'trixie', i: 31 })
  const { token } = await admin.invite('cy', 'humans')
  const said = await machine.sh(`curl -fsSL ${CONSOLE}/install.sh | sh -s -- ${token}`)
  assert.match(said, /Installing nodejs/)
  await active(machine)
  await reaches(machine, 'hub.acme.wg')
  await machine.off()
  say('Debian 13: the line with the token as an argument, with the Node of the distribution')
}

/** The console and the hub as units, out of a checkout. */
async function server({ stack }: Site): Promise<void> {
  const binds = [`${built.root}:/opt/warren`, `${built.node}:/usr/bin/node`]
  const machine = await start(stack, { name: 'server', suite: 'bookworm', i: 40, binds })
  await machine.sh("printf 'WARREN_PORT=3001\\nNEXTAUTH_URL=http://127.0.0.1:3001\\n' > /etc/warren-console.env")
  const said = await machine.sh('cd /opt/warren && node tools/service.mjs install')
  const url = /http:\S+#token=\S+/.exec(said)?.[0] ?? assert.fail(said)
  const rights = await machine.sh(
    `for p in $(systemctl show warren-console --property=MainPID --value) $(pgrep -u warren); do
       sed -n 's/^\\(Uid\\|CapEff\\|CapBnd\\):\\s*\\(\\S*\\).*/\\1 \\2/p' /proc/$p/status; done | sort -u`,
  )
  const [bounding, effective, user, ...more] = rights.split('\n')
  assert.deepEqual([bounding, effective, more], ['CapBnd 0000000000000000', 'CapEff 0000000000000000', []])
  assert.notEqual(user, 'Uid 0')
  say('the console runs as a unit, web and coordinator without any right')

  const endpoint = `${publicAddress(40)}:51820`
  const invitation = await machine.sh(`cd /opt/warren && node --import tsx e2e/compose/founder.ts '${url}' ${endpoint}`)
  const laptop = await publicHost(stack.lab, stack.internet, { name: 'laptop', i: 41 })
  const file = await laptop.file('laptop.toml', `${invitation}\n`)
  const joined = await warren(laptop, ['join', file])
  assert.equal(joined.exitCode, 0, joined.stderr)
  await startDaemon(laptop)
  const hub = () => laptop.run('ping', ['-n', '-c', '1', '-W', '1', '10.42.0.1'])
  const reachable = () => until('the hub to answer', async () => (await hub()).exitCode === 0, LIMIT_MS)
  await reachable()
  say('the hub runs as a unit, and a node joined')

  const lost = await lostWhile(laptop, '10.42.0.1', async () => {
    await machine.sh('systemctl restart warren-hub warren-console')
    await machine.sh('kill -KILL $(systemctl show warren-hub --property=MainPID --value)')
    const restarts = () => machine.sh('systemctl show warren-hub --property=NRestarts --value')
    await until('another hub', async () => Number(await restarts()) > 0, LIMIT_MS)
    await until('it to serve', async () => (await machine.run('systemctl', ['is-active', 'warren-hub'])).exitCode === 0)
  })
  say(`hub and console were restarted, and the hub was killed; ${lost} packets lost`)
  assert.equal(lost, 0)
  await machine.off()
  await machine.boot()
  await reachable()
  say('rebooted: the hub is back')
  await machine.sh('cd /opt/warren && node tools/service.mjs uninstall')
  assert.equal(await machine.sh('ls /etc/systemd/system | grep -c warren || :'), '0')
  await machine.off()
}

type Place = { name: string; suite: Suite; i: number; binds?: readonly string[] }

async function start(stack: Site['stack'], { name, suite, i, binds = [] }: Place): Promise<Machine> {
  const tree = await debian(suite, say)
  const host = await publicHost(stack.lab, stack.internet, { name, i })
  const machine = new Machine(host, tree, binds)
  machines.push(machine)
  await machine.boot()
  return machine
}

const machines: Machine[] = []

async function main(): Promise<void> {
  const site = await openSite()
  try {
    const asked = process.argv[2]
    for (const [name, part] of Object.entries({ bookworm, trixie, server })) {
      if (asked === undefined || asked === name) await part(site)
    }
    say('1 passed, 0 failed')
  } catch (error) {
    const tell = "systemctl status 'warren*' --no-pager -n 0; journalctl -u 'warren*' --no-pager -n 80; cat /etc/hosts"
    for (const machine of machines) console.error((await machine.run('sh', ['-c', tell])).stdout)
    throw error
  } finally {
    for (const machine of machines) await machine.off().catch((error: unknown) => say(String(error)))
    await site.stack.close()
  }
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
