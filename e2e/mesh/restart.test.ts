import { type PeerEntry, PublicKey } from '@warren/protocol'
import { doorHub } from '@warren/protocol/door'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Host } from '../lab/host.ts'
import { type Member, mustWarren, settled, startDaemon, warren } from '../lab/member.ts'
import { both, type Matrix, pingMatrix } from '../lab/reach.ts'
import { until } from '../lab/until.ts'
import { fullAnswer, type Impostor, impostor, inTrpc, type SavedView, savedView } from './nonsense.ts'
import { type Town, town } from './town.ts'

let place: Town
let alice: Member
let bob: Member

/** The pings' answers as they are now, without asking a database that may be gone. */
let addresses: Map<string, string>
const pings = (who: readonly Pick<Member, 'name' | 'host'>[]): Promise<Matrix> =>
  pingMatrix(who.map(({ name, host }) => ({ name, host, address: addresses.get(name) ?? '' })))
const untilPings = (who: readonly Pick<Member, 'name' | 'host'>[], matrix: Matrix) =>
  until(`pings ${matrix}`, async () => (await pings(who)).join() === matrix.join(), 30_000)

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24' })
  const [first, second] = await place.join({ alice: 'humans', bob: 'humans' })
  if (!first || !second) throw new Error('nobody joined')
  alice = first
  bob = second
  await settled(place.admin, [alice, bob, place.hub])
  addresses = new Map((await place.admin.snapshot()).peers.map(({ name, address }) => [name, address]))
})
afterAll(() => place?.close())

const everything = both('alice hub', 'bob hub', 'alice bob')

