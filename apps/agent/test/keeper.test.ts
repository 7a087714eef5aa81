import { readFile, stat } from 'node:fs/promises'
import { no, ok, type Result } from '@warren/cidr'
import type { PollAnswer } from '@warren/protocol'
import { Refusal } from '@warren/protocol'
import { signTurn } from '@warren/protocol/rotation'
import { describe, expect, test } from 'vitest'
import { writeNames } from '../src/daemon/host-names.ts'
import { Keeper } from '../src/daemon/keeper.ts'
import { Poller } from '../src/daemon/poller.ts'
import type { Mesh, MeshProblem } from '../src/mesh/client.ts'
import type { View } from '../src/plan/answer.ts'
import type { Pins } from '../src/plan/key-changes.ts'
import { loadView } from '../src/state/saved-view.ts'
import { CONFIG, envIn, key, peer, privateKey, SELF, secretOf, viewOf } from './cast.ts'
import { fakeSystem } from './fake-system.ts'
import { temporaryDirectory } from './temporary.ts'

const BO = peer(8, 'bo', { at: ['203.0.113.8:1'] })
const CY = peer(9, 'cy', { at: ['203.0.113.9:1'] })

type Options = { broken?: (call: string) => boolean; saved?: View | null; pins?: Pins; namesApart?: boolean }

async function node(options: Options = {}) {
  const dir = await temporaryDirectory()
  const env = { ...envIn(dir), namesApart: options.namesApart ?? false }
  const system = fakeSystem({ secretOf, ...options })
  const log: string[] = []
  const saved = options.saved
    ? { view: options.saved, endpoints: new Map(), pins: options.pins ?? new Map(), savedAt: '' }
    : null
  let seconds = 0
  const keeper = new Keeper({
    env,
    tools: system.tools(`${dir}/run`),
    config: CONFIG,
    saved,
    names: { addressesOf: () => [], refresh: async () => false },
    clock: () => ({ monotonicMs: seconds * 1000, unixS: 1_000_000 + seconds }),
    log: (line) => log.push(line),
  })
  const asked: unknown[] = []
  const answers: Result<PollAnswer, MeshProblem>[] = []
  const mesh: Mesh = {
    poll: async (input) => {
      asked.push(input)
      return answers.shift() ?? no({ kind: 'aborted' })
    },
    redeem: async () => no({ kind: 'aborted' }),
    report: async () => ok({}),
    links: async () => ok({ tag: 'a.1', whole: false }),
    overrideEndpoint: async () => ok({ changed: true }),
    hello: async () => ok({}),
    rotateKey: async () => no({ kind: 'aborted' }),
    keepLine: () => {},
    reset: () => {},
  }
  const peersNow = () => [...(system.devices.get('acme')?.peers.keys() ?? [])]
  const wait = (s: number): void => {
    seconds += s
  }
  return { env, system, keeper, poller: new Poller(mesh, keeper), answers, asked, log, peersNow, wait }
}

const full = (view: View): Result<PollAnswer, MeshProblem> => {
  const { self, cursor, revision, digest, state } = view
  return ok({
    kind: 'full',
    self,
    cursor,
    revision,
    digest,
    view: { peers: [...state.peers.values()], cidrs: [...state.cidrs.values()] },
  })
}
const never = new AbortController().signal

test('a view is put in force, saved, and its names are made known', async () => {
  const { keeper, env, peersNow } = await node()
  await keeper.restore()
  await keeper.adopt(viewOf([BO]))
  expect(peersNow()).toEqual([key('hub'), key('bo')])
  expect((await loadView(env, 'acme'))?.view).toEqual(viewOf([BO]))
  expect(await readFile(env.hostsFile, 'utf8')).toContain(
    '10.42.1.7\tana.acme.wg\n10.42.1.8\tbo.acme.wg\n10.42.0.1\thub.acme.wg',
  )
})

