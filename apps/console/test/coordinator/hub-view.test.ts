import { type InvitationRow, PublicKey, type ToHub } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hubNetwork, hubPeers } from '../../src/coordinator/hub-peers.ts'
import { HubView } from '../../src/coordinator/hub-view.ts'
import type { Step } from '../../src/coordinator/topology/rows.ts'
import { Topology } from '../../src/coordinator/topology/topology.ts'
import { changed, keyOf, made, member, newPlan, peerRow } from './random-network.ts'

const START = Date.parse('2026-03-01T00:00:00.000Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

const at = (ms: number): string => new Date(START + ms).toISOString()
const key = (n: number) => PublicKey.parse(keyOf(n))

const invitation: InvitationRow = {
  id: 7,
  peerId: 3,
  temporaryKey: keyOf(70),
  createdAt: at(0),
  expiresAt: at(DAY),
  redeemedAt: null,
  revokedAt: null,
}
const door = doorAddress(key(1), key(70))
const doorOf = (id: number) => doorAddress(key(1), key(id))
const guest = { ref: 'invitation:7', key: keyOf(70), restricted: true, endpoint: null }
const waiting = { ...guest, ips: [door, peerRow(3, 2).address] }
const ended = { ...guest, ips: [door] }

let topology: Topology
let sent: ToHub[]
let view: HubView

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  topology = new Topology()
  topology.load({ ...newPlan(), peers: [...newPlan().peers, member(2, 2), peerRow(3, 2)], invitations: [invitation] })
  sent = []
  view = new HubView(topology, { send: (message) => sent.push(message), now: () => Date.now() })
})
afterEach(() => {
  view.stop()
  vi.useRealTimers()
})

const held = (ms = 0) => hubPeers(topology, START + ms)
const happen = (step: Step) => {
  topology.apply({ ...step, revision: topology.revision + 1 })
  view.sendStep(step)
}
const patchPeer = (id: number, patch: object) => {
  const row = topology.rows.peers.get(id)
  if (!row) throw new Error('no peer')
  happen(changed({ peers: [row] }, { peers: [{ ...row, ...patch }] }))
}
const peersSent = () => sent.filter((message) => message.kind === 'peers')

describe('what the hub holds', () => {
  test('is every member but itself, and the temporary keys of those who are invited', () => {
    expect([...held().values()]).toEqual([
      { ref: 'peer:2', key: keyOf(2), ips: [member(2, 2).address, doorOf(2)], restricted: false, endpoint: null },
      waiting,
    ])
  })

  test('a member of two families has both addresses, an invitation the first', () => {
    patchPeer(2, { address6: 'fd42::2' })
    patchPeer(3, { address6: 'fd42::3' })
    expect(held().get('peer:2')?.ips).toEqual([member(2, 2).address, 'fd42::2', doorOf(2)])
    expect(held().get('invitation:7')).toEqual(waiting)
  })

  test('a device is forwarded for in both families', () => {
    patchPeer(2, { address6: 'fd42::2' })
    const device = { ...member(4, 2), kind: 'device' as const, address6: 'fd42::4' }
    happen(changed({}, { peers: [device] }))
    expect(held().get('peer:4')).toMatchObject({
      ips: [device.address, 'fd42::4'],
      forwards: [member(2, 2).address, 'fd42::2'],
    })
  })

  test.each([
    ['expired', {}, DAY],
    ['revoked', { revokedAt: at(HOUR) }, HOUR],
    ['used', { redeemedAt: at(HOUR) }, HOUR],
  ])('an invitation that is %s keeps its place in the door for seven days', (_what, patch, end) => {
    happen(changed({ invitations: [invitation] }, { invitations: [{ ...invitation, ...patch }] }))
    expect(held(end).get('invitation:7')).toEqual(ended)
    expect(held(end + 7 * DAY - 1).get('invitation:7')).toEqual(ended)
    expect(held(end + 7 * DAY).get('invitation:7')).toBeUndefined()
  })

  test('the address of a disabled or deleted peer does not work for its invitation', () => {
    patchPeer(3, { enabled: false })
    expect(held().get('invitation:7')).toEqual(ended)
    patchPeer(3, { enabled: true })
    expect(held().get('invitation:7')).toEqual(waiting)
    patchPeer(3, { deletedAt: at(0) })
    expect(held(HOUR).get('invitation:7')).toEqual(ended)
  })

  test.each([
    ['disabled', { enabled: false }, { enabled: true }],
    ['deleted', { deletedAt: at(0) }, null],
  ])('a member that is %s keeps its place in the door and nothing else', (_what, patch, back) => {
    const member2 = { ref: 'peer:2', key: keyOf(2), endpoint: null }
    patchPeer(2, patch)
    expect(held(HOUR).get('peer:2')).toEqual({ ...member2, ips: [doorOf(2)], restricted: true })
    if (back === null) return expect(held(7 * DAY).get('peer:2')).toBeUndefined()
    patchPeer(2, back)
    expect(held().get('peer:2')).toMatchObject({ ips: [member(2, 2).address, doorOf(2)], restricted: false })
  })

  test('the key of a deleted member that somebody else has by now is only theirs', () => {
    view.sendAll()
    patchPeer(2, { deletedAt: at(0) })
    happen(made({ peers: [{ ...member(5, 2), publicKey: keyOf(2) }] }))
    expect(peersSent().at(-1)).toMatchObject({ upsert: [{ ref: 'peer:5', key: keyOf(2) }], remove: ['peer:2'] })
    expect([...held().keys()]).toEqual(['peer:5', 'invitation:7'])
  })

  test('has no door before the hub has a key', () => {
    patchPeer(1, { publicKey: null })
    expect([...held().keys()]).toEqual(['peer:2'])
    expect(hubNetwork(topology)).toMatchObject({ hubPeerId: 1, publicKey: null })
  })
})

