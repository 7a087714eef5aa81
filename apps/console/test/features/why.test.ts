import type { Link } from '@warren/protocol'
import { expect, test } from 'vitest'
import type { Snapshot } from '~/features/network/plan.ts'
import { type PeerStatus, presenceOf } from '~/features/network/presence.ts'
import { type Chain, chainOf, type Question, type Relay, type Told } from '~/features/why/chain.ts'
import { acme, ago, invitation, NOW, snapshot, status } from './acme.ts'

const ANA = 2
const DB = 5
const HUB = 1
const hub = { connected: true, appliedRevision: 7, fault: null, version: '0.1.0', at: ago(1000) }

const link = (peer: number, patch: Partial<Link> = {}): Link => ({
  peer,
  live: true,
  via: 'direct',
  at: `198.51.100.${peer}:51820`,
  shaken: NOW / 1000 - 12,
  rx: 214_000,
  tx: 9000,
  tried: [],
  ...patch,
})

type Scene = {
  ids?: [number, number]
  rows?: (rows: Snapshot) => Partial<Snapshot>
  seen?: Record<number, Partial<PeerStatus>>
  hub?: Partial<typeof hub>
  a?: Link | null
  b?: Link | null
  waiting?: Question['waiting']
  relay?: Relay
}

/** The answer for ana and db-1, or for other peers, when all is well except for what the scene says. */
function chain(scene: Scene = {}): Chain {
  const [aId, bId] = scene.ids ?? [ANA, DB]
  const plan = acme(scene.rows?.(snapshot()) ?? {})
  const seen = plan.members.map(({ id }) => status(id, scene.seen?.[id] ?? {}))
  const presence = presenceOf(plan, { status: seen, hub: { ...hub, ...scene.hub } }, NOW)
  const [a, b] = [plan.member(aId), plan.member(bId)]
  if (!a || !b) throw new Error('the network has no such peers')
  const told = (own: Link | null | undefined, other: number): Told => ({
    at: ago(1000),
    link: own === undefined ? link(other) : own,
  })
  return chainOf({
    plan,
    presence,
    a,
    b,
    between: { a: told(scene.a, bId), b: told(scene.b, aId), relay: scene.relay ?? null },
    revision: 7,
    waiting: scene.waiting ?? [],
    nowMs: NOW,
    clock: (at) => at.slice(11, 16),
  })
}

const states = ({ steps }: Chain) => Object.fromEntries(steps.map((step) => [step.key, step.state]))

/** Turns some fields of one peer into others. */
const withPeer = (id: number, patch: object) => (rows: Snapshot) => ({
  peers: rows.peers.map((peer) => (peer.id === id ? { ...peer, ...patch } : peer)),
})

test('when all is well every step says so, from the association to the handshake', () => {
  const well = chain()
  expect(states(well)).toEqual({ allowed: 'ok', joined: 'ok', agents: 'ok', path: 'ok', handshake: 'ok' })
  expect(well).toMatchObject({ broken: null, verdict: 'reaches, direct' })
  expect(well.headline).toBe('ana and db-1 reach each other directly.')
  expect(well.steps[0]?.details).toEqual([
    'eng and prod are associated: ana sits in eng, db-1 in db inherits from prod.',
  ])
  expect(well.steps[3]?.endpoints?.map(({ text }) => text)).toEqual(['198.51.100.5:51820', '198.51.100.2:51820'])
  expect(well.steps[4]).toMatchObject({ at: ago(12_000), details: ['ana received 214 kB from db-1 and sent 9.0 kB.'] })
})

test('no rule: the association that would open it is named, and nothing is looked for on the wire', () => {
  const none = chain({ rows: () => ({ associations: [] }), a: null, b: null })
  expect(none).toMatchObject({ broken: 'allowed', verdict: 'may not reach' })
  expect(none.headline).toBe('ana may not reach db-1. Nothing lets them; an association of eng and db would.')
  expect(states(none)).toEqual({ allowed: 'broken', joined: 'ok', path: 'idle' })
})

test('a tunnel that should not be there any more is told', () => {
  const left = chain({ rows: () => ({ associations: [] }), b: null })
  expect(left.steps.at(-1)).toMatchObject({ title: 'A tunnel is still up', state: 'waiting' })
})

test('an innernet client that is there is enough, although it tells nothing', () => {
  const innernet = { online: false, version: 'innernet', appliedRevision: null, current: null }
  const well = chain({ seen: { [DB]: innernet }, b: null })
  expect(states(well)).toEqual({ allowed: 'ok', joined: 'ok', agents: 'ok', path: 'ok', handshake: 'ok' })
  expect(well.steps[2]?.details).toContainEqual(expect.stringContaining('db-1 runs an innernet client'))
  const gone = chain({ seen: { [DB]: { ...innernet, handshakeAt: ago(600_000) } }, b: null })
  expect(gone.steps[2]).toMatchObject({ state: 'waiting' })
})