test('names that a unit of their own writes are left to it, and asked for again by the saved view until they stand', async () => {
  const { keeper, env } = await node({ namesApart: true })
  const savedAt = async () => (await stat(`${env.stateDir}/acme.json`, { bigint: true })).ino
  await keeper.adopt(viewOf([BO]))
  await expect(readFile(env.hostsFile, 'utf8')).rejects.toThrow('ENOENT')
  const first = await savedAt()
  await keeper.restore()
  const second = await savedAt()
  expect(second).not.toBe(first)
  await writeNames(env, viewOf([BO]))
  await keeper.restore()
  expect(await savedAt()).toBe(second)
})

test('a change touches the peer that changed, and nobody else', async () => {
  const { keeper, system } = await node()
  await keeper.adopt(viewOf([BO]))
  system.read()
  await keeper.adopt(viewOf([BO, CY], { revision: 6 }))
  expect(system.read()).toBe(`wg show acme dump
wg set acme peer ${key('cy')} allowed-ips 10.42.1.9/32 endpoint 203.0.113.9:1 persistent-keepalive 25`)
})

test('a second family comes and goes: addresses, names and allowed IPs, and no tunnel is made anew', async () => {
  const { keeper, system, env } = await node()
  await keeper.restore()
  await keeper.adopt(viewOf([BO]))
  system.read()
  const both = { ip6: 'fd42::7', network: { ...SELF.network, prefix6: 'fd42::/48' } }
  const BO6 = { ...BO, ip6: 'fd42::8' }
  await keeper.adopt(viewOf([BO6], { revision: 6, self: both }))
  expect(system.devices.get('acme')?.addresses).toContain('fd42::7/48')
  const calls = system.read().split('\n')
  expect(calls.filter((call) => /^ip addr (add|del)/.test(call))).toEqual(['ip addr add fd42::7/48 dev acme nodad'])
  expect(calls.filter((call) => call.startsWith('wg set'))).toEqual([
    `wg set acme peer ${key('bo')} allowed-ips 10.42.1.8/32,fd42::8/128`,
  ])
  expect(await readFile(env.hostsFile, 'utf8')).toContain('10.42.1.8\tbo.acme.wg\nfd42::8\tbo.acme.wg\n')

  await keeper.adopt(viewOf([BO6], { revision: 7, self: { ...both, ip6: 'fd42::70' } }))
  expect(system.read()).toMatch(/ip addr del fd42::7\/48 dev acme\nip addr add fd42::70\/48 dev acme nodad/)
  await keeper.adopt(viewOf([BO], { revision: 8 }))
  expect(system.devices.get('acme')?.addresses.filter((address) => address.startsWith('fd42:'))).toEqual([])
  expect(await readFile(env.hostsFile, 'utf8')).not.toContain('fd42:')
  expect(system.devices.get('acme')?.peers.get(key('bo'))?.allowedIps).toEqual(['10.42.1.8/32'])
})

test('a node that has no address of the second family is given no names in it', async () => {
  const { keeper, env } = await node()
  const network = { ...SELF.network, prefix6: 'fd42::/48' }
  await keeper.adopt(viewOf([{ ...BO, ip6: 'fd42::8' }], { self: { network } }))
  expect(await readFile(env.hostsFile, 'utf8')).not.toContain('fd42:')
})

test('a node without IPv6 keeps its tunnels in a network of two families', async () => {
  const { keeper, system, peersNow } = await node({
    broken: (call) => call.startsWith('ip addr add') && call.includes(':'),
  })
  await keeper.restore()
  const both = { ip6: 'fd42::7', network: { ...SELF.network, prefix6: 'fd42::/48' } }
  await keeper.adopt(viewOf([{ ...BO, ip6: 'fd42::8' }], { self: both }))
  expect(system.devices.get('acme')?.addresses).toEqual(['10.42.1.7/16'])
  expect(peersNow()).toEqual([key('hub'), key('bo')])
})

