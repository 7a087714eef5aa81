import { patched, type Rows, toColumns } from '@warren/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planOf } from '~/features/network/plan.ts'
import { presenceOf } from '~/features/network/presence.ts'
import { type Held, heldAfter, type News, type PeerStatus, type Snapshot } from '~/features/network/store.ts'
import { NOW, peerRow, snapshot, status } from './acme.ts'

const hub = { connected: true, appliedRevision: 7, fault: null, version: null, at: null }
const nothing = { upsert: [], remove: [] }
const mark = (revision: number) => ({ revision, at: '2026-03-01T12:00:00.000Z', turned: revision, written: revision })

type Truth = { rows: Snapshot; status: readonly PeerStatus[] }

const answer = (patch: Partial<News>): News => ({
  mark: mark(7),
  serverNow: new Date(NOW).toISOString(),
  vouchedAt: null,
  hub,
  rows: null,
  status: { whole: false, rows: toColumns<PeerStatus>([]) },
  ...patch,
})

/** What the server says to who asks for everything; as from the wire, so that no object is shared with anyone. */
const whole = ({ rows, status: observed }: Truth): News =>
  wired(
    answer({
      mark: mark(rows.revision),
      rows: {
        whole: true,
        network: rows.network,
        cidrs: toColumns(rows.cidrs),
        peers: toColumns(rows.peers),
        associations: toColumns(rows.associations),
        invitations: toColumns(rows.invitations),
      },
      status: { whole: true, rows: toColumns(observed) },
    }),
  )

const wired = (news: News): News => JSON.parse(JSON.stringify(news))
const shown = ({ network, revision, cidrs, peers, associations, invitations, status: observed }: Held) => {
  return { rows: { network, revision, cidrs, peers, associations, invitations }, status: observed }
}
const begin = (): Truth => ({ rows: snapshot(), status: [status(1), status(2), status(3, { online: false })] })

type Step = { peers: Rows['peers']; gone: number[]; observed: PeerStatus[]; afresh: boolean }

