import { describe, expect, test } from 'vitest'
import {
  type Change,
  type CidrRow,
  explainUndo,
  type NetworkRow,
  noRows,
  type PeerRow,
  type Present,
  type Rows,
  undoNeeds,
  undoPlan,
  usualNetwork,
  usualPeer,
} from '../src/index.ts'

const NOW = new Date('2026-05-01T12:00:00.000Z')
const EARLIER = '2026-05-01T11:00:00.000Z'

const network: NetworkRow = {
  id: 1,
  name: 'acme',
  interface: 'acme',
  endpoint: '203.0.113.7:51820',
  listenPort: 51820,
  apiPort: 51820,
  invitationHours: 168,
  keepaliveS: 25,
  ...usualNetwork,
}
const root: CidrRow = {
  id: 1,
  parentId: null,
  name: 'acme',
  prefix: '10.0.0.0/16',
  prefix6: 'fd00::/48',
  isolated: false,
}
const iot: CidrRow = { ...root, id: 2, parentId: 1, name: 'iot', prefix: '10.0.3.0/24', prefix6: 'fd00:0:0:3::/64' }
const lab: CidrRow = { ...root, id: 3, parentId: 1, name: 'lab', prefix: '10.0.4.0/24', prefix6: 'fd00:0:0:4::/64' }
const without = <R extends CidrRow>(row: R): R => ({ ...row, prefix6: null })
const cam: PeerRow = {
  ...usualPeer,
  id: 10,
  cidrId: 2,
  name: 'cam',
  address: '10.0.3.7',
  address6: 'fd00:0:0:3::7',
  kind: 'agent',
  publicKey: 'key of cam',
  enabled: true,
  isAdmin: false,
  listenPort: null,
  endpointOverride: null,
  redeemedAt: EARLIER,
  deletedAt: null,
}
const plain = { ...cam, address6: null }
const bert: PeerRow = {
  ...cam,
  id: 11,
  name: 'bert',
  address: '10.0.3.8',
  address6: 'fd00:0:0:3::8',
  publicKey: 'key of bert',
}

const present = (more: Partial<Present> = {}): Present => ({
  network,
  cidrs: [root, iot, lab],
  associations: [],
  peers: [cam],
  invitations: [],
  ...more,
})
const change = (kind: Change['kind'], before: Partial<Rows>, after: Partial<Rows>) => ({
  kind,
  before: { ...noRows(), ...before },
  after: { ...noRows(), ...after },
})

function judge(now: Present, what: Pick<Change, 'kind' | 'before' | 'after'>) {
  const plan = undoPlan(now, what, NOW)
  if (!plan.ok) return { why: explainUndo(plan.problem, null), culprit: plan.problem.culprit }
  return { cidrs: plan.step.after.cidrs, peers: plan.step.after.peers }
}

const added = change(
  'cidr.ipv6-added',
  { cidrs: [root, iot, lab].map(without), peers: [plain] },
  { cidrs: [root, iot, lab], peers: [cam] },
)
const removed = change(
  'cidr.ipv6-removed',
  { cidrs: [root, iot, lab], peers: [cam] },
  { cidrs: [root, iot, lab].map(without), peers: [plain] },
)

describe('a change of IPv6 is taken back', () => {
  test('when it was added', () => {
    expect(judge(present(), added)).toEqual({ cidrs: [root, iot, lab].map(without), peers: [plain] })
  })

  test('when it was removed', () => {
    expect(judge(present({ cidrs: [root, iot, lab].map(without), peers: [plain] }), removed)).toEqual({
      cidrs: [root, iot, lab],
      peers: [cam],
    })
  })

  test('together with the place of a peer', () => {
    const there = { cidrId: 3, address: '10.0.4.2', address6: 'fd00:0:0:4::2' }
    const moved = change('peer.moved', { peers: [cam] }, { peers: [{ ...cam, ...there }] })
    expect(judge(present({ peers: [{ ...cam, ...there }] }), moved)).toEqual({ cidrs: [], peers: [cam] })
  })

  test('and a peer that was deleted before IPv6 went comes back without it', () => {
    const tombstone = { ...cam, deletedAt: EARLIER }
    const deleted = change('peer.deleted', { peers: [cam] }, { peers: [tombstone] })
    const now = present({ cidrs: [root, iot, lab].map(without), peers: [tombstone] })
    expect(judge(now, deleted)).toEqual({ cidrs: [], peers: [plain] })
  })

  test('and one that was deleted before IPv6 came, too', () => {
    const tombstone = { ...plain, deletedAt: EARLIER }
    const deleted = change('peer.deleted', { peers: [plain] }, { peers: [tombstone] })
    expect(judge(present({ peers: [tombstone] }), deleted)).toEqual({ cidrs: [], peers: [plain] })
  })
})

describe('a change stays', () => {
  test.each<[string, ReturnType<typeof change>, Partial<Present>, number]>([
    ['bert would not fit: iot has no IPv6 prefix that fd00:0:0:3::8 could be in.', added, { peers: [cam, bert] }, 11],
    [
      'dev (fd00:0:0:5::/64) would not fit into acme (no IPv6 prefix).',
      added,
      { cidrs: [root, iot, lab, { ...iot, id: 4, name: 'dev', prefix: '10.0.5.0/24', prefix6: 'fd00:0:0:5::/64' }] },
      4,
    ],
    ['iot has another IPv6 prefix since.', added, { cidrs: [root, { ...iot, prefix6: 'fd00:0:0:9::/64' }, lab] }, 2],
    [
      'iot (fd00:0:0:3::/64) no longer fits into acme (fd01::/48).',
      change('cidr.edited', { cidrs: [iot] }, { cidrs: [without(iot)] }),
      { cidrs: [{ ...root, prefix6: 'fd01::/48' }, without(iot), without(lab)], peers: [] },
      1,
    ],
    [
      'iot (fd00:0:0:3::/64) would overlap lab (fd00:0:0:3::/64).',
      change('cidr.edited', { cidrs: [iot] }, { cidrs: [without(iot)] }),
      { cidrs: [root, without(iot), { ...lab, prefix6: 'fd00:0:0:3::/64' }], peers: [] },
      3,
    ],
    [
      'fd00:0:0:3::7 was taken by bert since.',
      change('peer.moved', { peers: [cam] }, { peers: [{ ...cam, address6: 'fd00:0:0:3::9' }] }),
      {
        peers: [
          { ...cam, address6: 'fd00:0:0:3::9' },
          { ...bert, address6: 'fd00:0:0:3::7' },
        ],
      },
      11,
    ],
    [
      'cam would not fit: fd00:0:0:3::7 belongs to part; add the peer there or choose another address.',
      change('peer.moved', { peers: [cam] }, { peers: [{ ...cam, address6: 'fd00:0:0:3:8000::7' }] }),
      {
        cidrs: [
          root,
          iot,
          lab,
          { ...iot, id: 4, parentId: 2, name: 'part', prefix: '10.0.3.128/25', prefix6: 'fd00:0:0:3::/65' },
        ],
        peers: [{ ...cam, address6: 'fd00:0:0:3:8000::7' }],
      },
      4,
    ],
  ])('because: %s', (why, what, now, culprit) => {
    expect(judge(present(now), what)).toMatchObject({ why, culprit: { id: culprit } })
  })
})

test('addresses of both families have to be read', () => {
  expect(undoNeeds([added])).toMatchObject({ addresses: ['10.0.3.7', 'fd00:0:0:3::7'] })
})
