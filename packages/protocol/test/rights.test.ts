import { buildTree, parsePrefix } from '@warren/cidr'
import { describe, expect, test } from 'vitest'
import { type AssociationRow, type InvitationRow, noRows, type PeerRow, type Rows, usualPeer } from '../src/change.ts'
import {
  atLeast,
  type Ground,
  lesser,
  type Standing,
  whyNotAdminPeer,
  whyNotAssociation,
  whyNotChange,
  whyNotCidr,
  whyNotConfirm,
  whyNotInside,
  whyNotNetwork,
  whyNotPeer,
  whyNotPeople,
  whyNotRows,
} from '../src/rights.ts'

const cidr = (id: number, parentId: number | null, name: string, text: string) => {
  const prefix = parsePrefix(text)
  if (!prefix.ok) throw new Error(text)
  return { id, parentId, name, prefix: prefix.value, isolated: false }
}
/** acme holds lab, which holds bench, and office beside it. */
const ground: Ground = {
  networkId: 7,
  tree: buildTree([
    cidr(1, null, 'acme', '10.0.0.0/16'),
    cidr(2, 1, 'lab', '10.0.64.0/20'),
    cidr(3, 2, 'bench', '10.0.64.0/24'),
    cidr(4, 1, 'office', '10.0.96.0/20'),
  ]),
}
const owner: Standing = { role: 'owner', subtree: null }
const admin: Standing = { role: 'admin', subtree: null }
const viewer: Standing = { role: 'viewer', subtree: null }
const ofLab: Standing = { role: 'admin', subtree: { networkId: 7, cidrId: 2 } }
const ofGone: Standing = { role: 'admin', subtree: { networkId: 7, cidrId: 99 } }
const elsewhere: Standing = { role: 'admin', subtree: { networkId: 8, cidrId: 2 } }

const peer = (more: Partial<PeerRow>): PeerRow => ({
  id: 1,
  cidrId: 2,
  name: 'cam',
  address: '10.0.65.1',
  kind: 'agent',
  publicKey: null,
  enabled: true,
  isAdmin: false,
  listenPort: null,
  endpointOverride: null,
  redeemedAt: null,
  deletedAt: null,
  ...usualPeer,
  ...more,
})

test('roles include each other in one order', () => {
  expect(atLeast('owner', 'admin') && atLeast('admin', 'viewer') && atLeast('viewer', 'viewer')).toBe(true)
  expect(atLeast('viewer', 'admin') || atLeast('admin', 'owner')).toBe(false)
  expect([lesser('owner', 'viewer'), lesser('viewer', 'owner'), lesser('admin', 'admin')]).toEqual([
    'viewer',
    'viewer',
    'admin',
  ])
})

test('who administers the whole network may do all but manage people', () => {
  for (const standing of [owner, admin]) {
    expect(whyNotNetwork(standing)).toBeNull()
    expect(whyNotAdminPeer(standing)).toBeNull()
    expect(whyNotCidr(standing, ground, 1)).toBeNull()
    expect(whyNotPeer(standing, ground, peer({ isAdmin: true }))).toBeNull()
  }
  expect(whyNotPeople(owner)).toBeNull()
  expect(whyNotPeople(admin)).toBe('Only an owner can do this.')
})

test('a viewer may do nothing, and hears the same reason everywhere', () => {
  const why = 'Your role is viewer; an admin can do this.'
  const all = [
    whyNotChange(viewer),
    whyNotNetwork(viewer),
    whyNotAdminPeer(viewer),
    whyNotCidr(viewer, ground, 2),
    whyNotInside(viewer, ground, 2),
    whyNotPeer(viewer, ground, peer({})),
    whyNotAssociation(viewer, ground, { a: 2, b: 3 }),
  ]
  expect(new Set(all)).toEqual(new Set([why]))
})

