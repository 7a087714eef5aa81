import { randomBytes } from 'node:crypto'
import { createOwner } from '../../apps/console/src/server/setup/create-owner.ts'
import { openSetUp } from '../../apps/console/src/server/setup/open-set-up.ts'
import { Admin } from './admin.ts'
import type { Host } from './host.ts'
import { joinAll, type Member } from './member.ts'
import { built } from './places.ts'
import { bringUp, type Stack } from './stack.ts'
import { lanHost, natGateway, publicHost } from './topology.ts'
import { startWeb } from './web.ts'

const NETWORK = 'demo'
const WISHED_PORT = 3000

/** Five CIDRs with peers in them, and one that only holds others. */
const cidrs = [
  { name: 'humans', prefix: '10.42.16.0/24' },
  { name: 'servers', prefix: '10.42.32.0/20' },
  { name: 'web', prefix: '10.42.32.0/24', parent: 'servers' },
  { name: 'databases', prefix: '10.42.33.0/24', parent: 'servers' },
  { name: 'cameras', prefix: '10.42.64.0/24', isolated: true },
] as const

const peers = [
  { name: 'monitor', cidr: 'infra' },
  { name: 'ana', cidr: 'humans' },
  { name: 'ben', cidr: 'humans', behindNat: true },
  { name: 'web-1', cidr: 'web' },
  { name: 'web-2', cidr: 'web' },
  { name: 'db-1', cidr: 'databases' },
  { name: 'cam-door', cidr: 'cameras' },
  { name: 'cam-yard', cidr: 'cameras' },
] as const

const associations = [
  ['humans', 'servers'],
  ['humans', 'cameras'],
] as const

/** Who keeps sending a little to whom, so that there is something to see; they reach each other by name. */
const traffic = [
  ['ana', 'web-1'],
  ['ana', 'cam-door'],
  ['ben', 'web-2'],
  ['ben', 'ana'],
  ['web-1', 'web-2'],
  ['monitor', 'ana'],
] as const

/** Brings the demo network up, prints how to see it, and takes it down on SIGINT or SIGTERM. */
export async function demo(say: (line: string) => void = console.log): Promise<void> {
  const stop = stopSignal()
  say('Starting a hub …')
  const stack = await bringUp({ name: NETWORK })
  try {
    await Promise.race([furnish(stack, say), stop])
    await stop
    say('Taking everything down …')
  } finally {
    await stack.close()
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

async function furnish(stack: Stack, say: (line: string) => void): Promise<void> {
  const admin = new Admin(stack)
  for (const { name, prefix, ...more } of cidrs) await admin.addCidr(name, prefix, more)
  for (const [a, b] of associations) await admin.associate(a, b)
  say(`Joining ${peers.length} peers …`)
  const hosts = await hostsFor(stack)
  const members = await joinAll(
    admin,
    peers.map(({ name, cidr }, i) => ({ name, cidr, host: hosts[i] as Host })),
  )
  await startTraffic(members)
  const login = await firstLogin(stack)
  const { url } = await startWeb(stack.databaseUrl, WISHED_PORT)
  say(welcome({ url, login, members, rows: (await admin.snapshot()).peers }))
}

/** One host for each peer; `warren` is a command on all of them. */
async function hostsFor({ lab, internet, hub }: Stack): Promise<Host[]> {
  const gateway = await natGateway(lab, internet, { name: 'nat', i: 31, kind: 'cone' })
  const hosts = await Promise.all(
    peers.map(({ name, ...more }, i) =>
      'behindNat' in more
        ? lanHost(lab, gateway, { name, lan: 31, i: 10 })
        : publicHost(lab, internet, { name, i: 40 + i }),
    ),
  )
  const command = `printf '#!/bin/sh\\nexec %s %s "$@"\\n' '${built.node}' '${built.agent}' > /usr/local/bin/warren`
  await Promise.all([hub, ...hosts].map((host) => host.sh(`${command}; chmod 755 /usr/local/bin/warren`)))
  return hosts
}

async function startTraffic(members: readonly Member[]): Promise<void> {
  const hostOf = new Map(members.map(({ name, host }) => [name, host]))
  for (const [from, to] of traffic) {
    // A name is there as soon as the view is; until then ping gives up and is started again.
    const script = `while :; do ping -q -i 2 -s 400 ${to}.${NETWORK}.wg >/dev/null 2>&1 || sleep 1; done`
    await hostOf.get(from)?.start(`traffic to ${to}`, ['sh', '-c', script])
  }
}

async function firstLogin({ db }: Stack): Promise<{ name: string; password: string }> {
  const login = { name: 'admin', password: randomBytes(9).toString('base64url') }
  await createOwner(db, { ...login, token: (await openSetUp(db)) ?? '' })
  return login
}

type Facts = {
  url: string
  login: { name: string; password: string }
  members: readonly Member[]
  rows: readonly { name: string; address: string }[]
}

function welcome({ url, login, members, rows }: Facts): string {
  const addressOf = (name: string) => rows.find((row) => row.name === name)?.address ?? ''
  const table = members.map(
    ({ name, host }) => `  ${name.padEnd(10)} ${addressOf(name).padEnd(13)} sudo nsenter -t ${host.pid} -n -m -u -p sh`,
  )
  return [
    '',
    `  Console   ${url}`,
    `  Sign in   ${login.name} / ${login.password}`,
    '',
    'A shell on each peer (try there: warren status, warren list --tree, ping web-1.demo.wg):',
    '',
    ...table,
    '',
    'Ctrl-C takes everything down.',
    '',
  ].join('\n')
}
