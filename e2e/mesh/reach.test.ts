import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Member, mustWarren, settled } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { until } from '../lab/until.ts'
import { type Town, town } from './town.ts'

let place: Town
let members: Member[]

/** Everybody's matrix, the hub's included. */
const matrix = () => settled(place.admin, [...members, place.hub])
const host = (name: string) => members.find((member) => member.name === name)?.host ?? place.stack.hub
const list = async (name: string): Promise<{ peers: { name: string; self: boolean }[]; cidrs: { name: string }[] }> =>
  JSON.parse(await mustWarren(host(name), ['list', '--json']))

/** Who reaches the hub in this cast: everybody. */
const hub = ['alice hub', 'bob hub', 'carol hub']

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', servers: '10.42.2.0/24', cameras: '10.42.3.0/24' })
  members = await place.join({ alice: 'humans', bob: 'servers', carol: 'cameras' })
})
afterAll(() => place?.close())

describe('three peers that joined at once, in three CIDRs', () => {
  test('reach the hub, and not one another', async () => {
    expect(await matrix()).toEqual(both(...hub))
  })

  test('are told of nobody whom they cannot reach', async () => {
    const { peers, cidrs } = await list('alice')
    expect(peers.map(({ name }) => name)).toEqual(['alice', 'hub'])
    expect(cidrs.map(({ name }) => name).sort()).toEqual(['acme', 'humans', 'infra'])
  })
})

describe('an association', () => {
  test('opens exactly its pair of CIDRs', async () => {
    await place.admin.associate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob'))
  })

  test('is in the views of both sides, by name', async () => {
    expect((await list('alice')).peers.map(({ name }) => name)).toEqual(['alice', 'bob', 'hub'])
    expect((await list('bob')).peers.map(({ name }) => name)).toEqual(['alice', 'bob', 'hub'])
  })

  test('does not lead on from one CIDR through another', async () => {
    await place.admin.associate('servers', 'cameras')
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'bob carol'))
    await place.admin.dissociate('servers', 'cameras')
    expect(await matrix()).toEqual(both(...hub, 'alice bob'))
  })

  test('closes again', async () => {
    await place.admin.dissociate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub))
  })

  test('of a parent CIDR counts for the CIDRs inside it', async () => {
    await place.admin.addCidr('racks', '10.42.2.128/25', { parent: 'servers' })
    await place.admin.move('carol', 'racks')
    await place.admin.associate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'alice carol', 'bob carol'))
    await place.admin.dissociate('humans', 'servers')
    await place.admin.move('carol', 'cameras')
    expect(await matrix()).toEqual(both(...hub))
  })
})

describe('a peer that is moved', () => {
  test('reaches what its new CIDR reaches, at a new address', async () => {
    const before = (await place.admin.peer('carol')).address
    await place.admin.move('carol', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'bob carol'))
    expect((await place.admin.peer('carol')).address).toMatch(/^10\.42\.2\./)
    const old = await host('bob').run('ping', ['-n', '-c', '1', '-W', '1', before])
    expect(old.exitCode).toBe(1)
  })

  test('shares nothing with its neighbours once their CIDR is isolated', async () => {
    await place.admin.isolate('servers', true)
    expect(await matrix()).toEqual(both(...hub))
    await place.admin.isolate('servers', false)
    expect(await matrix()).toEqual(both(...hub, 'bob carol'))
  })
})

describe('a peer that is disabled', () => {
  test('is cut off from everybody, the hub included', async () => {
    await place.admin.setEnabled('carol', false)
    expect(await matrix()).toEqual(both('alice hub', 'bob hub'))
  })

  test('knows it, and says so', async () => {
    const disabled = async () => {
      const status = JSON.parse(await mustWarren(host('carol'), ['status', '--json']))
      return status.daemon.phase === 'disabled' && status.daemon.sentence
    }
    expect(await until('carol to know', disabled)).toMatch(/disabled/)
  })

  test('comes back by itself when it is enabled', async () => {
    await place.admin.setEnabled('carol', true)
    expect(await matrix()).toEqual(both(...hub, 'bob carol'))
  })
})

describe('what a node tells', () => {
  test('status --json names the peers, and that they are reached directly', async () => {
    const status = JSON.parse(await mustWarren(host('bob'), ['status', '--json']))
    expect(status).toMatchObject({ network: 'acme', state: 'joined', up: true, name: 'bob', prefix: '10.42.0.0/16' })
    expect(status.daemon).toMatchObject({ running: true, phase: 'current', sentence: null })
    const { revision } = await place.admin.snapshot()
    expect(status.revision).toBeLessThanOrEqual(revision)
    expect(status.peers).toMatchObject([
      { name: 'hub', hub: true, path: 'direct', address: '10.42.0.1' },
      { name: 'carol', hub: false, path: 'direct' },
    ])
  })

  test('status for a person has one line for each peer', async () => {
    const text = await mustWarren(host('bob'), ['status'])
    expect(text).toMatch(/^network +acme 10\.42\.0\.0\/16$/m)
    expect(text).toMatch(/^carol +10\.42\.2\.\d+ +direct /m)
    expect(text).toMatch(/^hub +10\.42\.0\.1 +direct +203\.0\.113\.10:51820 /m)
  })

  test('list --tree draws the part of the plan that it can see', async () => {
    const text = await mustWarren(host('bob'), ['list', '--tree'])
    const { address: bob } = await place.admin.peer('bob')
    const { address: carol } = await place.admin.peer('carol')
    expect(text).toMatch(/^acme 10\.42\.0\.0\/16$/m)
    expect(text).toMatch(/── servers 10\.42\.2\.0\/24$/m)
    expect(text).toMatch(new RegExp(`── · bob ${bob} \\(this node\\)$`, 'm'))
    expect(text).toMatch(new RegExp(`── · carol ${carol}$`, 'm'))
    expect(text).toMatch(/── infra 10\.42\.0\.0\/24\n.*· hub 10\.42\.0\.1$/m)
    expect(text).not.toContain('humans')
  })

  test('no key or secret is in any of it', async () => {
    const keys = await host('bob').sh(`grep -E '^(private-key|secret)' /etc/warren/acme.toml | cut -d'"' -f2`)
    const told = await host('bob').sh('cat /var/lib/warren/acme.json; cat /run/warren/* 2>/dev/null')
    const said = `${told}${await mustWarren(host('bob'), ['status', '--json'])}`
    expect(keys.split('\n')).toHaveLength(2)
    for (const key of keys.split('\n')) expect(said).not.toContain(key)
  })
})

describe('a peer that is deleted', () => {
  test('is cut off from everybody, and nobody lists it', async () => {
    await place.admin.delete('carol')
    expect(await matrix()).toEqual(both('alice hub', 'bob hub'))
    expect((await list('bob')).peers.map(({ name }) => name)).toEqual(['bob', 'hub'])
  })
})
