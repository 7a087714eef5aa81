import { type Change, noRows, type Rows } from '@warren/protocol'
import { expect, test } from 'vitest'
import { namesIn } from '~/features/activity/names.ts'
import { sentenceOf } from '~/features/activity/sentence.ts'
import { acme, ago, invitation, peerRow, snapshot } from './acme.ts'

const ana = peerRow(2, 4, 'ana', '10.42.16.1')
const { network, cidrs } = snapshot()
const [root, , people, eng, guests] = cidrs
if (!root || !people || !eng || !guests) throw new Error('the cast is not complete')

type Told = [sentence: string, kind: Change['kind'], before: Partial<Rows>, after: Partial<Rows>]

test.each<Told>([
  ['made the network acme, 10.42.0.0/16', 'network.created', {}, { networks: [network], cidrs: [root] }],
  [
    'changed the network: endpoint 203.0.113.7:51820 → vpn.example.org:51820',
    'network.edited',
    { networks: [network] },
    { networks: [{ ...network, endpoint: 'vpn.example.org:51820' }] },
  ],
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
  ['changed ana: admin no → yes', 'peer.edited', { peers: [ana] }, { peers: [{ ...ana, isAdmin: true }] }],
  ['disabled ana', 'peer.disabled', { peers: [ana] }, { peers: [{ ...ana, enabled: false }] }],
  ['enabled ana', 'peer.enabled', { peers: [{ ...ana, enabled: false }] }, { peers: [ana] }],
  ['deleted ana, 10.42.16.1', 'peer.deleted', { peers: [ana] }, { peers: [{ ...ana, deletedAt: ago(0) }] }],
  ['released 10.42.16.1, which belonged to ana', 'address.released', { peers: [ana] }, {}],
  ['joined as ana', 'peer.redeemed', { peers: [ana] }, { peers: [ana] }],
  ['changed the key of ana', 'peer.key-rotated', { peers: [ana] }, { peers: [ana] }],
  ['invited ana again', 'invitation.created', {}, { invitations: [invitation()] }],
  [
    'revoked the invitation of ana',
    'invitation.revoked',
    { invitations: [invitation()] },
    { invitations: [invitation()] },
  ],
  ['took over the key that the hub made', 'hub.key-set', {}, {}],
  ['disabled ana, ana, ana, ana and 1 more', 'peers.disabled', {}, { peers: [ana, ana, ana, ana, ana] }],
  ['undid revision 7', 'change.undone', {}, {}],
  ['took revision 7 back, which nobody had confirmed', 'change.reverted', {}, {}],
])('%s', (sentence, kind, before, after) => {
  const change: Change = {
    networkId: 1,
    revision: 8,
    at: ago(0),
    actor: { kind: 'user', id: 1, name: 'bob' },
    kind,
    before: { ...noRows(), ...before },
    after: { ...noRows(), ...after },
    undoes: kind === 'change.undone' || kind === 'change.reverted' ? 7 : null,
  }
  expect(sentenceOf(change, namesIn(acme()))).toBe(sentence)
})
