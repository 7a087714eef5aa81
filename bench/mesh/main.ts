import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { Admin } from '../../e2e/lab/admin.ts'
import { joinAll, type Member, settled } from '../../e2e/lab/member.ts'
import { built } from '../../e2e/lab/places.ts'
import { bringUp, type Stack } from '../../e2e/lab/stack.ts'
import { publicHost } from '../../e2e/lab/topology.ts'
import { median, ms, printTable } from '../table.ts'
import { allowedIps, LOOK_MS } from './device.ts'
import { plantMembers } from './members.ts'

/** Each association is made and removed this often. */
const CHANGES = 15
const JOINS = 5
const STARTS = 7
/** Peers that a joining node sees in the second case. */
const MANY = 1000
/** How long a daemon is left alone before its memory is read. */
const IDLE_MS = 15_000

type World = { stack: Stack; admin: Admin; members: Member[]; addresses: Map<string, string> }

async function world(): Promise<World> {
  const stack = await bringUp()
  const admin = new Admin(stack)
  await admin.addCidr('humans', '10.42.16.0/20')
  await admin.addCidr('servers', '10.42.32.0/20')
  const places = { alice: 'humans', bob: 'humans', carol: 'servers' }
  const who = Object.entries(places).map(async ([name, cidr], i) => ({
    name,
    cidr,
    host: await publicHost(stack.lab, stack.internet, { name, i: 20 + i }),
  }))
  const members = await joinAll(admin, await Promise.all(who))
  await settled(admin, members)
  const { peers } = await admin.snapshot()
  return { stack, admin, members, addresses: new Map(peers.map(({ name, address }) => [name, address])) }
}

/** Milliseconds from a mutation until every member's device is like `sees` says. */
async function inForce({ members, addresses }: World, mutation: () => Promise<unknown>, sees: boolean) {
  const carol = addresses.get('carol') ?? ''
  const others = ['alice', 'bob'].map((name) => addresses.get(name) ?? '')
  const from = performance.now()
  await mutation()
  const devices = members.map(async ({ name, host }) => {
    const needed = name === 'carol' ? others : [carol]
    for (;;) {
      const held = await allowedIps(host, 'acme')
      if (needed.every((address) => held.has(address) === sees)) return
      await sleep(LOOK_MS)
    }
  })
  await Promise.all(devices)
  return performance.now() - from
}

async function changes(place: World) {
  const opened: number[] = []
  const closed: number[] = []
  for (let n = 0; n < CHANGES; n += 1) {
    opened.push(await inForce(place, () => place.admin.associate('humans', 'servers'), true))
    await sleep(100)
    closed.push(await inForce(place, () => place.admin.dissociate('humans', 'servers'), false))
    await sleep(100)
  }
  return { opened, closed }
}

const JOIN = 'exec >/dev/null; "$1" "$2" join "$3"; until ping -n -q -c 1 -W 0.1 "$4"; do :; done'

/** Milliseconds from `warren join` on fresh hosts until another member has answered a ping. */
async function joins({ stack, admin, addresses }: World, from: number): Promise<number[]> {
  const took: number[] = []
  for (let n = from; n < from + JOINS; n += 1) {
    const host = await publicHost(stack.lab, stack.internet, { name: `new${n}`, i: 40 + n })
    const { file } = await admin.invite(`new${n}`, 'humans')
    const path = await host.file('invitation.toml', file)
    const began = performance.now()
    await host.must('sh', ['-c', JOIN, 'sh', built.node, built.agent, path, addresses.get('alice') ?? ''])
    took.push(performance.now() - began)
    await host.powerOff()
    await admin.delete(`new${n}`)
  }
  return took
}

async function starts(): Promise<number[]> {
  const took: number[] = []
  for (let n = 0; n < STARTS; n += 1) {
    const began = performance.now()
    await execa(built.node, [built.agent, '--version'])
    took.push(performance.now() - began)
  }
  return took
}

/** Megabytes of a process: all that is resident, and what only it has. */
async function memory(pid: number): Promise<{ resident: number; own: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kb = (field: string) => Number(new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(text)?.[1])
  return { resident: kb('Rss') / 1024, own: (kb('Private_Clean') + kb('Private_Dirty')) / 1024 }
}

const mb = ({ resident, own }: { resident: number; own: number }): string =>
  `${resident.toFixed(1)} / ${own.toFixed(1)} MB`
const spread = (values: readonly number[]): string => `${ms(median(values))} (${ms(Math.max(...values))} at most)`

async function main(): Promise<void> {
  const place = await world()
  try {
    await sleep(IDLE_MS)
    const pid = place.members[0]?.daemon.pid ?? 0
    const idle = await memory(pid)
    const { opened, closed } = await changes(place)
    const few = await joins(place, 0)
    await plantMembers(place.stack, { cidr: 'humans', count: MANY - 3 })
    const many = await joins(place, JOINS)
    await sleep(IDLE_MS)
    const idleMany = await memory(pid)
    const start = await starts()
    printTable(`Real tunnels, 3 peers; medians of ${CHANGES} changes, ${JOINS} joins, ${STARTS} starts`, [
      { what: 'mutation until all devices have it: association made', measured: spread(opened) },
      { what: 'mutation until all devices have it: association removed', measured: spread(closed) },
      { what: 'warren join to the first answered ping, 3 visible peers', measured: spread(few), aim: 'aim < 2,000 ms' },
      { what: 'the same, 1,000 visible peers', measured: spread(many), aim: 'aim < 2,000 ms (innernet 10,500 ms)' },
      { what: 'agent bundle', measured: `${(statSync(built.agent).size / 1024).toFixed(0)} kB` },
      { what: 'agent start (--version)', measured: spread(start) },
      { what: 'idle daemon, resident / private', measured: mb(idle), aim: 'aim < 60 / < 25 MB' },
      { what: 'idle daemon that sees 1,000 peers', measured: mb(idleMany) },
    ])
  } finally {
    await place.stack.close()
  }
}

await main()