test('the hub cannot pass packets on for an innernet client, and that is told', () => {
  const tried = { live: false, shaken: 0, tried: ['198.51.100.5:51820'] }
  const pair = chain({ seen: { [DB]: { version: 'innernet' } }, a: link(DB, tried), b: null })
  expect(pair.steps[3]?.details).toContain('The hub cannot help: db-1 runs an innernet client, which knows no relays.')
})

test('an innernet client and a device do not reach each other, whatever the rules say', () => {
  const pair = chain({ seen: { [DB]: { version: 'innernet' } }, rows: withPeer(ANA, { kind: 'device' }) })
  expect(pair).toMatchObject({ broken: 'agents', verdict: 'does not reach' })
  expect(pair.headline).toBe('db-1 runs an innernet client, which knows no devices: it is not told of ana.')
})

test('two of an isolated CIDR may not reach each other', () => {
  expect(chain({ ids: [6, 7] }).headline).toContain('which is isolated')
})

test.each([
  ['disabled', withPeer(DB, { enabled: false }), 'db-1 is disabled: every node has dropped its key.'],
  ['without invitation', withPeer(DB, { redeemedAt: null }), 'db-1 has not joined, and has no invitation.'],
  [
    'invited',
    (rows: Snapshot) => ({ ...withPeer(DB, { redeemedAt: null })(rows), invitations: [invitation({ peerId: DB })] }),
    'db-1 has not joined: its invitation waits until 13:00.',
  ],
  [
    'invited too long ago',
    (rows: Snapshot) => ({
      ...withPeer(DB, { redeemedAt: null })(rows),
      invitations: [invitation({ peerId: DB, expiresAt: ago(1000) })],
    }),
    'db-1 has not joined: its invitation is expired.',
  ],
])('a peer that is %s breaks the second link, and the rule is told all the same', (_, rows, headline) => {
  const broken = chain({ rows, a: null, b: null })
  expect(broken).toMatchObject({ broken: 'joined', headline, verdict: 'does not reach' })
  expect(broken.steps[0]).toMatchObject({ key: 'allowed', state: 'ok' })
})

test('an agent that is offline and behind is named with the revision and the time', () => {
  const broken = chain({
    seen: { [DB]: { online: false, current: false, appliedRevision: 5, seenAt: ago(3_600_000) } },
    a: link(DB, { live: false, shaken: 0, tried: ['198.51.100.5:51820'] }),
    b: null,
  })
  expect(broken).toMatchObject({ broken: 'agents', verdict: 'does not reach' })
  expect(broken.headline).toBe('db-1 has not applied revision 7: offline since 11:00.')
})

test('what a receipt waits for counts, also where the agent left as current', () => {
  const waiting = [{ peerId: DB, revision: 6, why: 'offline', since: ago(7_200_000), fault: null }] as const
  const broken = chain({ seen: { [DB]: { online: false, current: true } }, a: null, b: null, waiting })
  expect(broken.headline).toBe('db-1 has not applied revision 6: offline since 10:00.')
})

test('an agent that is only away is not there, and has everything', () => {
  const away = { [DB]: { online: false, current: true, seenAt: ago(3_600_000) } }
  expect(chain({ seen: away, a: link(DB, { live: false }), b: null }).headline).toBe(
    'db-1 is not there: offline since 11:00.',
  )
})

test('tunnels outlive their agent: what the other side sees counts', () => {
  const alive = chain({ seen: { [DB]: { online: false, current: true, seenAt: ago(3_600_000) } }, b: null })
  expect(alive).toMatchObject({ broken: null, verdict: 'reaches, direct' })
  expect(states(alive).agents).toBe('waiting')
})

test('an agent with a fault is named with its words', () => {
  const broken = chain({ seen: { [ANA]: { fault: 'no such device', current: false } } })
  expect(broken).toMatchObject({ broken: 'agents' })
  expect(broken.headline).toBe('ana has not applied revision 7: its agent reports “no such device”.')
})

test('an agent that catches up is waited for, which breaks nothing', () => {
  const late = chain({ seen: { [ANA]: { current: false, appliedRevision: 6 } } })
  expect(late.broken).toBeNull()
  expect(late.steps[2]).toMatchObject({ state: 'waiting' })
  expect(late.steps[2]?.details[0]).toContain('catching up, now at revision 6')
})

