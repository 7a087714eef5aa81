import { readStatus } from '@warren/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keySteps, type Step } from '../../apps/agent/src/join/crash-door.ts'
import { editPeer } from '../../apps/console/src/server/peer/edit-peer.ts'
import { join, type Member, mustWarren, reached, settled, startDaemon, warren } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { until } from '../lab/until.ts'
import { pinging } from './pinging.ts'
import { type Town, town } from './town.ts'

/**
 * Without an answer for less than this, in milliseconds. A handshake takes a few; both sides turn to the new key within
 * tenths of a second of one another. Had one initiation to be repeated, it would be 5 s (WireGuard's REKEY_TIMEOUT).
 */
const GAP_MS = 4_000
/** Longer than any wait between two attempts. */
const LIMIT_MS = 45_000

let place: Town
let alice: Member
let bob: Member
let carol: Member

type Node = Pick<Member, 'name' | 'host'>

const keyOf = async ({ host }: Node) => (await host.must('wg', ['show', 'acme', 'public-key'])).trim()
const keysAt = async ({ host }: Node) => (await host.must('wg', ['show', 'acme', 'peers'])).trim().split('\n')
const onRecord = async (name: string) => (await place.admin.peer(name)).publicKey
const addressOf = async (name: string) => (await place.admin.peer(name)).address
const configOf = ({ host }: Node) => host.must('cat', ['/etc/warren/acme.toml'])

/** Resolves when the console, the node's device and its file agree on a key that is not `before`; gives it. */
const renewed = (node: Node, before: string): Promise<string> =>
  until(
    `${node.name} to have another key`,
    async () => {
      const [device, row, file] = await Promise.all([keyOf(node), onRecord(node.name), configOf(node)])
      return device === row && device !== before && !file.includes('[rotation]') && device
    },
    LIMIT_MS,
  )

const restart = async (member: Member): Promise<void> => {
  await member.daemon.stop()
  member.daemon = await startDaemon(member.host)
}

beforeAll(async () => {
  place = await town({ nodes: '10.42.1.0/24', others: '10.42.2.0/24' })
  await place.admin.associate('nodes', 'others')
  const members = await place.join({ alice: 'nodes', bob: 'nodes', carol: 'others' })
  for (const member of members) {
    if (member.name === 'alice') alice = member
    else if (member.name === 'bob') bob = member
    else carol = member
  }
  expect(await settled(place.admin, members)).toEqual(both('alice bob', 'alice carol', 'bob carol'))
})
afterAll(() => place?.close())

test('a node gets another key while its daemon runs, and pings go on', async () => {
  const before = await keyOf(alice)
  const pings = [
    await pinging(alice.host, await addressOf('bob')),
    await pinging(bob.host, await addressOf('alice')),
    await pinging(alice.host, await addressOf('hub')),
  ]
  for (const ping of pings) await ping.answered(10)
  const told = JSON.parse(await mustWarren(alice.host, ['rotate-key', '--json']))
  const key = await renewed(alice, before)
  expect(told).toEqual({ network: 'acme', from: before, to: key })
  for (const node of [bob, carol, place.hub]) {
    await until(`${node.name} to have the new key and not the old`, async () => {
      const keys = await keysAt(node)
      return keys.includes(key) && (node === place.hub || !keys.includes(before))
    })
  }
  for (const ping of pings) await ping.answered(10)
  const gaps = await Promise.all(pings.map(async (ping) => (await ping.end()).gapMs))
  for (const gap of gaps) expect(gap).toBeLessThan(GAP_MS)
  expect(await settled(place.admin, [alice, bob, carol])).toEqual(both('alice bob', 'alice carol', 'bob carol'))
})

test('without a daemon the command does it by itself, also while the tunnel is down', async () => {
  await alice.daemon.stop()
  const first = await keyOf(alice)
  await mustWarren(alice.host, ['rotate-key'])
  const second = await renewed(alice, first)
  await mustWarren(alice.host, ['down'])
  await mustWarren(alice.host, ['rotate-key'])
  expect(await onRecord('alice')).not.toBe(second)
  expect((await alice.host.run('ip', ['link', 'show', 'acme'])).exitCode).not.toBe(0)
  alice.daemon = await startDaemon(alice.host)
  expect(await settled(place.admin, [alice, bob])).toEqual(both('alice bob'))
})

describe('an agent that is killed while it gets another key', () => {
  const crashed = async (step: Step): Promise<string> => {
    await alice.daemon.stop()
    const before = await keyOf(alice)
    const { exitCode } = await warren(alice.host, ['rotate-key'], { env: { WARREN_CRASH_AFTER: step } })
    expect(exitCode).not.toBe(0)
    return before
  }

  test.each(keySteps)('after the step %s has it once the daemon starts', async (step) => {
    const before = await crashed(step)
    alice.daemon = await startDaemon(alice.host)
    await renewed(alice, before)
    expect(await settled(place.admin, [alice, bob])).toEqual(both('alice bob'))
  })

  test.each(keySteps)('after the step %s has it once it is brought up after a power cut', async (step) => {
    const before = await crashed(step)
    await alice.host.reboot()
    await mustWarren(alice.host, ['up'])
    await renewed(alice, before)
    alice.daemon = await startDaemon(alice.host)
    expect(await settled(place.admin, [alice, bob])).toEqual(both('alice bob'))
  })

  test('while the console is away keeps what works, and has it when the console is back', async () => {
    const before = await crashed('key-noted')
    await place.stack.coordinator.stop()
    alice.daemon = await startDaemon(alice.host)
    expect(await settled(place.admin, [alice, bob])).toEqual(both('alice bob'))
    expect(await keyOf(alice)).toBe(before)
    await place.stack.coordinator.start()
    await renewed(alice, before)
  })
})

