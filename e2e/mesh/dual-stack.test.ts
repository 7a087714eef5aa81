import { change } from '@warren/db'
import { staleHandout } from '@warren/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Host } from '../lab/host.ts'
import { type Member, mustWarren } from '../lab/member.ts'
import type { Program } from '../lab/program.ts'
import { publicAddress, publicAddress6 } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { chatter, connects, echo } from './sockets.ts'
import { type Town, town } from './town.ts'

/** The second family of each CIDR and peer; `old` and carol, who sits in it, have none. */
const PREFIXES = {
  acme: 'fd42::/48',
  infra: 'fd42:0:0:100::/64',
  humans: 'fd42:0:0:101::/64',
  servers: 'fd42:0:0:102::/64',
  phones: 'fd42:0:0:103::/64',
}
const ADDRESSES = {
  hub: 'fd42:0:0:100::1',
  alice: 'fd42:0:0:101::1',
  bob: 'fd42:0:0:102::1',
  phone: 'fd42:0:0:103::1',
}
type Name = keyof typeof ADDRESSES

/** Number of the hub's public address. */
const HUB = 10

let place: Town
let members: Member[]
let phone: Host

const hostOf = (name: string): Host =>
  name === 'phone' ? phone : (members.find((member) => member.name === name)?.host ?? place.stack.hub)
const pings = async (from: Host, to: string): Promise<boolean> =>
  (await from.run('ping', ['-n', '-c', '1', '-W', '1', to])).exitCode === 0

/** Writes the rows of the second family, or takes them away, as one change. */
async function secondFamily(there: boolean): Promise<void> {
  const { ctx, network } = place.stack
  const snapshot = await place.admin.snapshot()
  await change(ctx.db, { networkId: network.id, actor: ctx.actor, kind: 'network.edited' }, async (tx) => {
    // Parents come into the database before their children, and leave it after them.
    const cidrs = [...snapshot.cidrs].sort((a, b) => (there ? 1 : -1) * ((a.parentId ?? 0) - (b.parentId ?? 0)))
    const ofCidrs = async () => {
      for (const { id, name } of cidrs) {
        const prefix6 = PREFIXES[name as keyof typeof PREFIXES]
        if (prefix6) await tx.update('cidrs', id, { prefix6: there ? prefix6 : null })
      }
    }
    if (there) await ofCidrs()
    for (const { id, name } of snapshot.peers) {
      const address6 = ADDRESSES[name as Name]
      if (address6) await tx.update('peers', id, { address6: there ? address6 : null })
    }
    if (!there) await ofCidrs()
  })
}

/** Waits until two peers reach each other in both families, or in neither; gives whether they do. */
async function settled(a: Name, b: Name, reaches: boolean): Promise<boolean> {
  const rows = await Promise.all([place.admin.peer(a), place.admin.peer(b)])
  const asked = rows.flatMap((row, at) => [row.address, ADDRESSES[at === 0 ? a : b]].map((to) => ({ at, to })))
  const answers = () => Promise.all(asked.map(({ at, to }) => pings(hostOf(at === 0 ? b : a), to)))
  await until(`${a} and ${b} ${reaches ? 'to reach' : 'not to reach'} each other`, async () =>
    (await answers()).every((answer) => answer === reaches),
  )
  return (await answers()).some(Boolean)
}

/** `warren peer … --json` as root on the hub's host. */
const asRoot = async (...args: string[]) =>
  JSON.parse(await mustWarren(place.stack.hub, ['peer', ...args, '--local', '--json']))

async function connect(file: string): Promise<void> {
  const path = await phone.file('acme.conf', file)
  await phone.run('wg-quick', ['down', path])
  await phone.must('wg-quick', ['up', path])
}

async function staleLines(name: string): Promise<string[]> {
  const { network, cidrs, peers } = await place.admin.snapshot()
  const root = cidrs.find(({ parentId }) => parentId === null)
  const [peer, hub] = [name, 'hub'].map((wanted) => peers.find((row) => row.name === wanted))
  if (!root || !peer || !hub) throw new Error(`there is no ${name}`)
  return staleHandout({ peer, network, root, hubKey: hub.publicKey }).map(({ line }) => line)
}

/** A connection from alice to bob that must outlive everything that is done to the second family. */
let talk: { client: Program; server: Program }
const heard = (): number =>
  Number(
    talk.client.output
      .match(/heard (\d+)/g)
      ?.at(-1)
      ?.slice('heard '.length) ?? 0,
  )

beforeAll(async () => {
  place = await town({
    humans: '10.42.1.0/24',
    servers: '10.42.2.0/24',
    phones: '10.42.3.0/24',
    old: '10.42.4.0/24',
  })
  members = await place.join({ alice: 'humans', bob: 'servers', carol: 'old' })
  for (const cidr of ['humans', 'phones', 'old']) await place.admin.associate(cidr, 'servers')
  phone = await place.host('phone')
  await connect((await asRoot('add', 'phone', '--cidr', 'phones', '--device')).invitation)
  const { address } = await place.admin.peer('bob')
  await until('alice to reach bob', () => pings(hostOf('alice'), address))
  const server = await echo(hostOf('bob'), 7000)
  const client = await chatter(hostOf('alice'), { address, port: 7000 })
  await client.says(/heard 3/)
  talk = { client, server }
  await secondFamily(true)
})
afterAll(() => place?.close())