test('without any answer the candidates that were tried are listed', () => {
  const tried = ['198.51.100.5:51820', '10.0.0.5:51820']
  const broken = chain({ a: link(DB, { live: false, shaken: 0, tried }), b: link(ANA, { live: false, shaken: 0 }) })
  expect(broken).toMatchObject({ broken: 'path' })
  expect(broken.headline).toBe('ana and db-1 find no path to each other: 2 endpoints tried, none answered.')
  expect(broken.steps[3]?.endpoints?.map(({ text }) => text)).toEqual(tried)
  expect(broken.steps[4]).toMatchObject({ state: 'broken', title: 'No handshake ever' })
})

test('a relayed tunnel works by a detour, with the endpoints that did not answer', () => {
  const relayed = chain({
    a: link(DB, { via: 'relay', at: '203.0.113.7:51820' }),
    b: link(ANA, { via: 'relay', at: '203.0.113.7:51820' }),
    seen: { [DB]: { endpoint: '198.51.100.5:4000', candidates: ['10.0.0.5:51820'] } },
  })
  expect(relayed).toMatchObject({ broken: null, verdict: 'reaches, relayed' })
  expect(states(relayed).path).toBe('relayed')
  expect(relayed.steps[3]?.endpoints).toContainEqual({ text: '10.0.0.5:51820', note: 'db-1, not answering' })
})

test('a relayed tunnel names what was tried before, and NATs as far as they show', () => {
  const seen = (port: number) => ({ endpoint: `198.51.100.5:${port}`, candidates: ['10.0.0.5:51820'] })
  const relay = { open: true, refused: null, tried: { a: ['10.0.0.5:51820', '198.51.100.5:9'], b: ['10.0.0.2:1'] } }
  const by = { via: 'relay', at: '203.0.113.7:50001' } as const
  const both = { a: link(DB, by), b: link(ANA, by), relay }
  const step = chain({ ...both, seen: { [ANA]: seen(4000), [DB]: seen(4001) } }).steps[3]
  expect(step?.details.slice(0, 2)).toEqual([
    'No direct endpoint answered, of 3 tried.',
    'Both seem to be behind NATs that change ports.',
  ])
  expect(step?.endpoints).toContainEqual({ text: '10.0.0.2:1', note: 'ana, not answering' })
  const one = chain({ ...both, seen: { [ANA]: seen(51820), [DB]: seen(4001) } }).steps[3]
  expect(one?.details[1]).toBe('db-1 seems to be behind a NAT that changes ports.')
})

test.each([
  [
    { open: false, refused: 'The hub relays 1 pairs at most.', tried: { a: [], b: [] } },
    true,
    'relays 1 pairs at most',
  ],
  [{ open: false, refused: null, tried: { a: [], b: [] } }, true, 'about to'],
  [{ open: true, refused: null, tried: { a: [], b: [] } }, true, 'has opened a relay'],
  [undefined, false, 'switched off'],
])('without a path it is told what the hub does about it', (relay, on, words) => {
  const cut = { live: false, shaken: 0, tried: ['10.0.0.5:51820'] }
  const rows = (all: Snapshot) => ({ network: { ...all.network, relay: on } })
  const broken = chain({ a: link(DB, cut), b: link(ANA, cut), rows, ...(relay ? { relay } : {}) })
  expect(broken.steps[3]?.details[1]).toContain(words)
})

test('nobody has told yet: the path is unknown, and nothing is called broken', () => {
  const unknown = chain({ a: null, b: null })
  expect(unknown).toMatchObject({ broken: null, verdict: 'may reach' })
  expect(states(unknown)).toMatchObject({ path: 'waiting', handshake: 'idle' })
})

test('with a hub, its own observation counts', () => {
  const pair = chain({ ids: [ANA, HUB], a: null, b: null, seen: { [ANA]: { handshakeAt: ago(9000) } } })
  expect(pair).toMatchObject({ broken: null, verdict: 'reaches, direct' })
  expect(pair.steps[4]?.at).toBe(ago(9000))
  const cut = chain({ ids: [ANA, HUB], a: null, b: null, hub: { connected: false } })
  expect(cut).toMatchObject({ broken: 'agents', headline: 'hub is not connected to the console.' })
})

test('a device has no agent: its hub enforces, forwards and observes', () => {
  const rows = withPeer(ANA, { kind: 'device' })
  const well = chain({ rows, a: null, b: null, seen: { [ANA]: { handshakeAt: ago(30_000), online: false } } })
  expect(well).toMatchObject({ broken: null, verdict: 'reaches, relayed' })
  expect(well.steps[2]?.details[0]).toBe('The hub, which enforces for ana, has applied revision 7.')
  const gone = chain({ rows, a: null, b: null, seen: { [ANA]: { handshakeAt: ago(600_000), online: false } } })
  expect(gone).toMatchObject({ broken: 'path' })
  expect(gone.headline).toBe('ana has no session with the hub, through which this pair runs.')
})
