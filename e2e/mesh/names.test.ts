import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join, type Member, mustWarren, settled, startDaemon, tryToJoin, warren } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { until } from '../lab/until.ts'
import { leftovers } from './leftovers.ts'
import { type Town, town } from './town.ts'

let place: Town
let alice: Member
let bob: Member

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24' })
  const [first, second] = await place.join({ alice: 'humans', bob: 'humans' })
  if (!first || !second) throw new Error('nobody joined')
  alice = first
  bob = second
  await settled(place.admin, [alice, bob])
})
afterAll(() => place?.close())

const ping = (member: Pick<Member, 'host'>, name: string) => member.host.run('ping', ['-n', '-c', '1', '-W', '1', name])
const answers = async (member: Pick<Member, 'host'>, name: string) => (await ping(member, name)).exitCode === 0

describe('names', () => {
  test('lead to peers, in both directions', async () => {
    expect((await ping(alice, 'bob.acme.wg')).stdout).toContain('PING bob.acme.wg (10.42.1.')
    expect(await answers(alice, 'bob.acme.wg')).toBe(true)
    expect(await answers(bob, 'alice.acme.wg')).toBe(true)
    expect(await answers(bob, 'hub.acme.wg')).toBe(true)
  })

  test('follow a rename, and the old one is gone', async () => {
    await place.admin.rename('bob', 'robert')
    expect(await until('the new name', () => answers(alice, 'robert.acme.wg'))).toBe(true)
    expect((await ping(alice, 'bob.acme.wg')).exitCode).toBe(2)
    await place.admin.rename('robert', 'bob')
    expect(await until('the old name', () => answers(alice, 'bob.acme.wg'))).toBe(true)
  })

  test('stand in a block of their own; every other line stays', async () => {
    const text = await alice.host.sh('cat /etc/hosts')
    expect(text).toMatch(/^# BEGIN warren acme .*\n(.*\.acme\.wg\n)+# END warren acme$/m)
    const others = await alice.host.sh("sed '/^# BEGIN warren/,/^# END warren/d' /etc/hosts")
    // A host that never joined sees the machine's own file.
    const fresh = await place.host('fresh')
    expect(others).toBe(await fresh.sh('cat /etc/hosts'))
  })

  test('come into a hosts file that cannot be replaced, because it is a mount of its own', async () => {
    const host = await place.host('container')
    const own = await host.file('hosts', '127.0.0.1\tlocalhost\n192.0.2.1\tmine\n')
    await host.sh('mount --bind "$OWN" /etc/hosts', { env: { OWN: own } })
    const carol = await join(host, await place.admin.invite('carol', 'humans'))
    await settled(place.admin, [carol, alice])
    expect(await answers(carol, 'alice.acme.wg')).toBe(true)
    await mustWarren(host, ['leave', '--yes'])
    expect(await host.sh('cat /etc/hosts')).toBe('127.0.0.1\tlocalhost\n192.0.2.1\tmine')
  })

  test('stay out of the hosts file where they are not wanted', async () => {
    const host = await place.host('plain')
    const { file } = await place.admin.invite('dave', 'humans')
    const { exitCode } = await warren(host, ['join', '--no-hosts', '-'], { input: file })
    expect(exitCode).toBe(0)
    expect(await settled(place.admin, [{ name: 'dave', host }, place.hub])).toEqual(both('dave hub'))
    expect(await host.sh('grep -c warren /etc/hosts || :')).toBe('0')
  })
})

describe('down and up', () => {
  test('down ends the daemon and takes the tunnel and the names away; keys stay', async () => {
    await mustWarren(alice.host, ['down'])
    expect(await alice.daemon.ended()).toBe(0)
    expect(await leftovers(alice.host)).toBe('/etc/warren/acme.toml\n/var/lib/warren/acme.json')
    expect(JSON.parse(await mustWarren(alice.host, ['status', '--json']))).toMatchObject({ up: false, name: 'alice' })
  })

  test('up brings them back without a daemon', async () => {
    const { exitCode, stderr } = await warren(alice.host, ['up'])
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(both('alice bob', 'alice hub', 'bob hub'))
    expect(await answers(alice, 'bob.acme.wg')).toBe(true)
  })

  test('up twice changes nothing, and drops no packet', async () => {
    const before = await alice.host.sh('wg show acme latest-handshakes | sort')
    await mustWarren(alice.host, ['up'])
    expect(await alice.host.sh('wg show acme latest-handshakes | sort')).toBe(before)
    expect(await answers(alice, 'bob.acme.wg')).toBe(true)
  })
})

describe('leave', () => {
  test('asks first, and changes nothing when nobody can answer', async () => {
    const { exitCode, stderr } = await warren(alice.host, ['leave'])
    expect([exitCode, stderr]).toEqual([2, 'warren: Nobody can be asked here; say warren leave acme --yes.'])
    expect(await answers(alice, 'bob.acme.wg')).toBe(true)
  })

  test('removes everything that join put there', async () => {
    alice.daemon = await startDaemon(alice.host)
    await mustWarren(bob.host, ['leave', '--yes'])
    expect(await leftovers(bob.host)).toBe('')
    expect(await settled(place.admin, [alice, place.hub])).toEqual(both('alice hub'))
  })

  test('and a new invitation brings the peer back', async () => {
    const invite = await place.admin.reinvite('bob')
    bob = await join(bob.host, invite)
    expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(both('alice bob', 'alice hub', 'bob hub'))
  })

  test('also removes a join that was never finished', async () => {
    const host = await place.host('halfway')
    await tryToJoin(host, await place.admin.invite('halfway', 'humans'), { WARREN_CRASH_AFTER: 'pending' })
    await mustWarren(host, ['leave', '--yes'])
    expect(await leftovers(host)).toBe('')
  })
})
