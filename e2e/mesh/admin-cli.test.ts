import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Host } from '../lab/host.ts'
import { type Member, mustWarren, settled, warren } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { type Town, town } from './town.ts'

let place: Town
let members: Member[]

const hostOf = (name: string): Host => members.find((member) => member.name === name)?.host ?? place.stack.hub
/** What a command with --json says it did. */
const does = async (host: Host, ...args: string[]) => JSON.parse(await mustWarren(host, [...args, '--json']))

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', servers: '10.42.2.0/24' })
  members = await place.join({ alice: 'humans', bob: 'servers' })
})
afterAll(() => place?.close())

test('a peer that is no admin changes nothing, and is told so', async () => {
  const refused = await warren(hostOf('bob'), ['cidr', 'add', 'lab', '--prefix', '10.42.3.0/24'])
  expect(refused).toMatchObject({ exitCode: 1, stderr: 'warren: This peer is not an admin of the network.' })
})

describe('root on the hub’s host', () => {
  test('makes a peer an admin through the console’s own socket', async () => {
    expect(await does(place.stack.hub, 'peer', 'admin', 'alice', 'yes', '--local')).toMatchObject({ changed: true })
    expect(await does(place.stack.hub, 'peer', 'admin', 'alice', 'yes', '--local')).toMatchObject({ changed: false })
  })
})