describe('an admin of one subtree', () => {
  test.each([
    ['its own CIDR', 2, null, 'lab itself was given to you; what is inside it is yours to change.'],
    ['a CIDR inside', 3, null, null],
    ['the parent', 1, 'acme is not in lab, the part that you administer.', 'acme is not in lab'],
    ['a CIDR beside', 4, 'office is not in lab, the part that you administer.', 'office is not in lab'],
    ['no CIDR of this network', 77, 'That CIDR is not in lab', 'That CIDR is not in lab'],
  ])('about %s', (_what, id, inside, itself) => {
    const said = (why: string | null, wanted: string | null) =>
      wanted === null ? expect(why).toBeNull() : expect(why).toContain(wanted)
    said(whyNotInside(ofLab, ground, id), inside)
    said(whyNotCidr(ofLab, ground, id), itself)
  })

  test.each<[string, Partial<PeerRow>, string | null]>([
    ['directly in it', {}, null],
    ['deeper in it', { cidrId: 3 }, null],
    ['beside it', { cidrId: 4 }, 'cam is not in lab'],
    ['in its parent, with an address that would lie in it', { cidrId: 1 }, 'cam is not in lab'],
    ['that is an admin peer', { isAdmin: true }, 'cam is an admin peer'],
    ['that is a hub', { kind: 'hub' }, 'cam is a hub'],
    ['that was deleted with its CIDR, inside', { cidrId: null, deletedAt: '2026-01-01T00:00:00.000Z' }, null],
    ['that was deleted with its CIDR, outside', { cidrId: null, address: '10.0.1.1' }, 'cam is not in lab'],
  ])('about a peer %s', (_where, more, why) => {
    const said = whyNotPeer(ofLab, ground, peer(more))
    if (why === null) expect(said).toBeNull()
    else expect(said).toContain(why)
  })

  test('may associate what is inside, its own CIDR included, with nothing outside', () => {
    expect(whyNotAssociation(ofLab, ground, { a: 2, b: 3 })).toBeNull()
    expect(whyNotAssociation(ofLab, ground, { a: 3, b: 4 })).toContain('office')
    expect(whyNotAssociation(ofLab, ground, { a: 1, b: 3 })).toContain('acme')
  })

  test('whose CIDR is gone, or lies in another network, may do nothing', () => {
    for (const standing of [ofGone, elsewhere]) {
      for (const id of [1, 2, 3, 4]) expect(whyNotInside(standing, ground, id)).not.toBeNull()
      expect(whyNotPeer(standing, ground, peer({ cidrId: null }))).not.toBeNull()
    }
  })

  test('keeps only trials of their own', () => {
    const [me, other] = [1, 2].map((id) => ({ kind: 'user', id, name: `user-${id}` }) as const)
    if (!me || !other) throw new Error('two actors')
    expect(whyNotConfirm(ofLab, me, me)).toBeNull()
    expect(whyNotConfirm(ofLab, me, other)).toContain('user-2')
    expect(whyNotConfirm(ofLab, me, { ...me, kind: 'peer' })).not.toBeNull()
    expect(whyNotConfirm(admin, me, other)).toBeNull()
  })
})

describe('the rows of a change', () => {
  const about = (more: Partial<Rows>, invited: PeerRow | null = null) =>
    whyNotRows(ofLab, ground, { rows: { ...noRows(), ...more }, peerOf: async () => invited })
  const association: AssociationRow = { id: 1, a: 2, b: 4 }
  const invitation: InvitationRow = {
    id: 1,
    peerId: 1,
    temporaryKey: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-02T00:00:00.000Z',
    redeemedAt: null,
    revokedAt: null,
  }

  test('are held against the rights one by one', async () => {
    expect(await about({})).toBeNull()
    expect(await about({ peers: [peer({}), peer({ cidrId: 3 })] })).toBeNull()
    expect(await about({ peers: [peer({}), peer({ cidrId: 4 })] })).toContain('not in lab')
    expect(await about({ associations: [association] })).toContain('office')
  })

  test('with an invitation are judged by its peer, and refused without one', async () => {
    expect(await about({ invitations: [invitation] }, peer({}))).toBeNull()
    expect(await about({ invitations: [invitation] }, peer({ isAdmin: true }))).toContain('admin peer')
    expect(await about({ invitations: [invitation] })).not.toBeNull()
  })
})
