import { readInvitation } from '@warren/protocol'
import { doorHub } from '@warren/protocol/door'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Invite } from '../lab/admin.ts'
import type { Host } from '../lab/host.ts'
import { join, type Member, settled, tryToJoin, warren } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { publicAddress, publicAddress6 } from '../lab/topology.ts'
import { leftovers } from './leftovers.ts'
import { connects, listener } from './sockets.ts'
import { type Town, town } from './town.ts'

/** A TCP port on the hub that is not the mesh API's, where something answers. */
const OTHER_PORT = 8080
const API_PORT = 51820
const HUB_ADDRESS = '10.42.0.1'
/** As bringUp gives it. */
const HUB = 10

let place: Town
let alice: Member
let used: Invite

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24' })
  used = await place.admin.invite('alice', 'humans')
  alice = await join(await place.host('alice'), used)
})
afterAll(() => place?.close())

describe('an invitation that has ended says how, and leaves nothing behind', () => {
  /** Joins on a host that knows nothing yet, which has to fail. */
  async function refused(name: string, invite: Invite): Promise<string> {
    const host = await place.host(name)
    const { exitCode, stdout, stderr } = await tryToJoin(host, invite)
    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(await leftovers(host)).toBe('')
    // A busy machine may be so slow that the command says what it waits for, first.
    return stderr.replace(/^warren: waiting for the hub .*\n/, '')
  }

  test('used by another node', async () => {
    expect(await refused('thief', used)).toBe(
      'warren: This invitation was used already; it works once. Ask an admin for a new one.',
    )
    expect(await settled(place.admin, [alice, place.hub])).toEqual(both('alice hub'))
  })

  test('expired', async () => {
    const invite = await place.admin.invite('late', 'humans')
    await place.admin.expire(invite)
    expect(await refused('late', invite)).toMatch(
      /^warren: This invitation expired at \d{4}-\d\d-\d\d \d\d:\d\d UTC; ask an admin for a new one\.$/,
    )
  })

  test('revoked', async () => {
    const invite = await place.admin.invite('unwanted', 'humans')
    await place.admin.revoke(invite)
    expect(await refused('unwanted', invite)).toBe(
      'warren: This invitation was revoked by an admin; ask for a new one.',
    )
  })

  test('replaced by a newer one, which works', async () => {
    const first = await place.admin.invite('twice', 'humans')
    const second = await place.admin.reinvite('twice')
    expect(await refused('twice-first', first)).toMatch(/^warren: This invitation was revoked/)
    const twice = await join(await place.host('twice'), second)
    expect(await settled(place.admin, [alice, twice])).toEqual(both('alice twice'))
  })

  test('of a peer that is disabled, until it is enabled', async () => {
    const invite = await place.admin.invite('paused', 'humans')
    await place.admin.setEnabled('paused', false)
    expect(await refused('paused-host', invite)).toMatch(/disabled; ask an admin to enable it, then join again\.$/)
    await place.admin.setEnabled('paused', true)
    const paused = await join(await place.host('paused'), invite)
    expect(await settled(place.admin, [alice, paused])).toEqual(both('alice paused'))
  })

  test('of a peer that was deleted', async () => {
    const invite = await place.admin.invite('gone', 'humans')
    await place.admin.delete('gone')
    expect(await refused('gone', invite)).toMatch(/ask an admin for a new/)
  })
})

test('of two nodes that join with one invitation at once, one becomes the peer and the other is told', async () => {
  const invite = await place.admin.invite('single', 'humans')
  const hosts = [await place.host('first'), await place.host('second')]
  const ends = await Promise.all(hosts.map(async (host) => ({ host, ...(await tryToJoin(host, invite)) })))
  const [winner, ...more] = ends.filter(({ exitCode }) => exitCode === 0)
  const losers = ends.filter(({ exitCode }) => exitCode !== 0)
  expect(more).toEqual([])
  // It may have had to wait, and to say so, while the other one had the hub's attention.
  expect(losers.map(({ exitCode, stderr }) => [exitCode, stderr.split('\n').at(-1)])).toEqual([
    [1, 'warren: This invitation was used already; it works once. Ask an admin for a new one.'],
  ])
  expect(await leftovers(losers[0]?.host as Host)).toBe('')
  const single = { name: 'single', host: winner?.host as Host }
  expect(await settled(place.admin, [alice, single])).toEqual(both('alice single'))
})