test('another keepalive counts at once, on tunnels that stay as they are; none switches it off', async () => {
  const { keeper, system } = await node()
  await keeper.adopt(viewOf([BO]))
  system.read()
  const kept = (keepaliveS: number, revision: number) =>
    viewOf([BO], { revision, self: { network: { ...SELF.network, keepaliveS } } })
  await keeper.adopt(kept(40, 6))
  const again = (name: string) => `peer ${key(name)} persistent-keepalive 0 peer ${key(name)} persistent-keepalive 40`
  expect(system.read()).toBe(`wg show acme dump\nwg set acme ${again('hub')} ${again('bo')}`)
  await keeper.adopt(kept(0, 7))
  const off = (name: string) => `peer ${key(name)} persistent-keepalive 0`
  expect(system.read()).toBe(`wg show acme dump\nwg set acme ${off('hub')} ${off('bo')}`)
})

test('its tunnels are told as they were at the last look, with what was tried in vain', async () => {
  const { keeper, system, wait } = await node()
  await keeper.adopt(viewOf([BO]))
  Object.assign(system.devices.get('acme')?.peers.get(key('hub')) ?? {}, { handshakeAt: 999_990, rx: 9, tx: 8 })
  wait(1)
  await keeper.look()
  wait(1)
  await keeper.look()
  expect(keeper.links()).toEqual([
    { peer: 1, live: true, via: 'direct', at: '203.0.113.10:51820', shaken: 999_990, rx: 9, tx: 8, tried: [] },
    { peer: 8, live: false, via: 'direct', at: '203.0.113.8:1', shaken: 0, rx: 0, tx: 0, tried: ['203.0.113.8:1'] },
  ])
})

test('a node that was off comes back from its saved view, without any console', async () => {
  const { keeper, peersNow, system } = await node({ saved: viewOf([BO, CY]) })
  await keeper.restore()
  expect(peersNow()).toEqual([key('hub'), key('bo'), key('cy')])
  expect(system.devices.get('acme')).toMatchObject({ publicKey: key('ana'), port: 40001 })
})

test('an interface that vanished is made again, and its peers sent to where they answered', async () => {
  const { keeper, system } = await node()
  await keeper.adopt(viewOf([BO]))
  Object.assign(system.devices.get('acme')?.peers.get(key('bo')) ?? {}, {
    endpoint: '198.51.100.7:7',
    handshakeAt: 1_000_000,
    rx: 9,
  })
  await keeper.look()
  system.devices.delete('acme')
  await keeper.look()
  expect(system.devices.get('acme')?.peers.get(key('bo'))).toMatchObject({ endpoint: '198.51.100.7:7', keepalive: 25 })
})

test('what somebody else did to the device is mended', async () => {
  const { keeper, system, peersNow } = await node()
  await keeper.adopt(viewOf([BO]))
  await system.run('wg', ['set', 'acme', 'peer', key('eve'), 'allowed-ips', '10.42.1.8/32'])
  await keeper.look()
  expect(peersNow()).toEqual([key('hub'), key('bo')])
  expect(system.devices.get('acme')?.peers.get(key('bo'))?.allowedIps).toEqual(['10.42.1.8/32'])
})

test('a view that could not be put in force does not count as applied, and is when the device is well again', async () => {
  let ill = false
  const { keeper } = await node({ broken: (call) => ill && call.startsWith('wg set') })
  await keeper.adopt(viewOf([]))
  ill = true
  await expect(keeper.adopt(viewOf([BO], { revision: 6 }))).rejects.toThrow(/wg set/)
  expect(keeper.applied).toBe(null)
  ill = false
  await keeper.look()
  expect(keeper.applied?.revision).toBe(6)
})