describe('what the hub is told', () => {
  test('is what a change made different, and always the revision', () => {
    view.sendAll()
    patchPeer(2, { name: 'renamed' })
    patchPeer(2, { enabled: false })
    happen(made({ peers: [member(4, 2)] }))
    const [all, renamed, disabled, added] = peersSent()
    expect(all).toMatchObject({ full: true, revision: 1, upsert: [{ ref: 'peer:2' }, { ref: 'invitation:7' }] })
    expect(renamed).toMatchObject({ full: false, revision: 2, upsert: [], remove: [] })
    expect(disabled).toMatchObject({ full: false, revision: 3, upsert: [{ restricted: true }], remove: [] })
    expect(added).toMatchObject({ full: false, revision: 4, upsert: [{ ref: 'peer:4' }], remove: [] })
  })

  test('is that a redeemed invitation has lost the address to the lasting key, in one message', () => {
    view.sendAll()
    const row = topology.rows.peers.get(3)
    if (!row) throw new Error('no peer')
    const redeemedAt = at(HOUR)
    happen(
      changed(
        { peers: [row], invitations: [invitation] },
        { peers: [{ ...row, publicKey: keyOf(30), redeemedAt }], invitations: [{ ...invitation, redeemedAt }] },
      ),
    )
    expect(peersSent().at(-1)).toMatchObject({
      upsert: [{ ref: 'peer:3', key: keyOf(30), ips: [row.address, doorOf(30)], restricted: false }, ended],
      remove: [],
    })
  })

  test('is that an invitation expired, when the time has come, and that it is gone, a week later', () => {
    view.sendAll()
    vi.advanceTimersByTime(DAY + 10)
    expect(peersSent().at(-1)).toMatchObject({ full: false, revision: 1, upsert: [ended], remove: [] })
    vi.advanceTimersByTime(7 * DAY)
    expect(peersSent().at(-1)).toMatchObject({ upsert: [], remove: ['invitation:7'] })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is where peers were last seen only when it gets everything', () => {
    view.sendAll()
    topology.observe([{ peerId: 2, observed: '198.51.100.1:1000' }])
    happen(changed({}))
    expect(peersSent().at(-1)).toMatchObject({ upsert: [] })
    view.sendAll()
    expect(peersSent().at(-1)).toMatchObject({ upsert: [{ endpoint: '198.51.100.1:1000' }, { ref: 'invitation:7' }] })
  })
})

describe('waiting for the hub', () => {
  test('ends when it has applied the revision, or a later one', async () => {
    const wait = view.waitFor(5, 2_000)
    view.setApplied(4)
    view.setApplied(6)
    expect(await wait).toBe(true)
    expect(await view.waitFor(6, 0)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends without success when it takes too long', async () => {
    const wait = view.waitFor(5, 2_000)
    vi.advanceTimersByTime(2_000)
    expect(await wait).toBe(false)
  })
})
