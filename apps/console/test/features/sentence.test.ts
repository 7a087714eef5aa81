import { type Change, changeKinds, noRows, type Rows } from '@warren/protocol'
import { describe, expect, test } from 'vitest'
import { byDay } from '~/features/activity/days.ts'
import { kindGroups } from '~/features/activity/kinds.ts'
import { namesIn } from '~/features/activity/names.ts'
import { rowDiffs } from '~/features/activity/row-diffs.ts'
import { sentenceOf } from '~/features/activity/sentence.ts'
import { acme, ago, invitation, peerRow, snapshot } from './acme.ts'

const ana = peerRow(2, 4, 'ana', '10.42.16.1')
const { network, cidrs } = snapshot()
const [root, , people, eng, guests] = cidrs
if (!root || !people || !eng || !guests) throw new Error('the cast is not complete')

const handed = {
  address: '10.42.16.1',
  address6: null,
  allowed: ['10.42.0.0/16'],
  endpoint: '203.0.113.7:51820',
  hubKey: 'k',
}

const moving = { endpointBefore: '203.0.113.7:51820', listenPortBefore: 51820, movedRevision: 9 }

type Told = [sentence: string, kind: Change['kind'], before: Partial<Rows>, after: Partial<Rows>]

test.each<Told>([
  ['made the network acme, 10.42.0.0/16', 'network.created', {}, { networks: [network], cidrs: [root] }],
  [
    'changed the network: endpoint 203.0.113.7:51820 → vpn.example.org:51820',
    'network.edited',
    { networks: [network] },
    { networks: [{ ...network, endpoint: 'vpn.example.org:51820' }] },
  ],
  [
    'changed the network: endpoint 203.0.113.7:51820 → vpn.example.org:51820, UDP port of the hub 51820 → 443',
    'network.edited',
    { networks: [network] },
    { networks: [{ ...network, endpoint: 'vpn.example.org:51820', listenPort: 443, ...moving }] },
  ],
  [
    'ended the move of the hub: 203.0.113.7:51820, UDP port 51820 is forgotten',
    'network.edited',
    { networks: [{ ...network, ...moving }] },
    { networks: [network] },
  ],
  [
    'changed the network: seconds between polls that are not held none → 300, relaying yes → no',
    'network.edited',
    { networks: [network] },
    { networks: [{ ...network, pollEveryS: 300, relay: false }] },
  ],
  [
    'made ana ask every 300 s instead of waiting',
    'peer.edited',
    { peers: [ana] },
    { peers: [{ ...ana, pollEveryS: 300 }] },
  ],
  ['had the polls of ana held for 10 s', 'peer.edited', { peers: [ana] }, { peers: [{ ...ana, pollHoldS: 10 }] }],
  ['left it to the network how ana polls', 'peer.edited', { peers: [{ ...ana, pollHoldS: 10 }] }, { peers: [ana] }],
  ['added the CIDR eng, 10.42.16.0/24', 'cidr.created', {}, { cidrs: [eng] }],
  [
    'added the CIDR people, 10.42.16.0/20, which took in eng, guests',
    'cidr.created',
    {
      cidrs: [
        { ...eng, parentId: 1 },
        { ...guests, parentId: 1 },
      ],
    },
    { cidrs: [people, eng, guests] },
  ],
  [
    'renamed eng to dev and resized dev, 10.42.16.0/24 → 10.42.16.0/25',
    'cidr.edited',
    { cidrs: [eng] },
    { cidrs: [{ ...eng, name: 'dev', prefix: '10.42.16.0/25' }] },
  ],
  ['isolated eng', 'cidr.edited', { cidrs: [eng] }, { cidrs: [{ ...eng, isolated: true }] }],
  [
    'deleted the CIDR eng, 10.42.16.0/24, and 1 of its associations',
    'cidr.deleted',
    { cidrs: [eng], associations: [{ id: 2, a: 4, b: 6 }] },
    {},
  ],
  [
    'added the CIDR eng, 10.42.16.0/24 and fd00::/64',
    'cidr.created',
    {},
    { cidrs: [{ ...eng, prefix6: 'fd00::/64' }] },
  ],
  ['gave eng IPv6, fd00::/64', 'cidr.edited', { cidrs: [eng] }, { cidrs: [{ ...eng, prefix6: 'fd00::/64' }] }],
  ['took IPv6 from eng, fd00::/64', 'cidr.edited', { cidrs: [{ ...eng, prefix6: 'fd00::/64' }] }, { cidrs: [eng] }],
  [
    'gave people IPv6, fd00::/56, and 2 CIDRs and 1 peer in it',
    'cidr.ipv6-added',
    { cidrs: [eng, guests, people], peers: [ana] },
    { cidrs: [eng, guests, { ...people, prefix6: 'fd00::/56' }], peers: [{ ...ana, address6: 'fd00::1' }] },
  ],
  [
    'took IPv6 from people, fd00::/56',
    'cidr.ipv6-removed',
    { cidrs: [eng, { ...people, prefix6: 'fd00::/56' }] },
    { cidrs: [eng, people] },
  ],
  ['associated eng – prod', 'association.created', {}, { associations: [{ id: 2, a: 4, b: 6 }] }],
  ['removed the association eng – prod', 'association.deleted', { associations: [{ id: 2, a: 4, b: 6 }] }, {}],
  ['added ana in eng, 10.42.16.1', 'peer.created', {}, { peers: [ana], invitations: [invitation()] }],
  ['renamed ana to anna', 'peer.renamed', { peers: [ana] }, { peers: [{ ...ana, name: 'anna' }] }],
  [
    'moved ana from eng to guests, 10.42.16.1 → 10.42.17.2',
    'peer.moved',
    { peers: [ana] },
    { peers: [{ ...ana, cidrId: 5, address: '10.42.17.2' }] },
  ],
  [
    'gave ana another address, 10.42.16.1 → 10.42.16.9',
    'peer.moved',
    { peers: [ana] },
    { peers: [{ ...ana, address: '10.42.16.9' }] },
  ],
  [
    'moved ana from eng to guests, 10.42.16.1 → 10.42.17.2, none → fd00::2',
    'peer.moved',
    { peers: [ana] },
    { peers: [{ ...ana, cidrId: 5, address: '10.42.17.2', address6: 'fd00::2' }] },
  ],
  ['made ana an admin over the mesh', 'peer.edited', { peers: [ana] }, { peers: [{ ...ana, isAdmin: true }] }],
  [
    'set the endpoint of ana by hand, 203.0.113.9:51820',
    'peer.edited',
    { peers: [ana] },
    { peers: [{ ...ana, endpointOverride: '203.0.113.9:51820' }] },
  ],
  [
    'left the endpoint of ana to be found',
    'peer.edited',
    { peers: [{ ...ana, endpointOverride: '203.0.113.9:51820' }] },
    { peers: [ana] },
  ],
  ['moved ana, ana to eng', 'peers.moved', { peers: [] }, { peers: [ana, ana] }],
  ['disabled ana', 'peer.disabled', { peers: [ana] }, { peers: [{ ...ana, enabled: false }] }],
  ['enabled ana', 'peer.enabled', { peers: [{ ...ana, enabled: false }] }, { peers: [ana] }],
  ['deleted ana, 10.42.16.1', 'peer.deleted', { peers: [ana] }, { peers: [{ ...ana, deletedAt: ago(0) }] }],
  ['released 10.42.16.1, which belonged to ana', 'address.released', { peers: [ana] }, {}],
  ['joined as ana', 'peer.redeemed', { peers: [ana] }, { peers: [ana] }],
  ['changed the key of ana', 'peer.key-rotated', { peers: [ana] }, { peers: [ana] }],
  ['asked ana for a new key', 'peers.rotation-asked', { peers: [ana] }, { peers: [ana] }],
  ['invited ana again', 'invitation.created', {}, { invitations: [invitation()] }],
  [
    'gave ana a new configuration',
    'invitation.created',
    { peers: [{ ...ana, kind: 'device' }] },
    { peers: [{ ...ana, kind: 'device', publicKey: 'other' }] },
  ],
  [
    'noted that the configuration of ana was changed by hand',
    'peer.edited',
    { peers: [{ ...ana, handed }] },
    { peers: [{ ...ana, handed: { ...handed, address: '10.42.16.9' } }] },
  ],
  [
    'revoked the invitation of ana',
    'invitation.revoked',
    { invitations: [invitation()] },
    { invitations: [invitation()] },
  ],
  ['took over the key that the hub made', 'hub.key-set', {}, {}],
  ['disabled ana, ana, ana, ana and 1 more', 'peers.disabled', {}, { peers: [ana, ana, ana, ana, ana] }],
  ['undid revision 7', 'change.undone', {}, {}],
  ['took back revision 7, which was on trial', 'change.reverted', {}, {}],
])('%s', (sentence, kind, before, after) => {
  const undoes = kind === 'change.undone' || kind === 'change.reverted' ? 7 : null
  expect(sentenceOf(changeOf(kind, before, after, undoes), namesIn(acme()))).toBe(sentence)
})