const steps = fc.array(
  fc.record({
    peers: fc.uniqueArray(
      fc.record({ id: fc.integer({ min: 2, max: 12 }), enabled: fc.boolean() }).map(({ id, enabled }) => {
        return { ...peerRow(id, 8, `cam-${id}`, `10.42.64.${id}`), enabled }
      }),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    gone: fc.uniqueArray(fc.integer({ min: 2, max: 12 }), { maxLength: 2 }),
    observed: fc.uniqueArray(
      fc.record({ id: fc.integer({ min: 1, max: 12 }), online: fc.boolean(), rx: fc.nat(3) }).map(({ id, ...more }) => {
        return status(id, more)
      }),
      { selector: ({ peerId }) => peerId, maxLength: 3 },
    ),
    afresh: fc.boolean(),
  }),
  { maxLength: 12 },
)

/** What becomes of a network by a step, and what the server says of it. */
function stepped({ rows, status: observed }: Truth, step: Step): { truth: Truth; news: News } {
  const revision = rows.revision + 1
  const gone = step.gone.filter((id) => !step.peers.some((peer) => peer.id === id))
  const peers = patched(rows.peers, { upsert: step.peers, remove: gone }, ({ id }) => id)
  const is = new Set(peers.map(({ id }) => id))
  const wereThere = rows.peers.length > peers.length ? observed.filter(({ peerId }) => is.has(peerId)) : observed
  const now = patched(
    wereThere,
    { upsert: step.observed.filter(({ peerId }) => is.has(peerId)), remove: [] },
    ({ peerId }) => peerId,
  )
  const truth = { rows: { ...rows, revision, peers }, status: now.filter(({ peerId }) => is.has(peerId)) }
  const kinds = { cidrs: nothing, associations: nothing, invitations: nothing }
  const news = answer({
    mark: mark(revision),
    rows: { whole: false, network: rows.network, ...kinds, peers: { upsert: step.peers, remove: gone } },
    status: { whole: false, rows: toColumns(step.observed.filter(({ peerId }) => is.has(peerId))) },
  })
  return { truth, news: step.afresh ? whole(truth) : wired(news) }
}

test('applying what changed, step by step, brings what loading everything brings; so do plan and presence', () => {
  fc.assert(
    fc.property(steps, (some) => {
      let truth = begin()
      let held = heldAfter(null, whole(truth), NOW)
      let presence = presenceOf(planOf(held), held, NOW)
      for (const step of some) {
        const next = stepped(truth, step)
        truth = next.truth
        held = heldAfter(held, next.news, NOW)
        const plan = planOf(held)
        presence = presenceOf(plan, held, NOW, presence)
        const afresh = heldAfter(null, whole(truth), NOW)
        expect(shown(held).rows).toEqual(truth.rows)
        expect(held.status).toEqual(truth.status)
        const slow = planOf(afresh)
        expect(plan.members).toEqual(slow.members)
        expect(plan.tombstones).toEqual(slow.tombstones)
        const twin = presenceOf(slow, afresh, NOW)
        expect(plan.members.map(presence.state)).toEqual(slow.members.map(twin.state))
        expect(plan.tree.nodes.map(({ id }) => presence.within(id))).toEqual(
          slow.tree.nodes.map(({ id }) => twin.within(id)),
        )
      }
    }),
    { numRuns: 80 },
  )
})

test('rows that an answer does not change are the same objects, also when everything is sent again', () => {
  const truth = begin()
  const held = heldAfter(null, whole(truth), NOW)
  const peers = truth.rows.peers.map((peer) => (peer.id === 4 ? { ...peer, name: 'zoe-2' } : peer))
  const next = heldAfter(held, whole({ ...truth, rows: { ...truth.rows, revision: 8, peers } }), NOW)
  expect(next.cidrs).toBe(held.cidrs)
  expect(next.status).toBe(held.status)
  expect(next.peers.filter((peer) => !held.peers.includes(peer)).map(({ name }) => name)).toEqual(['zoe-2'])
  const members = planOf(held).members
  expect(
    planOf(next)
      .members.filter((member) => !members.includes(member))
      .map(({ name }) => name),
  ).toEqual(['zoe-2'])
})

test('an answer without news leaves what is held, itself', () => {
  const held = heldAfter(null, whole(begin()), NOW)
  expect(heldAfter(held, wired(answer({})), NOW + 400)).toBe(held)
  const later = answer({ status: { whole: false, rows: toColumns([status(2)]) } })
  expect(heldAfter(held, wired(later), NOW)).toBe(held)
})

test('an answer about changes cannot be applied to nothing', () => {
  expect(() => heldAfter(null, answer({}), NOW)).toThrow('nothing is held')
})

test('presence stays itself until something is told, or an invitation or a session ends', () => {
  const rows = snapshot()
  const peers = rows.peers.map((peer) => (peer.id === 6 ? { ...peer, kind: 'device' as const } : peer))
  const plan = planOf({ ...rows, peers })
  const observed = { hub, status: [status(2), status(6, { online: false, handshakeAt: new Date(NOW).toISOString() })] }
  const first = presenceOf(plan, observed, NOW)
  expect(presenceOf(plan, observed, NOW + 179_000, first)).toBe(first)
  const device = plan.member(6)
  if (!device) throw new Error('the device is not there')
  expect(first.state(device).word).toBe('online')
  const aged = presenceOf(plan, observed, NOW + 180_000, first)
  expect(aged.state(device).word).toBe('offline')
  expect(presenceOf(plan, observed, NOW, aged).state(device).word).toBe('online')
})

test('who is online was seen when somebody last vouched for those who are', () => {
  const plan = planOf(snapshot())
  const seenAt = '2026-03-01T11:00:00.000Z'
  const vouchedAt = '2026-03-01T11:59:50.000Z'
  const presence = presenceOf(
    plan,
    { hub, status: [status(2, { seenAt }), status(3, { seenAt, online: false })], vouchedAt },
    NOW,
  )
  expect(presence.status(2)?.seenAt).toBe(vouchedAt)
  expect(presence.status(3)?.seenAt).toBe(seenAt)
  expect(presence.status(2)).toBe(presence.status(2))
})

test.each([
  ['a later answer that came faster', 1000, 600, 600],
  ['one that came a little slower', 1000, 1400, 1000],
  ['a clock that was set', 1000, 60_000, 60_000],
])('the clocks differ as much as %s says', (_what, firstLate, thenLate, late) => {
  const held = heldAfter(null, whole(begin()), NOW + firstLate)
  expect(heldAfter(held, wired(answer({})), NOW + thenLate).skewMs).toBe(-late)
})
