import { describe, expect, test } from 'vitest'
import {
  type AssociationRow,
  type Change,
  type CidrRow,
  explainUndo,
  type InvitationRow,
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
const LATER = '2026-05-08T12:00:00.000Z'
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
const cidr = (id: number, name: string, prefix: string, parentId: number | null = 1): CidrRow => ({
  id,
  parentId,
  name,
  prefix,
  prefix6: null,
  isolated: false,
})
const root = cidr(1, 'acme', '10.0.0.0/16', null)
const iot = cidr(2, 'iot', '10.0.3.0/24')
const lab = cidr(3, 'lab', '10.0.4.0/24')
const peer = (id: number, name: string, address: string, more: Partial<PeerRow> = {}): PeerRow => ({
  id,
  cidrId: 2,
  name,
  address,
  kind: 'agent',
  publicKey: `key of ${name}`,
  enabled: true,
  isAdmin: false,
  listenPort: null,
  endpointOverride: null,
  redeemedAt: EARLIER,
  deletedAt: null,
  ...usualPeer,
  ...more,
})
const cam = peer(10, 'cam', '10.0.3.7')
const pair: AssociationRow = { id: 30, a: 2, b: 3 }
const invitation = (more: Partial<InvitationRow> = {}): InvitationRow => ({
  id: 20,
  peerId: 10,
  temporaryKey: 'temporary',
  createdAt: EARLIER,
  expiresAt: LATER,
  redeemedAt: null,
  revokedAt: null,
  ...more,
})

const present = (more: Partial<Present> = {}): Present => ({
  network,
  cidrs: [root, iot, lab],
  associations: [],
  peers: [cam],
  invitations: [],
  ...more,
})
type Change1 = Pick<Change, 'kind' | 'before' | 'after'>
const change = (kind: Change['kind'], before: Partial<Rows>, after: Partial<Rows>): Change1 => ({
  kind,
  before: { ...noRows(), ...before },
  after: { ...noRows(), ...after },
})

/** The rows that an undo would write, without the empty lists; or its refusal, with the row to blame. */
function judge(now: Present, what: Change1) {
  const plan = undoPlan(now, what, NOW)
  if (!plan.ok) return { why: explainUndo(plan.problem, null), culprit: plan.problem.culprit }
  const filled = (rows: Rows) => Object.fromEntries(Object.entries(rows).filter(([, list]) => list.length > 0))
  return { before: filled(plan.step.before), after: filled(plan.step.after) }
}

const moved = change('peer.moved', { peers: [cam] }, { peers: [{ ...cam, cidrId: 3, address: '10.0.4.2' }] })
const camInLab = { ...cam, cidrId: 3, address: '10.0.4.2' }

describe('a change is taken back', () => {
  test('row by row, whatever else became different in the rows since', () => {
    const now = { ...camInLab, name: 'camera', enabled: false }
    expect(judge(present({ peers: [now] }), moved)).toEqual({
      before: { peers: [now] },
      after: { peers: [{ ...now, cidrId: 2, address: '10.0.3.7' }] },
    })
  })

  test('by removing what it made, with the invitations that hang on it', () => {
    const fresh = peer(11, 'new', '10.0.3.9', { publicKey: null, redeemedAt: null })
    const first = invitation({ peerId: 11, revokedAt: EARLIER })
    const second = invitation({ id: 21, peerId: 11 })
    const made = change('peer.created', {}, { peers: [fresh], invitations: [{ ...first, revokedAt: null }] })
    expect(judge(present({ peers: [cam, fresh], invitations: [first, second] }), made)).toEqual({
      before: { peers: [fresh], invitations: [first, second] },
      after: {},
    })
  })

  test('by putting back under its id what it removed', () => {
    const deleted = change('cidr.deleted', { cidrs: [lab], associations: [pair] }, {})
    expect(judge(present({ cidrs: [root, iot] }), deleted)).toEqual({
      before: {},
      after: { cidrs: [lab], associations: [pair] },
    })
  })

  test('when some of its rows are as before already, for the others', () => {
    const bert = peer(11, 'bert', '10.0.3.8')
    const off = { enabled: false }
    const disabled = change(
      'peers.disabled',
      { peers: [cam, bert] },
      {
        peers: [
          { ...cam, ...off },
          { ...bert, ...off },
        ],
      },
    )
    expect(judge(present({ peers: [cam, { ...bert, ...off }] }), disabled)).toEqual({
      before: { peers: [{ ...bert, ...off }] },
      after: { peers: [bert] },
    })
  })

  test('when the tombstones that a CIDR left lost their addresses since', () => {
    const grave = { ...cam, deletedAt: EARLIER }
    const deleted = change('cidr.deleted', { cidrs: [iot], peers: [grave] }, { peers: [{ ...grave, cidrId: null }] })
    expect(judge(present({ cidrs: [root, lab], peers: [] }), deleted)).toEqual({ before: {}, after: { cidrs: [iot] } })
  })
})

describe('a change cannot be taken back', () => {
  const deleted = change('peer.deleted', { peers: [cam] }, { peers: [{ ...cam, deletedAt: EARLIER }] })
  const grave = { ...cam, deletedAt: EARLIER }
  const other = peer(12, 'other', '10.0.3.8')
  const waiting = { ...cam, publicKey: null, redeemedAt: null }
  const invited = change('invitation.created', { peers: [cam] }, { peers: [waiting], invitations: [invitation()] })
  const split = change('cidr.created', {}, { cidrs: [lab] })

  test.each<[string, Change1, Partial<Present>, number | null]>([
    ['cam was moved again since.', moved, { peers: [{ ...camInLab, address: '10.0.4.3' }] }, 10],
    ['cam was deleted since.', moved, { peers: [{ ...camInLab, deletedAt: EARLIER }] }, 10],
    ['10.0.3.7 was taken by other since.', moved, { peers: [camInLab, { ...other, address: '10.0.3.7' }] }, 12],
    [
      '10.0.3.7 was taken by other since.',
      moved,
      { peers: [camInLab, { ...other, ...grave, id: 12, name: 'other' }] },
      12,
    ],
    ['The CIDR that cam was in was deleted since.', moved, { cidrs: [root, lab], peers: [camInLab] }, 2],
    [
      'cam would not fit: 10.0.3.7 belongs to inner; add the peer there or choose another address.',
      moved,
      { cidrs: [root, iot, lab, cidr(5, 'inner', '10.0.3.0/28', 2)], peers: [camInLab] },
      5,
    ],
    ['Everything is again as it was before.', moved, {}, 10],
    ['Another peer is named cam since.', deleted, { peers: [grave, { ...other, name: 'cam' }] }, 12],
    ['other has the key of cam since.', deleted, { peers: [grave, { ...other, publicKey: cam.publicKey }] }, 12],
    ['The address of cam was released since, and with it what was left of the peer.', deleted, { peers: [] }, 10],
    [
      'Redeemed since: a joined peer cannot be unjoined; disable it instead.',
      invited,
      { peers: [{ ...cam, redeemedAt: LATER }], invitations: [invitation({ redeemedAt: LATER })] },
      10,
    ],
    [
      'The invitation was revoked since.',
      invited,
      { peers: [waiting], invitations: [invitation({ revokedAt: LATER })] },
      20,
    ],
    ['lab is not empty; first move or delete what is inside: 1 peer (cam).', split, { peers: [camInLab] }, 10],
    [
      'lab is not empty; first move or delete what is inside: 1 CIDR (bench).',
      split,
      { cidrs: [root, iot, lab, cidr(6, 'bench', '10.0.4.0/25', 3)] },
      6,
    ],
    ['lab is not empty; first move or delete what is inside: 1 association.', split, { associations: [pair] }, 30],
    ['lab was changed since; delete it instead.', split, { cidrs: [root, iot, { ...lab, isolated: true }] }, 3],
    [
      'lab (10.0.4.0/24) would overlap desk (10.0.4.0/25).',
      change('cidr.deleted', { cidrs: [lab] }, {}),
      { cidrs: [root, iot, cidr(7, 'desk', '10.0.4.0/25')] },
      7,
    ],
    [
      'Another CIDR is named lab since.',
      change('cidr.deleted', { cidrs: [lab] }, {}),
      { cidrs: [root, iot, cidr(7, 'lab', '10.0.9.0/24')] },
      7,
    ],
    [
      'What lab was in was deleted since.',
      change('cidr.deleted', { cidrs: [{ ...lab, parentId: 8 }] }, {}),
      { cidrs: [root, iot] },
      8,
    ],
    [
      'The two CIDRs were associated again since.',
      change('association.deleted', { associations: [pair] }, {}),
      { associations: [{ ...pair, id: 31 }] },
      31,
    ],
    [
      'One of the two CIDRs was deleted since.',
      change('association.deleted', { associations: [pair] }, {}),
      { cidrs: [root, iot] },
      3,
    ],
    [
      'cam has joined since.',
      change(
        'invitation.revoked',
        { invitations: [invitation()] },
        { invitations: [invitation({ revokedAt: EARLIER })] },
      ),
      { invitations: [invitation({ revokedAt: EARLIER })] },
      10,
    ],
    [
      'The invitation has expired since.',
      change(
        'invitation.revoked',
        { invitations: [invitation({ expiresAt: EARLIER })] },
        { invitations: [invitation({ expiresAt: EARLIER, revokedAt: EARLIER })] },
      ),
      { peers: [waiting], invitations: [invitation({ expiresAt: EARLIER, revokedAt: EARLIER })] },
      null,
    ],
    ['The network began with this.', change('network.created', {}, { networks: [network] }), {}, null],
    [
      'A joined peer cannot be unjoined; disable it, or invite it again.',
      change('peer.redeemed', { peers: [waiting] }, { peers: [cam] }),
      {},
      null,
    ],
  ])('because: %s', (why, what, now, culprit) => {
    const judged = judge(present(now), what)
    expect(judged).toMatchObject({ why })
    expect('culprit' in judged ? (judged.culprit?.id ?? null) : 'none').toBe(culprit)
  })
})

test('the revision to blame stands in the sentence', () => {
  expect(explainUndo({ kind: 'conflict', why: 'cam was moved again since', culprit: null }, 12)).toBe(
    'cam was moved again since (revision 12).',
  )
})

test('what has to be read names rows, places, names, addresses and keys of both sides, each once', () => {
  const needs = undoNeeds([moved, change('invitation.revoked', { invitations: [invitation()] }, {})])
  expect(needs).toEqual({
    peerIds: [10],
    names: ['cam'],
    addresses: ['10.0.3.7', '10.0.4.2'],
    keys: ['key of cam'],
    cidrIds: [],
    invitationIds: [20],
  })
})