function changeOf(kind: Change['kind'], before: Partial<Rows>, after: Partial<Rows>, undoes: number | null): Change {
  const actor = { kind: 'user', id: 1, name: 'bob' } as const
  const rows = { before: { ...noRows(), ...before }, after: { ...noRows(), ...after } }
  return { networkId: 1, revision: undoes === null ? 7 : 8, at: ago(0), actor, kind, ...rows, undoes }
}

test('what takes a change back says which, in its words', () => {
  const disabled = changeOf('peer.disabled', { peers: [ana] }, { peers: [{ ...ana, enabled: false }] }, null)
  const undone = changeOf('change.undone', { peers: [{ ...ana, enabled: false }] }, { peers: [ana] }, 7)
  const names = namesIn(acme())
  expect(sentenceOf(undone, names, disabled)).toBe('undid revision 7: bob disabled ana')
  const actor = { kind: 'system', id: null, name: 'trial' } as const
  const reverted = { ...undone, kind: 'change.reverted', actor } as const
  const sentence = 'took back revision 7, which nobody had confirmed: bob disabled ana'
  expect(sentenceOf(reverted, names, disabled)).toBe(sentence)
})

test('what is gone meanwhile is called as the changes at hand last called it', () => {
  const made = changeOf('cidr.created', {}, { cidrs: [{ ...eng, id: 40, name: 'lab' }] }, null)
  const names = namesIn(acme(), [made])
  expect([names.cidr(40), names.cidr(4), names.cidr(41), names.peer(90)]).toEqual(['lab', 'eng', 'CIDR 41', 'peer 90'])
})

