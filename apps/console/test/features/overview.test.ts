import type { PeerRow } from '@warren/protocol'
import { expect, test } from 'vitest'
import { invitationViews } from '~/features/invitations/invitation-views.ts'
import type { Snapshot } from '~/features/network/plan.ts'
import { portsHint } from '~/features/network/ports-hint.ts'
import { type PeerStatus, presenceOf } from '~/features/network/presence.ts'
import { highestIn, rateAt } from '~/features/overview/series.ts'
import { type Watched, warningsOf } from '~/features/overview/warnings.ts'
import { acme, ago, invitation, NOW, peerRow, snapshot, status } from './acme.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const hub = { connected: true, appliedRevision: 7, fault: null, version: '0.10.0', at: ago(0) }

type Given = { rows?: Partial<Snapshot>; status?: PeerStatus[]; connected?: boolean; trials?: Watched['trials'] }

function warnings({ rows = {}, status: observed, connected = true, trials = [] }: Given) {
  const plan = acme(rows)
  const told = observed ?? plan.members.map((peer) => status(peer.id, { version: '0.10.0' }))
  const presence = presenceOf(plan, { status: told, hub: { ...hub, connected } }, NOW)
  return warningsOf({ plan, presence, invitations: invitationViews(plan, presence, NOW), trials, nowMs: NOW })
}

/** What ana's configuration would have to say. */
const handed = {
  address: '10.42.16.1',
  address6: null,
  allowed: ['10.42.0.0/16'],
  endpoint: '203.0.113.7:51820',
  hubKey: 'k',
}

const told = (given: Given) => warnings(given).map((warning) => warning.text)
const everybody = (patch: (id: number) => Partial<PeerStatus>) =>
  snapshot().peers.map((peer) => status(peer.id, { version: '0.10.0', ...patch(peer.id) }))
const ana = (patch: Partial<PeerRow>) =>
  snapshot().peers.map((peer) => (peer.name === 'ana' ? { ...peer, ...patch } : peer))

test('a network in which all is well warns of nothing', () => {
  expect(told({})).toEqual([])
  expect(told({ rows: { peers: ana({ kind: 'device', handed }) } })).toEqual([])
  expect(told({ rows: { peers: ana({ kind: 'device', handed: null }) } })).toEqual([])
  expect(told({ status: everybody((id) => (id === 2 ? { version: 'innernet' } : {})) })).toEqual([])
})

test.each<[string, Given]>([
  ['ana could not apply the current view', { status: everybody((id) => (id === 2 ? { fault: 'no wg' } : {})) }],
  ['2 peers could not apply the current view', { status: everybody((id) => (id < 4 ? { fault: 'no wg' } : {})) }],
  [
    'The hub is connected, and none of the 6 peers that joined is',
    { status: everybody((id) => ({ online: id === 1 })) },
  ],
  [
    '1 agent online with an old view',
    { status: everybody((id) => (id === 2 ? { current: false, appliedAt: ago(3 * MIN) } : {})) },
  ],
  [
    'ana needs a new configuration',
    { rows: { peers: ana({ kind: 'device', handed: { ...handed, address: '10.42.9.9' } }) } },
  ],
  [
    'The configuration of ana is out of date',
    { rows: { peers: ana({ kind: 'device', handed: { ...handed, allowed: ['10.40.0.0/13'] } }) } },
  ],
  [
    '2 devices need new configurations',
    {
      rows: {
        peers: snapshot().peers.map((peer) =>
          peer.name.startsWith('cam') ? { ...peer, kind: 'device', handed } : peer,
        ),
      },
    },
  ],
  ['ana never joined, and its invitation has ended', { rows: { peers: ana({ redeemedAt: null }) } }],
  [
    'The invitation of ana expires within a day',
    { rows: { peers: ana({ redeemedAt: null }), invitations: [invitation({ expiresAt: ago(-5 * HOUR) })] } },
  ],
  [
    'The joining of ana is stuck',
    {
      rows: {
        peers: ana({ redeemedAt: ago(9 * MIN) }),
        invitations: [invitation({ createdAt: ago(HOUR), redeemedAt: ago(9 * MIN) })],
      },
      status: everybody((id) =>
        id === 2 ? { online: false, handshakeAt: null, seenAt: null, appliedAt: null, version: null } : {},
      ),
    },
  ],
  [
    '2 agents older than the hub (0.10.0), down to 0.9.1',
    { status: everybody((id) => ({ version: id === 2 ? '0.9.2' : id === 3 ? '0.9.1' : '0.10.0' })) },
  ],
  [
    'Revision 5 was on trial, nobody confirmed it, and it could not be taken back',
    { trials: [{ revision: 5, state: 'stuck', why: 'eng is gone' }] },
  ],
])('it warns that %s', (text, given) => {
  expect(told(given)).toEqual([text])
})