describe('an admin peer, over the mesh', () => {
  test('draws CIDRs, by prefix and by size, twice without harm', async () => {
    const alice = hostOf('alice')
    const lab = await does(alice, 'cidr', 'add', 'lab', '--prefix', '10.42.3.0/24')
    expect(lab).toMatchObject({ changed: true, cidr: { prefix: '10.42.3.0/24' } })
    expect(await does(alice, 'cidr', 'add', 'lab', '--prefix', '10.42.3.0/24')).toMatchObject({ changed: false })
    const desk = await does(alice, 'cidr', 'add', 'desk', '--parent', 'lab', '--size', '28')
    expect(desk).toMatchObject({ changed: true, cidr: { prefix: '10.42.3.0/28' } })
    expect(await does(alice, 'cidr', 'rename', 'desk', 'bench')).toMatchObject({ changed: true })
    expect(await does(alice, 'cidr', 'resize', 'bench', '10.42.3.0/27')).toMatchObject({ changed: true })
    expect(await mustWarren(alice, ['cidr', 'list'])).toMatch(/ {4}bench +10\.42\.3\.0\/27 +0/)
    expect(await does(alice, 'cidr', 'delete', 'bench')).toMatchObject({ changed: true })
    expect(await does(alice, 'cidr', 'delete', 'bench')).toMatchObject({ changed: false })
  })

  test('opens and closes CIDRs to each other, in force at once', async () => {
    const alice = hostOf('alice')
    const everyone = () => settled(place.admin, [...members, place.hub])
    expect(await does(alice, 'association', 'add', 'humans', 'servers')).toMatchObject({ changed: true })
    expect(await everyone()).toEqual(both('alice hub', 'bob hub', 'alice bob'))
    expect(await does(alice, 'association', 'delete', 'servers', 'humans')).toMatchObject({ changed: true })
    expect(await does(alice, 'association', 'delete', 'servers', 'humans')).toMatchObject({ changed: false })
    expect(await everyone()).toEqual(both('alice hub', 'bob hub'))
  })

  test('hands out an invitation that joins, and says who is there', async () => {
    const alice = hostOf('alice')
    const added = await does(alice, 'peer', 'add', 'carol', '--cidr', 'lab')
    expect(added).toMatchObject({ changed: true, peer: { address: '10.42.3.1' } })
    const carol = await place.host('carol')
    await mustWarren(carol, ['join', '-'], { input: added.invitation })
    expect(await mustWarren(alice, ['peer', 'list'])).toMatch(/carol +10\.42\.3\.1 +lab +agent +member/)
    expect(await does(alice, 'peer', 'rename', 'carol', 'caro')).toMatchObject({ changed: true })
    expect(await does(alice, 'peer', 'move', 'caro', 'servers')).toMatchObject({ peer: { address: '10.42.2.2' } })
    expect(await does(alice, 'peer', 'disable', 'caro')).toMatchObject({ changed: true, peer: { enabled: false } })
    expect(await does(alice, 'peer', 'enable', 'caro')).toMatchObject({ changed: true, peer: { enabled: true } })
    expect(await does(alice, 'peer', 'endpoint', 'caro', '203.0.113.9:4000')).toMatchObject({ changed: true })
    expect(await does(alice, 'peer', 'delete', 'caro')).toMatchObject({ changed: true })
    expect(await does(alice, 'peer', 'delete', 'caro')).toMatchObject({ changed: false })
  })

  test('gives the network IPv6 beside IPv4, chooses in it, and takes it away, twice without harm', async () => {
    const alice = hostOf('alice')
    const ipv6 = (wanted: string) => does(alice, 'cidr', 'ipv6', 'acme', wanted)
    expect(await ipv6('fd00:42::/48')).toMatchObject({ changed: true, cidr: { prefix6: 'fd00:42::/48' } })
    expect(await ipv6('fd00:42::/48')).toMatchObject({ changed: false })
    expect(await ipv6('random')).toMatchObject({ changed: false, cidr: { prefix6: 'fd00:42::/48' } })
    expect(await mustWarren(alice, ['cidr', 'list'])).toMatch(/ {2}humans +10\.42\.1\.0\/24 +fd00:42:0:1::\/64 +1/)

    const make = (...more: string[]) => does(alice, 'cidr', 'add', 'six', '--prefix', '10.42.9.0/24', ...more)
    expect(await make('--prefix6', 'fd00:42:0:99::/64')).toMatchObject({ cidr: { prefix6: 'fd00:42:0:99::/64' } })
    expect(await make('--prefix6', 'fd00:42:0:99::/64')).toMatchObject({ changed: false })
    const dora = await does(alice, 'peer', 'add', 'dora', '--cidr', 'six', '--address6', 'fd00:42:0:99::77')
    expect(dora).toMatchObject({ peer: { address: '10.42.9.1', address6: 'fd00:42:0:99::77' } })
    expect(await mustWarren(alice, ['peer', 'list'])).toMatch(/dora +10\.42\.9\.1 +fd00:42:0:99::77 +six/)
    const moved = await does(alice, 'peer', 'move', 'fd00:42:0:99::77', 'servers')
    expect(moved).toMatchObject({ peer: { cidrId: expect.any(Number), address6: 'fd00:42:0:2::2' } })
    expect(await does(alice, 'peer', 'delete', 'dora')).toMatchObject({ changed: true })
    expect(await does(alice, 'cidr', 'delete', 'six')).toMatchObject({ changed: true })

    expect(await ipv6('none')).toMatchObject({ changed: true, cidr: { prefix6: null } })
    expect(await ipv6('none')).toMatchObject({ changed: false })
  })

  test('changes what counts for the whole network, and how one peer polls', async () => {
    const alice = hostOf('alice')
    const line = ['network', 'edit', '--poll-hold', '20', '--rotate-days', '90', '--keepalive', '20']
    const asked = { pollHoldS: 20, rotateDays: 90, keepaliveS: 20 }
    expect(await does(alice, ...line)).toMatchObject({ changed: true, network: asked })
    expect(await does(alice, ...line)).toMatchObject({ changed: false, network: asked })
    expect(await does(place.stack.hub, 'network', 'show', '--local')).toMatchObject({ name: 'acme', ...asked })
    const wrong = await warren(alice, ['network', 'edit', '--keepalive', '4000'])
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('every 1 to 3600 seconds') })
    const own = ['peer', 'edit', 'bob', '--poll-hold', '30']
    expect(await does(alice, ...own)).toMatchObject({ changed: true, peer: { pollHoldS: 30 } })
    expect(await does(alice, ...own)).toMatchObject({ changed: false })
    const refused = await warren(hostOf('bob'), line)
    expect(refused).toMatchObject({ exitCode: 1, stderr: 'warren: This peer is not an admin of the network.' })
  })

  test('makes a peer that is there an admin peer when it is added again as one', async () => {
    const alice = hostOf('alice')
    const line = ['peer', 'add', 'bob', '--cidr', 'servers', '--admin']
    expect(await does(alice, ...line)).toMatchObject({ changed: true, peer: { isAdmin: true } })
    expect(await does(alice, ...line)).toMatchObject({ changed: false })
    expect(await does(alice, 'peer', 'admin', 'bob', 'no')).toMatchObject({ changed: true })
  })

  test('revokes an invitation', async () => {
    const alice = hostOf('alice')
    await does(alice, 'peer', 'add', 'dave', '--cidr', 'lab')
    expect(await does(alice, 'invitation', 'revoke', 'dave')).toMatchObject({ changed: true })
    expect(await mustWarren(alice, ['invitation', 'list'])).toMatch(/dave +revoked/)
  })

  test('is told which name is wrong', async () => {
    const wrong = await warren(hostOf('alice'), ['peer', 'move', 'nobody', 'lab'])
    expect(wrong).toMatchObject({
      exitCode: 1,
      stderr: 'warren: There is no peer nobody in acme; warren peer list shows them.',
    })
  })
})

describe('warren doctor', () => {
  test('finds every link to the console whole', async () => {
    const { chain, broken } = JSON.parse(await mustWarren(hostOf('alice'), ['doctor', '--json']))
    expect({ broken, states: chain.map(({ state }: { state: string }) => state) }).toEqual({
      broken: null,
      states: Array(6).fill('holds'),
    })
  })

  test('names the rule when a peer is not allowed, and the wire when it is gone', async () => {
    const alice = hostOf('alice')
    const refused = await warren(alice, ['doctor', 'bob'])
    expect(refused.stderr).toContain('The first broken link is: allowed.')
    await mustWarren(alice, ['association', 'add', 'humans', 'servers'])
    await settled(place.admin, [...members, place.hub])
    expect(await mustWarren(alice, ['doctor', 'bob'])).toMatch(/ok +ping +It answers a ping\./)
    await mustWarren(hostOf('bob'), ['down'])
    const silent = await warren(alice, ['doctor', 'bob'])
    expect(silent).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The first broken link is: ping.') })
  })
})