test('a thousand peers are many peers a call, and not all are sent to at once', async () => {
  const { keeper, system } = await node()
  await keeper.restore()
  system.read()
  const many = Array.from({ length: 1000 }, (_, i) =>
    peer(1000 + i, `p${i}`, { ip: `10.42.${8 + (i >> 8)}.${i & 255}`, at: ['203.0.113.8:1'] }),
  )
  await keeper.adopt(viewOf(many))
  const calls = system
    .read()
    .split('\n')
    .filter((call) => call.startsWith('wg set'))
  expect(calls).toHaveLength(3)
  expect(calls.join().split('persistent-keepalive')).toHaveLength(65)
  expect(keeper.unfinished).toBe(true)
  for (let looks = 0; looks < 40 && keeper.unfinished; looks += 1) await keeper.look()
  expect(keeper.unfinished).toBe(false)
})

test('the first question asks for everything, the next one proves what is in force', async () => {
  const { poller, answers, asked } = await node()
  const view = viewOf([BO])
  answers.push(full(view), ok({ kind: 'same', cursor: 'c9', revision: 9 }))
  expect(await poller.turn(50, never)).toMatchObject({ phase: 'current', pauseMs: 0 })
  await poller.turn(50, never)
  await poller.turn(50, never)
  expect(asked).toMatchObject([
    { cursor: null, applied: null },
    { cursor: 'c5', applied: { revision: 5, digest: view.digest }, waitS: 50 },
    { cursor: 'c9', applied: { revision: 9, digest: view.digest } },
  ])
})

test('a delta that does not fit is answered by asking for everything, once', async () => {
  const { poller, answers, asked, peersNow, keeper } = await node()
  await keeper.adopt(viewOf([BO]))
  const misfit: PollAnswer = {
    kind: 'delta',
    cursor: 'c6',
    revision: 6,
    digest: '0'.repeat(32),
    peers: { upsert: [CY], remove: [] },
    cidrs: { upsert: [], remove: [] },
  }
  answers.push(ok(misfit), full(viewOf([BO, CY], { revision: 6 })))
  expect(await poller.turn(50, never)).toMatchObject({ pauseMs: 0 })
  expect(peersNow()).not.toContain(key('cy'))
  await poller.turn(50, never)
  expect(asked[1]).toMatchObject({ cursor: null, applied: null })
  expect(peersNow()).toContain(key('cy'))
})

test('a hostile view leaves device and saved view as they were, and is said', async () => {
  const { poller, answers, keeper, env, system } = await node()
  await keeper.adopt(viewOf([BO]))
  system.read()
  answers.push(full(viewOf([peer(9, 'cy', { ip: '8.8.8.8' })], { revision: 99 })))
  expect(await poller.turn(50, never)).toMatchObject({ phase: 'refused', sentence: expect.stringContaining('8.8.8.8') })
  expect(system.read()).toBe('')
  expect((await loadView(env, 'acme'))?.view.revision).toBe(5)
  expect(keeper.applied?.revision).toBe(5)
})

test('without a console nothing on the device changes, and the questions come more and more rarely', async () => {
  const { poller, answers, keeper, system } = await node()
  await keeper.adopt(viewOf([BO]))
  system.read()
  for (let i = 0; i < 20; i += 1) answers.push(no({ kind: 'outage', outage: 'refused', sentence: 'gone' }))
  const turns = []
  for (let i = 0; i < 20; i += 1) turns.push(await poller.turn(50, never))
  expect(turns.every((turn) => turn?.phase === 'unreachable' && turn.pauseMs <= 1000)).toBe(true)
  expect(turns[0]?.pauseMs).toBeLessThanOrEqual(100)
  expect(system.read()).toBe('')
})

test('a disabled node keeps its hub and nobody else, until it is enabled', async () => {
  const { poller, answers, keeper, peersNow, asked } = await node()
  await keeper.adopt(viewOf([BO, CY]))
  answers.push(
    no({ kind: 'refused', refusal: new Refusal('forbidden', 'An admin has disabled this peer.') }),
    full(viewOf([BO, CY])),
  )
  expect(await poller.turn(50, never)).toMatchObject({
    phase: 'disabled',
    sentence: 'An admin has disabled this peer.',
  })
  expect(peersNow()).toEqual([key('hub')])
  expect(keeper.applied).toBe(null)
  expect(await poller.turn(50, never)).toMatchObject({ phase: 'current' })
  expect(asked[1]).toMatchObject({ cursor: null, applied: null })
  expect(peersNow()).toEqual([key('hub'), key('bo'), key('cy')])
})