describe('a console that answers nonsense is refused, device and saved view untouched', () => {
  let fake: Impostor
  let saved: SavedView
  let device: string

  beforeAll(async () => {
    await place.stack.coordinator.stop()
    const key = PublicKey.parse((await place.admin.peer('hub')).publicKey)
    fake = await impostor(place.stack.hub, { hosts: ['10.42.0.1', doorHub(key)], port: 51820 })
    saved = await savedView(alice.host)
    device = await deviceOf(alice.host)
  })
  afterAll(async () => {
    await fake?.stop()
    await place.stack.coordinator.start()
    alice.daemon = await startDaemon(alice.host)
  })

  /** Everything about the interface that does not change by itself. */
  const deviceOf = (host: Host): Promise<string> =>
    host.sh('wg show acme allowed-ips | sort; wg show acme private-key | sha256sum; ip -o addr show acme; ip route')

  /** What the daemon says of the console after it was given `answer`. */
  async function verdictOn(answer: string): Promise<{ phase: string; sentence: string }> {
    await alice.daemon.stop()
    await fake.say(answer)
    alice.daemon = await startDaemon(alice.host)
    const { daemon } = await until('the daemon to have asked', async () => {
      const status = JSON.parse(await mustWarren(alice.host, ['status', '--json']))
      return status.daemon.phase !== null && status.daemon.phase !== 'starting' && status
    })
    return daemon
  }

  const bobEntry = (): PeerEntry => {
    const entry = saved.view.peers.find((peer) => peer.name === 'bob')
    if (!entry) throw new Error('alice does not see bob')
    return entry
  }
  const withPeers = (change: (peer: PeerEntry) => PeerEntry[]): string =>
    fullAnswer({ ...saved, view: { ...saved.view, peers: saved.view.peers.flatMap(change) } })
  const withBob = (patch: Partial<PeerEntry>): string =>
    withPeers((peer) => [peer.name === 'bob' ? { ...peer, ...patch } : peer])
  const withHub = (patch: Partial<PeerEntry>): string => withPeers((peer) => [peer.hub ? { ...peer, ...patch } : peer])
  const withSelf = (patch: Partial<SavedView['self']>): string =>
    fullAnswer({ ...saved, self: { ...saved.self, ...patch } })
  const otherKey = Buffer.alloc(32, 7).toString('base64') as PeerEntry['key']

  test.each<[string, () => string, RegExp]>([
    ['nothing at all', () => '', /language of the mesh API/],
    ['a page', () => '<html>Please sign in to this hotspot</html>', /language of the mesh API/],
    ['JSON of another kind', () => '{"hello":"world"}', /language of the mesh API|not what it should be/],
    ['an answer without a view', () => inTrpc({ kind: 'full' }), /not what it should be/],
    ['half an answer', () => fullAnswer(saved).slice(0, -20), /language of the mesh API/],
    ['a peer without a valid key', () => withBob({ key: 'AAAA' as PeerEntry['key'] }), /not what it should be/],
    ['a peer outside the network', () => withBob({ ip: '8.8.8.8' }), /outside the root CIDR/],
    ['a peer at the address of the hub', () => withBob({ ip: '10.42.0.1' }), /claims the hub's address/],
    ['a peer at the address of this node', () => withBob({ ip: saved.self.ip }), /of this node/],
    ['a peer with the key of this node', () => withBob({ key: saved.self.key }), /of this node/],
    [
      'two peers of one address',
      () => withPeers((p) => [p, ...(p.name === 'bob' ? [{ ...p, id: 99, key: otherKey }] : [])]),
      /of bob/,
    ],
    ['another key for the hub', () => withHub({ key: otherKey }), /hub/],
    ['no hub', () => withPeers((p) => (p.hub ? [] : [p])), /hub is missing/],
    ['a hub elsewhere in the network', () => withHub({ ip: '10.42.0.9' }), /hub's address would change/],
    ['another key for this node', () => withSelf({ key: otherKey }), /another public key for this node/],
    ["another peer's view", () => withSelf({ id: bobEntry().id }), /made for peer/],
    ['another interface', () => withSelf({ network: { ...saved.self.network, interface: 'eth0' } }), /cannot change/],
    [
      'the whole internet as the network',
      () => withSelf({ network: { ...saved.self.network, prefix: '0.0.0.0/0' } }),
      /wider than/,
    ],
    [
      'a digest that does not fit',
      () => fullAnswer(saved).replace(/"digest":"[0-9a-f]{4}/, '"digest":"dead'),
      /digest/,
    ],
  ])('%s', async (_what, answer, reason) => {
    expect(await verdictOn(answer())).toMatchObject({ phase: 'refused', sentence: expect.stringMatching(reason) })
    expect(await deviceOf(alice.host)).toBe(device)
    expect(await savedView(alice.host)).toEqual(saved)
  })

  test('packets flow all the while', async () => {
    expect(await pings([alice, bob])).toEqual(both('alice bob'))
  })

  test('up by hand refuses it too, and says why', async () => {
    await fake.say(withHub({ key: otherKey }))
    await alice.daemon.stop()
    const { exitCode, stderr } = await warren(alice.host, ['up'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^warren: acme is up as it was at revision \d+: .*hub/m)
    expect(await deviceOf(alice.host)).toBe(device)
  })
})

describe('a node reboots while console and database are stopped', () => {
  beforeAll(async () => {
    await settled(place.admin, [alice, bob, place.hub])
    await place.stack.coordinator.stop()
    await place.stack.database.stop()
  })

  test('up brings every tunnel back from the saved view', async () => {
    await alice.host.reboot()
    const gone = await alice.host.run('ip', ['link', 'show', 'acme'])
    expect(gone.exitCode).not.toBe(0)
    const { exitCode, stderr } = await warren(alice.host, ['up'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^warren: acme is up as it was at revision \d+: /)
    await untilPings([alice, bob, place.hub], everything)
  })

  test('so does the daemon', async () => {
    await alice.host.reboot()
    alice.daemon = await startDaemon(alice.host)
    await untilPings([alice, bob, place.hub], everything)
    expect(JSON.parse(await mustWarren(alice.host, ['status', '--json']))).toMatchObject({ up: true, name: 'alice' })
  })

  test('and it knows who is where when the hub is off as well', async () => {
    await place.stack.hubOff()
    await alice.daemon.stop()
    await alice.host.reboot()
    alice.daemon = await startDaemon(alice.host)
    expect(await untilPings([alice, bob], both('alice bob'))).toBe(true)
  })

  test('it is current again once they are back', async () => {
    await place.stack.database.start()
    await place.stack.hubOn()
    expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(everything)
    await place.admin.setEnabled('bob', false)
    expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(both('alice hub'))
    await place.admin.setEnabled('bob', true)
    expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(everything)
  })
})