describe('a network of two families', () => {
  test('agents reach each other and their hub in both, directly', async () => {
    expect(await settled('alice', 'bob', true)).toBe(true)
    expect(await settled('alice', 'hub', true)).toBe(true)
    const status = JSON.parse(await mustWarren(hostOf('alice'), ['status', '--json']))
    expect(status).toMatchObject({ address6: ADDRESSES.alice, prefix6: PREFIXES.acme })
    expect(status.peers).toContainEqual(
      expect.objectContaining({ name: 'bob', address6: ADDRESSES.bob, path: 'direct' }),
    )
  })

  test('the console is reached at both addresses of the hub, by members only', async () => {
    const { network, hub } = place.stack
    const { address } = await place.admin.peer('hub')
    const stranger = await place.host('stranger')
    await stranger.sh(`ip route add ${address}/32 via ${publicAddress(HUB)}
      ip -6 route add ${ADDRESSES.hub}/128 via ${publicAddress6(HUB)}`)
    for (const there of [address, ADDRESSES.hub]) {
      const door = { address: there, port: network.apiPort }
      for (const host of [hostOf('alice'), hub]) {
        expect(await until('the console to take a connection', () => connects(host, door))).toBe(true)
      }
      expect(await connects(stranger, door)).toBe(false)
    }
  })

  test('a name leads to both addresses', async () => {
    const { address } = await place.admin.peer('bob')
    const found = await hostOf('alice').sh('getent ahosts bob.acme.wg')
    expect(found).toContain(`${address} `)
    expect(found).toContain(`${ADDRESSES.bob} `)
    for (const family of ['-4', '-6']) {
      await hostOf('alice').must('ping', [family, '-n', '-c', '1', '-W', '5', 'bob.acme.wg'])
    }
  })

  test('a peer whose CIDR has IPv4 only goes on in IPv4, and knows no names in IPv6', async () => {
    const [bob, carol] = await Promise.all([place.admin.peer('bob'), place.admin.peer('carol')])
    expect(await until('carol to reach bob', () => pings(hostOf('carol'), bob.address))).toBe(true)
    expect(await until('bob to reach carol', () => pings(hostOf('bob'), carol.address))).toBe(true)
    expect(await hostOf('carol').sh('ip -6 addr show dev acme')).not.toContain('fd42:0:0')
    expect(await hostOf('carol').sh('cat /etc/hosts')).not.toContain('fd42:')
    expect(await pings(hostOf('carol'), ADDRESSES.bob)).toBe(false)
  })

  test('a device is told which of its lines are out of date, and reaches both families with a new configuration', async () => {
    expect(await staleLines('phone')).toEqual([
      `Address = ${(await place.admin.peer('phone')).address}/32, ${ADDRESSES.phone}/128`,
      'AllowedIPs = 10.42.0.0/16, fd42::/48',
    ])
    await connect((await asRoot('invite', 'phone')).invitation)
    expect(await staleLines('phone')).toEqual([])
    expect(await settled('phone', 'bob', true)).toBe(true)
    expect(await settled('phone', 'alice', false)).toBe(false)
  })

  test('losing an association cuts both families, between agents and through the hub', async () => {
    await place.admin.dissociate('phones', 'servers')
    expect(await settled('phone', 'bob', false)).toBe(false)
    await place.admin.associate('phones', 'servers')
    expect(await settled('phone', 'bob', true)).toBe(true)
    const { address } = await place.admin.peer('alice')
    await place.admin.dissociate('old', 'servers')
    await place.admin.associate('old', 'humans')
    await until('carol to reach alice', () => pings(hostOf('carol'), address))
    expect(await pings(hostOf('carol'), (await place.admin.peer('bob')).address)).toBe(false)
  })

  test('an agent that left kept nothing of either family', async () => {
    await mustWarren(hostOf('carol'), ['leave', '--yes'])
    expect(await hostOf('carol').sh('ip addr')).not.toMatch(/10\.42\.|fd42:/)
  })

  test('the second family goes as it came, and an open connection never noticed', async () => {
    await secondFamily(false)
    await until('the second family to be gone', async () => {
      const shown = await Promise.all(
        [hostOf('alice'), place.stack.hub].map((host) => host.sh('ip -6 addr show dev acme')),
      )
      return shown.every((text) => !text.includes('fd42:0:0'))
    })
    // Names follow the device.
    await until('its names to be gone', async () => !(await hostOf('alice').sh('cat /etc/hosts')).includes('fd42:'))
    expect(await pings(hostOf('alice'), ADDRESSES.bob)).toBe(false)
    const before = heard()
    await until('the connection to go on', async () => heard() > before + 3)
    expect(talk.client.output).not.toMatch(/error|closed/i)
    await Promise.all([talk.client.stop(), talk.server.stop()])
  })
})