test.each<[string, Given]>([
  ['a hub that is away, told on every page', { connected: false, status: everybody((id) => ({ online: id === 2 })) }],
  [
    'an agent that lags behind for seconds',
    { status: everybody((id) => (id === 2 ? { current: false, appliedAt: ago(5000) } : {})) },
  ],
  [
    'an invitation that has days to go',
    { rows: { peers: ana({ redeemedAt: null }), invitations: [invitation({ expiresAt: ago(-50 * HOUR) })] } },
  ],
  [
    'trials that are open or settled',
    {
      trials: [
        { revision: 5, state: 'open', why: null },
        { revision: 4, state: 'reverted', why: null },
      ],
    },
  ],
])('it does not warn of %s', (_, given) => {
  expect(told(given)).toEqual([])
})

test('a CIDR that is nearly full is told, the fullest first, with what deleted peers hold', () => {
  const small = snapshot().cidrs.map((row) => (row.name === 'eng' ? { ...row, prefix: '10.42.16.0/29' } : row))
  const more = [3, 4].map((tail) => ({
    ...peerRow(100 + tail, 4, `old-${tail}`, `10.42.16.${tail}`),
    deletedAt: ago(1),
  }))
  const [first, ...rest] = warnings({ rows: { cidrs: small, peers: [...snapshot().peers, ...more] } })
  expect(first).toMatchObject({
    text: 'eng (10.42.16.0/29) has 2 of 6 addresses left',
    note: '2 addresses of deleted peers can be released.',
    href: '/n/acme/tree?cidr=eng',
  })
  expect(rest).toEqual([])
})

test('what waits longest to be mended comes first, each with where to go', () => {
  const all = warnings({
    trials: [{ revision: 5, state: 'stuck', why: null }],
    rows: { peers: ana({ redeemedAt: null }) },
    status: everybody((id) => ({ version: id === 3 ? '0.9.1' : '0.10.0' })),
  })
  expect(all.map(({ key, href }) => [key, href])).toEqual([
    ['trial-5', '/n/acme/activity?revision=5'],
    ['ended', '/n/acme/peers?state=invitation+ended'],
    ['old', '/n/acme/peers?sort=version'],
  ])
})

test('traffic of a step is per second, and of no step that nobody told of', () => {
  const series = { stepS: 300, from: ago(HOUR), rx: [null, 300, 3000, null], tx: [null, 300, null, null] }
  expect([0, 1, 2, 3].map((at) => rateAt(series, at))).toEqual([null, 2, 10, null])
  expect(highestIn(series)).toEqual({ at: 2, perS: 10 })
  expect(highestIn({ ...series, rx: [null], tx: [null] })).toBeNull()
})

test.each([
  ['203.0.113.7:51820', 51820, null],
  ['203.0.113.7:51821', 51820, /says port 51821.*UDP 51821 to 51820/],
  [' [2001:db8::1]:7 ', 51820, /port 7/],
  ['vpn.example', 51820, null],
  ['203.0.113.7:51820', Number.NaN, null],
] as const)('an endpoint %s before port %s needs the hint %s', (endpoint, port, hint) => {
  const said = portsHint(endpoint, port)
  if (hint === null) expect(said).toBeNull()
  else expect(said).toMatch(hint)
})
