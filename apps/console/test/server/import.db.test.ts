import { x25519 } from '@noble/curves/ed25519.js'
import { buildReach, buildTree, parsePrefix } from '@warren/cidr'
import { listNetworks } from '@warren/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InnernetRows, readInnernetConfig, readInnernetRows } from '~/server/import/innernet-rows.ts'
import { type ImportPlan, planImport } from '~/server/import/plan-import.ts'
import { writeImport } from '~/server/import/write-import.ts'
import { createNetwork } from '~/server/network/create-network.ts'
import { openWorld, stateOf, type World } from './world.ts'

/** A small installation that innernet-server 1.7.1 wrote (throwaway keys). */
const database = new URL('./vectors/acme.db', import.meta.url).pathname
const configuration = new URL('./vectors/acme.conf', import.meta.url).pathname

const config = await readInnernetConfig(configuration)
const rows = await readInnernetRows(database)
const publicKey = Buffer.from(x25519.getPublicKey(Buffer.from(config['private-key'], 'base64'))).toString('base64')

const planned = (patch: Partial<InnernetRows> = {}) =>
  planImport({ name: 'acme', rows: { ...rows, ...patch }, config, publicKey, endpoint: null })

function plan(): ImportPlan {
  const result = planned()
  if ('problems' in result) throw new Error(result.problems.join(' '))
  return result.plan
}

const problemsOf = (patch: Partial<InnernetRows>): readonly string[] => {
  const result = planned(patch)
  return 'problems' in result ? result.problems : []
}

const peersWith = (id: number, patch: Partial<InnernetRows['peers'][number]>) => ({
  peers: rows.peers.map((peer) => (peer.id === id ? { ...peer, ...patch } : peer)),
})

describe('planning', () => {
  test('finds the server as the hub, with its key, port and endpoint', () => {
    expect(plan()).toMatchObject({
      name: 'acme',
      root: '10.66.0.0/16',
      endpoint: 'vpn.example.org:51999',
      listenPort: 51_999,
      hub: { name: 'innernet-server', address: '10.66.0.1', key: publicKey },
      notes: [],
    })
  })

  test.each<[string, Partial<InnernetRows>, RegExp]>([
    ['an address outside of its CIDR', peersWith(3, { ip: '10.66.2.9' }), /^The peer bob: .*10\.66\.2\.9/],
    ['an address that is taken', peersWith(3, { ip: '10.66.1.1' }), /^The peer .*10\.66\.1\.1.*alice|bob/],
    ['a name that is none', peersWith(3, { name: 'Bob_1' }), /^The peer "Bob_1":/],
    ['another server key', peersWith(1, { public_key: rows.peers[1]?.public_key ?? '' }), /key in the configuration/],
    ['no endpoint', peersWith(1, { endpoint: null }), /--endpoint/],
    ['no server', { peers: rows.peers.slice(1) }, /the server, is missing/],
  ])('refuses %s, naming it', (_, patch, sentence) => {
    expect(problemsOf(patch).join('\n')).toMatch(sentence)
  })

  test('clears host bits, which innernet lets stand', () => {
    const cidrs = rows.cidrs.map((cidr) => (cidr.name === 'humans' ? { ...cidr, ip: '10.66.1.7' } : cidr))
    const result = planned({ cidrs })
    expect('plan' in result && result.plan.cidrs.find(({ name }) => name === 'humans')?.prefix).toBe('10.66.1.0/24')
  })
})

describe('importing', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.stop())

  test('is refused whole where it clashes with a network of the console', async () => {
    const clash = { name: 'other', prefix: '10.66.128.0/17', endpoint: '203.0.113.7:1', listenPort: 40_123 }
    await createNetwork(world.ctx, clash)
    await expect(writeImport(world.ctx.db, plan())).rejects.toThrow(/10\.66\.0\.0\/16 overlaps the network other/)
    expect((await listNetworks(world.ctx.db)).map(({ name }) => name)).not.toContain('acme')
  })

  test('makes peers, keys, addresses, CIDRs and associations as they were, in one revision', async () => {
    const target = await openWorld()
    try {
      const network = await writeImport(target.ctx.db, plan())
      const state = await stateOf(target.ctx, network.id)
      expect(state.revision).toBe(1)
      expect(network).toMatchObject({ name: 'acme', interface: 'acme', listenPort: 51_999, apiPort: 51_999 })
      const short = state.peers.map((peer) => {
        const cidr = state.cidrs.find(({ id }) => id === peer.cidrId)?.name
        return [peer.name, peer.address, cidr, peer.kind, peer.enabled, peer.redeemedAt !== null, peer.isAdmin]
      })
      expect(short).toEqual([
        ['innernet-server', '10.66.0.1', 'innernet-server', 'hub', true, true, false],
        ['alice', '10.66.1.1', 'humans', 'agent', true, true, true],
        ['bob', '10.66.1.2', 'humans', 'agent', true, true, false],
        ['pg1', '10.66.2.65', 'db', 'agent', true, true, false],
        ['bench', '10.66.8.1', 'lab', 'agent', true, true, false],
        ['old', '10.66.8.2', 'lab', 'agent', false, true, false],
        ['invited', '10.66.1.3', 'humans', 'agent', true, false, false],
        ['web1', '10.66.2.1', 'servers', 'agent', true, true, false],
        ['web2', '10.66.2.2', 'servers', 'agent', true, true, false],
      ])
      expect(state.peers.find(({ name }) => name === 'web1')?.endpointOverride).toBe('0.0.0.0:40404')
      expect(state.invitations).toMatchObject([
        { temporaryKey: rows.peers.find(({ name }) => name === 'invited')?.public_key },
      ])
      const keys = new Map(rows.peers.map((peer) => [peer.name, peer.public_key]))
      for (const peer of state.peers) if (peer.redeemedAt) expect(peer.publicKey).toBe(keys.get(peer.name))

      const tree = buildTree(state.cidrs.map((row) => ({ ...row, prefix: prefix(row.prefix) })))
      const members = state.peers.flatMap(({ cidrId, redeemedAt, ...peer }) => {
        return cidrId === null ? [] : [{ ...peer, cidrId, redeemed: redeemedAt !== null }]
      })
      const reach = buildReach({ tree, peers: members, associations: state.associations })
      const id = (name: string) => members.find((peer) => peer.name === name)?.id ?? 0
      expect(reach.canReach(id('alice'), id('pg1'))).toBe(true)
      expect(reach.canReach(id('bench'), id('alice'))).toBe(false)
      expect(reach.canReach(id('bench'), id('innernet-server'))).toBe(true)
    } finally {
      await target.stop()
    }
  })
})

function prefix(text: string) {
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}
