import type { InvitationRow, PeerRow } from '@warren/protocol'
import { expect, test } from 'vitest'
import { invitationViews } from '~/features/invitations/invitation-views.ts'
import { type Evidence, joiningOf } from '~/features/invitations/joining.ts'
import { originProblem } from '~/features/invitations/reachable.ts'
import { type PeerStatus, presenceOf } from '~/features/network/presence.ts'
import { acme, ago, invitation, NOW, peerRow, snapshot, status } from './acme.ts'

const MIN = 60_000
const hub = { connected: true, appliedRevision: 7, fault: null, version: null, at: ago(0) }
const silent: Partial<PeerStatus> = { online: false, seenAt: null, handshakeAt: null, appliedAt: null, current: null }

function joining({ peer = {}, ...given }: { peer?: Partial<PeerRow> } & Partial<Omit<Evidence, 'peer'>>) {
  const member = acme({ peers: [{ ...peerRow(2, 4, 'ana', '10.42.16.1'), ...peer }] }).member(2)
  if (!member) throw new Error('ana is not there')
  const usual = { invitation: invitation({ createdAt: ago(9 * MIN) }), status: undefined, hub }
  return joiningOf({ peer: member, endpoint: '203.0.113.7:51820', apiPort: 51820, ...usual, ...given }, NOW)
}

const redeemed = (ms: number) => ({
  peer: { redeemedAt: ago(ms) },
  invitation: invitation({ createdAt: ago(9 * MIN), redeemedAt: ago(ms) }),
})

test.each<[string, Parameters<typeof joining>[0], number]>([
  ['made', { peer: { redeemedAt: null } }, 1],
  ['redeemed', redeemed(MIN), 2],
  [
    'redeemed, whatever was observed of an earlier membership',
    { ...redeemed(MIN), status: status(2, { ...silent, handshakeAt: ago(2 * MIN) }) },
    2,
  ],
  ['shaken', { ...redeemed(MIN), status: status(2, { ...silent, handshakeAt: ago(30_000) }) }, 3],
  ['applied', { ...redeemed(MIN), status: status(2) }, 4],
  [
    'applied, though it lags behind since',
    { ...redeemed(9 * MIN), status: status(2, { current: false, online: false }) },
    4,
  ],
  [
    'shaken, and no more is to come of an innernet client',
    { ...redeemed(9 * MIN), status: status(2, { ...silent, handshakeAt: ago(30_000), version: 'innernet' }) },
    3,
  ],
  ['a device that was made', { peer: { kind: 'device', redeemedAt: ago(MIN) }, invitation: null }, 1],
  [
    'a device that shook hands',
    { peer: { kind: 'device', redeemedAt: ago(MIN) }, invitation: null, status: status(2) },
    2,
  ],
])('%s', (_, given, done) => {
  const { steps, stuck } = joining({ ...given })
  expect(steps.filter((step) => step.at !== null)).toHaveLength(done)
  if (done === steps.length) expect(stuck).toBeNull()
})

test.each<[RegExp | null, Parameters<typeof joining>[0]]>([
  [null, { peer: { redeemedAt: null } }],
  [/^ana is disabled/, { peer: { redeemedAt: null, enabled: false } }],
  [/^The hub is not connected/, { peer: { redeemedAt: null }, hub: { ...hub, connected: false } }],
  [/^The hub reports a fault: no nft/, { peer: { redeemedAt: null }, hub: { ...hub, fault: 'no nft' } }],
  [null, redeemed(20_000)],
  [/^Redeemed 5 min ago, and no handshake with the hub since: .* UDP to 203\.0\.113\.7:51820/, redeemed(5 * MIN)],
  [
    /^Redeemed 5 min ago; the tunnel is up, .* TCP port 51820/,
    { ...redeemed(5 * MIN), status: status(2, { ...silent, handshakeAt: ago(4 * MIN) }) },
  ],
  [
    /^Its agent could not apply the view: no wg/,
    {
      ...redeemed(5 * MIN),
      status: status(2, { ...silent, handshakeAt: ago(4 * MIN), seenAt: ago(1), fault: 'no wg' }),
    },
  ],
  [
    /has gone before it applied/,
    { ...redeemed(5 * MIN), status: status(2, { ...silent, handshakeAt: ago(4 * MIN), seenAt: ago(MIN) }) },
  ],
  [
    /has not applied it for 5 min/,
    { ...redeemed(5 * MIN), status: status(2, { ...silent, online: true, handshakeAt: ago(4 * MIN), seenAt: ago(1) }) },
  ],
  [
    /^No handshake in 5 min: the tunnel is not switched on/,
    { peer: { kind: 'device', redeemedAt: ago(5 * MIN) }, invitation: null },
  ],
])('it is stuck for the reason %s', (reason, given) => {
  const { stuck } = joining(given)
  if (reason === null) expect(stuck).toBeNull()
  else expect(stuck).toMatch(reason)
})

test('devices stand among the invitations, the stuck first, and replaced ones lead nowhere', () => {
  const rows: InvitationRow[] = [
    invitation({ id: 1, peerId: 2, createdAt: ago(5 * MIN), revokedAt: ago(4 * MIN) }),
    invitation({ id: 2, peerId: 2, createdAt: ago(4 * MIN) }),
    invitation({ id: 3, peerId: 3, createdAt: ago(3 * MIN), redeemedAt: ago(2 * MIN) }),
  ]
  const peers = snapshot().peers.map((peer) => {
    if (peer.name === 'zoe') return { ...peer, kind: 'device' as const, redeemedAt: ago(MIN / 2) }
    if (peer.name === 'ana') return { ...peer, redeemedAt: null }
    return peer.name === 'build-7' ? { ...peer, redeemedAt: ago(2 * MIN) } : peer
  })
  const plan = acme({ peers, invitations: rows })
  const views = invitationViews(plan, presenceOf(plan, { status: [], hub }, NOW), NOW)
  expect(
    views.map(({ name, state, joining }) => [name, state, joining === null ? 'ended' : joining.stuck === null]),
  ).toEqual([
    ['build-7', 'used', false],
    ['zoe', 'waiting', true],
    ['ana', 'waiting', true],
    ['ana', 'revoked', 'ended'],
  ])
})

test.each([
  ['https://warren.example', null],
  ['http://warren.example:3000', 'insecure'],
  ['http://10.0.0.7:3000', 'insecure'],
  ['http://127.0.0.1:3000', 'loopback'],
  ['https://localhost', 'loopback'],
  ['http://[::1]:3000', 'loopback'],
  ['https://127.example', null],
])('the install line from %s is %s', (origin, problem) => {
  expect(originProblem(origin)).toBe(problem)
})