test('the node that an invitation was used on may say join again, and is told that it is done', async () => {
  const again = await tryToJoin(alice.host, used)
  expect(again.exitCode).toBe(1)
  expect(again.stderr).toBe(
    'warren: This node already is alice in the network acme; to join anew, run warren leave acme first.',
  )
  expect(await settled(place.admin, [alice, place.hub])).toEqual(both('alice hub'))
})

describe('a temporary key', () => {
  let waiting: Host
  let door: string

  beforeAll(async () => {
    await listener(place.stack.hub, OTHER_PORT)
    await listener(alice.host, OTHER_PORT)
    // Whether the hub's kernel forwards is the machine's business; that it must not let this key through is ours.
    await place.stack.hub.sh('echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding')
    const invite = await place.admin.invite('waiting', 'humans')
    door = doorHub(readInvitation(invite.file).server['public-key'])
    waiting = await place.host('waiting')
    // The door stands open with the temporary key when the agent dies right after the handshake.
    await tryToJoin(waiting, invite, { WARREN_CRASH_AFTER: 'handshake' })
    const { address } = await place.admin.peer('waiting')
    await waiting.sh(
      `ip addr add ${address}/16 dev acme; wg set acme peer "$HUB" allowed-ips ${door}/128,10.42.0.0/16`,
      {
        env: { HUB: readInvitation(invite.file).server['public-key'] },
      },
    )
  })

  test('reaches the mesh API through the door and by the address of its peer', async () => {
    expect(await connects(waiting, { address: door, port: API_PORT })).toBe(true)
    expect(await connects(waiting, { address: HUB_ADDRESS, port: API_PORT })).toBe(true)
  })

  test('reaches nothing else of the hub, where a member does', async () => {
    expect(await connects(alice.host, { address: HUB_ADDRESS, port: OTHER_PORT })).toBe(true)
    expect(await connects(waiting, { address: HUB_ADDRESS, port: OTHER_PORT })).toBe(false)
    expect(await connects(waiting, { address: door, port: OTHER_PORT })).toBe(false)
    for (const address of [HUB_ADDRESS, door]) {
      const ping = await waiting.run('ping', ['-n', '-c', '1', '-W', '1', address])
      expect(ping.exitCode).toBe(1)
    }
  })

  test('reaches no member through a hub that forwards', async () => {
    const { address } = await place.admin.peer('alice')
    expect(await connects(waiting, { address, port: OTHER_PORT })).toBe(false)
  })
})

describe('the mesh API', () => {
  test('does not hear packets that did not come through the tunnel', async () => {
    const outsider = await place.host('outsider')
    await outsider.sh(
      `ip route add ${HUB_ADDRESS}/32 via ${publicAddress(HUB)}
       ip -6 route add ${doorOf()}/128 via ${publicAddress6(HUB)}`,
    )
    // The way there is open: another port of the same addresses answers.
    expect(await connects(outsider, { address: HUB_ADDRESS, port: OTHER_PORT })).toBe(true)
    expect(await connects(outsider, { address: doorOf(), port: OTHER_PORT })).toBe(true)
    expect(await connects(outsider, { address: HUB_ADDRESS, port: API_PORT })).toBe(false)
    expect(await connects(outsider, { address: doorOf(), port: API_PORT })).toBe(false)
    // Nor is it there on the hub's public address.
    expect(await connects(outsider, { address: publicAddress(HUB), port: API_PORT })).toBe(false)
  })

  const doorOf = () => doorHub(readInvitation(used.file).server['public-key'])
})

test('an interrupted join is not mistaken for a membership', async () => {
  const host = await place.host('halfway')
  await tryToJoin(host, await place.admin.invite('halfway', 'humans'), { WARREN_CRASH_AFTER: 'pending' })
  const { exitCode, stderr } = await warren(host, ['up'])
  expect(exitCode).toBe(1)
  expect(stderr).toBe(
    'warren: Joining acme was interrupted; run warren join with the same invitation again to finish it.',
  )
})