describe('a change in full', () => {
  const names = namesIn(acme())
  const diffs = (before: Partial<Rows>, after: Partial<Rows>) =>
    rowDiffs({ before: { ...noRows(), ...before }, after: { ...noRows(), ...after } }, names)

  test('names what an id stands for, and only what differs', () => {
    expect(diffs({ peers: [ana] }, { peers: [{ ...ana, cidrId: 5, address: '10.42.17.2' }] })).toEqual([
      {
        key: 'peers 2',
        noun: 'Peer',
        name: 'ana',
        how: 'changed',
        fields: [
          { field: 'CIDR', before: 'eng', after: 'guests', mono: false },
          { field: 'address', before: '10.42.16.1', after: '10.42.17.2', mono: true },
        ],
      },
    ])
  })

  test('of what came says what it is, without what is usual', () => {
    const [row] = diffs({}, { cidrs: [eng] })
    expect(row?.how).toBe('added')
    expect(row?.fields.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['inside', null, 'people'],
      ['prefix', null, '10.42.16.0/24'],
    ])
  })

  test('takes a tombstone for what it stands for', () => {
    const [row] = diffs({ peers: [ana] }, { peers: [{ ...ana, publicKey: null, deletedAt: ago(0) }] })
    expect([row?.how, row?.fields.every(({ after }) => after === null)]).toEqual(['removed', true])
    const [back] = diffs({ peers: [{ ...ana, deletedAt: ago(0) }] }, { peers: [ana] })
    expect(back?.how).toBe('added')
  })

  test('names both sides of an association', () => {
    const [row] = diffs({ associations: [{ id: 2, a: 4, b: 6 }] }, {})
    expect([row?.name, row?.how, row?.fields]).toEqual(['eng – prod', 'removed', []])
  })
})

describe('days', () => {
  const at = (text: string) => ({ at: new Date(text).toISOString() })
  const now = new Date(2026, 2, 1, 12).getTime()

  test('are named from today backwards', () => {
    const items = ['2026-03-01T11:00', '2026-03-01T00:01', '2026-02-28T23:59', '2026-02-20T08:00', '2025-12-31T08:00']
    const days = byDay(items.map(at), now)
    expect(days.map((day) => [day.title, day.items.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      [expect.stringContaining('20'), 1],
      [expect.stringContaining('2025'), 1],
    ])
  })

  test('every kind of change is in exactly one group of the filter', () => {
    const grouped = Object.values(kindGroups).flatMap(({ kinds }) => kinds)
    expect(grouped.toSorted()).toEqual(changeKinds.toSorted())
  })
})