test('where IPv6 is switched off, an answer that cannot arrive is found out by the new key', async () => {
  const host = await place.host('only4')
  await host.wired(async () => {
    await host.sh(
      'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6',
    )
  })
  const only4 = await join(host, await place.admin.invite('only4', 'nodes'))
  await reached(place.admin, [only4, bob])
  const first = await keyOf(only4)
  await mustWarren(host, ['rotate-key'])
  const second = await renewed(only4, first)
  await only4.daemon.stop()
  await warren(host, ['rotate-key'], { env: { WARREN_CRASH_AFTER: 'key-taken' } })
  expect(await onRecord('only4')).not.toBe(second)
  await startDaemon(host)
  await renewed(only4, second)
  expect(await settled(place.admin, [only4, bob])).toEqual(both('only4 bob'))
})

test('an admin asks a subtree for new keys: those in it obey, also one that was off, and the others do not', async () => {
  const before = { alice: await keyOf(alice), bob: await keyOf(bob), carol: await keyOf(carol) }
  const { ctx, network } = place.stack
  const { id: peerId } = await place.admin.peer('carol')
  await editPeer(ctx, { networkId: network.id, peerId, isAdmin: true })
  await bob.daemon.stop()
  const ask = ['peer', 'rotate-key', '--cidr', 'nodes', '--json']
  const told = JSON.parse(await mustWarren(carol.host, ask))
  expect(told.changed).toBe(true)
  expect(told.peers.map((peer: { name: string }) => peer.name)).toEqual(expect.arrayContaining(['alice', 'bob']))
  await renewed(alice, before.alice)
  expect((await place.admin.peer('alice')).rotateAskedAt).toBeNull()
  expect((await place.admin.peer('bob')).rotateAskedAt).not.toBeNull()
  bob.daemon = await startDaemon(bob.host)
  await renewed(bob, before.bob)
  expect(await keyOf(carol)).toBe(before.carol)
  expect(await settled(place.admin, [alice, bob, carol])).toEqual(both('alice bob', 'alice carol', 'bob carol'))
})

test('a key that nobody signed is refused: the tunnel by the known one lives on, and a person is told', async () => {
  const honest = await onRecord('alice')
  const forged = (await alice.host.sh('wg genkey | wg pubkey')).trim()
  const { db, network } = place.stack
  await alice.daemon.stop()
  await place.admin.forge('alice', forged)
  const status = await until(
    'bob to say that it refuses the key',
    async () => {
      const found = JSON.parse(await mustWarren(bob.host, ['status', '--json']))
      return found.keys !== null && found
    },
    LIMIT_MS,
  )
  expect(status.keys).toContain('The key of alice changed without a rotation signed by its old key')
  expect(await keysAt(bob)).toContain(honest)
  expect(await keysAt(bob)).not.toContain(forged)
  await until(
    'the console to show it',
    async () => {
      const { id } = await place.admin.peer('bob')
      const rows = await readStatus(db, network.id)
      return rows.find(({ peerId }) => peerId === id)?.fault?.includes('warren trust alice')
    },
    LIMIT_MS,
  )
  const ping = await pinging(bob.host, await addressOf('alice'))
  await ping.answered(10)
  await ping.end()
  // A restart forgets nothing.
  await restart(bob)
  const again = await pinging(bob.host, await addressOf('alice'))
  await again.answered(10)
  await again.end()
  await place.admin.forge('alice', honest)
  alice.daemon = await startDaemon(alice.host)
  await until(
    'bob to be content',
    async () => JSON.parse(await mustWarren(bob.host, ['status', '--json'])).keys === null,
  )
  expect(await settled(place.admin, [alice, bob, carol])).toEqual(both('alice bob', 'alice carol', 'bob carol'))
}, 240_000)

test('a node that is set up anew is known by its invitation; where pins are strict, when a person says so', async () => {
  await carol.host.sh('sed -i \'s/^hosts = true/hosts = true\\npin-keys = "strict"/\' /etc/warren/acme.toml')
  await until('carol to have read it', async () => (await configOf(carol)).includes('strict'))
  await restart(carol)
  const invite = await place.admin.reinvite('alice')
  await mustWarren(alice.host, ['leave', '--yes'])
  alice = await join(alice.host, invite)
  const key = await keyOf(alice)
  expect(await settled(place.admin, [alice, bob])).toEqual(both('alice bob'))
  expect(await keysAt(carol)).not.toContain(key)
  await until(
    'carol to refuse it',
    async () => JSON.parse(await mustWarren(carol.host, ['status', '--json'])).keys !== null,
    LIMIT_MS,
  )
  await mustWarren(carol.host, ['trust', 'alice'])
  expect(await settled(place.admin, [alice, bob, carol])).toEqual(both('alice bob', 'alice carol', 'bob carol'))
})