describe('a peer with a new key', () => {
  const turn = { network: 'acme', peerId: 8, from: key('bo'), to: key('bo2') }
  const rotated = async () =>
    peer(8, 'bo', { key: key('bo2'), was: [{ from: key('bo'), signature: await signTurn(privateKey('bo'), turn) }] })

  test('that its former one signed has it here in one call of wg, and where it was', async () => {
    const { keeper, log, peersNow, system } = await node()
    await keeper.adopt(viewOf([{ ...BO, at: ['203.0.113.8:40008'] }]))
    system.read()
    await keeper.adopt(viewOf([{ ...(await rotated()), at: ['203.0.113.8:40008'] }], { revision: 6 }))
    expect(log).toContain('bo has a new key, signed by its former one')
    expect(peersNow()).toEqual([key('hub'), key('bo2')])
    expect(system.read().match(/^wg set/gm)).toHaveLength(1)
    expect(keeper.keyFault).toBeNull()
  })

  test('that nobody signed keeps the one it had, and everything else of the view is in force', async () => {
    const { env, keeper, log, peersNow } = await node()
    await keeper.adopt(viewOf([BO]))
    const forged = peer(8, 'bo', { key: key('bo2'), ip: '10.42.1.88' })
    await keeper.adopt(viewOf([forged, CY], { revision: 6 }))
    expect(peersNow()).toEqual([key('hub'), key('bo'), key('cy')])
    expect(keeper.keyFault).toMatch(/^The key of bo changed without a rotation signed by its old key/)
    expect(log).toContain(keeper.keyFault)
    const saved = await loadView(env, 'acme')
    expect(saved?.pins).toEqual(new Map([[8, { key: key('bo'), born: 0, name: 'bo' }]]))

    const later = await node({ saved: saved?.view ?? null, pins: saved?.pins ?? new Map() })
    await later.keeper.restore()
    expect(later.peersNow()).toEqual([key('hub'), key('bo'), key('cy')])
    await later.keeper.configure({ ...CONFIG, trusted: { 8: key('bo2') } })
    expect(later.peersNow()).toEqual([key('hub'), key('cy'), key('bo2')])
    expect(later.keeper.keyFault).toBeNull()
  })
})

test('another key of its own is in force at once, and every peer is sent to in the same call', async () => {
  const { keeper, system } = await node()
  await keeper.adopt(viewOf([{ ...BO, at: ['203.0.113.8:40008'] }]))
  system.read()
  await keeper.configure({ ...CONFIG, peer: { ...CONFIG.peer, 'private-key': privateKey('ana2') } })
  expect(system.devices.get('acme')?.publicKey).toBe(key('ana2'))
  const swap = system
    .read()
    .split('\n')
    .find((line) => line.includes('private-key'))
  expect(swap).toContain(`peer ${key('hub')}`)
  expect(swap).toContain(`peer ${key('bo')}`)
})

test('when this node has other addresses, every peer is sent to once more', async () => {
  const { keeper, system } = await node()
  await keeper.adopt(viewOf([BO]))
  for (const each of system.devices.get('acme')?.peers.values() ?? [])
    Object.assign(each, { handshakeAt: 999_990, rx: 9 })
  await keeper.look()
  system.read()
  await keeper.stir()
  expect(system.read()).toBe(
    `wg show acme dump\nwg set acme peer ${key('hub')} persistent-keepalive 0 peer ${key('hub')} endpoint 203.0.113.10:51820 persistent-keepalive 25` +
      ` peer ${key('bo')} persistent-keepalive 0 peer ${key('bo')} endpoint 203.0.113.8:1 persistent-keepalive 25`,
  )
})
