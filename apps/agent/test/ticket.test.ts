import type { Invitation } from '@warren/protocol'
import { expect, test } from 'vitest'
import { ticketOf } from '../src/join/ticket.ts'
import { key, privateKey } from './cast.ts'

const INVITATION: Invitation = {
  interface: { 'network-name': 'acme', address: '10.42.1.7/16', 'private-key': privateKey('guest') },
  server: {
    'public-key': key('hub'),
    'external-endpoint': '203.0.113.10:51820',
    'internal-endpoint': '10.42.0.1:51820',
  },
  warren: { name: 'ana', interface: 'acme0', prefix: '10.42.0.0/16', expires: '2030-01-01T00:00:00Z' },
}
const changed = (change: { interface?: object; server?: object; warren?: object }): Invitation => ({
  interface: { ...INVITATION.interface, ...change.interface },
  server: { ...INVITATION.server, ...change.server },
  warren: INVITATION.warren && { ...INVITATION.warren, ...change.warren },
})

test('an invitation becomes what joining needs', () => {
  expect(ticketOf(INVITATION)).toMatchObject({
    network: 'acme',
    interface: 'acme0',
    prefix: '10.42.0.0/16',
    address: '10.42.1.7',
    name: 'ana',
    temporaryPublicKey: key('guest'),
    hubAddress: '10.42.0.1',
    apiPort: 51820,
    listenPort: null,
  })
})

test('one that innernet wrote gives the interface and the root by its own fields', () => {
  const { warren: _ours, ...theirs } = INVITATION
  expect(ticketOf(theirs)).toMatchObject({ interface: 'acme', prefix: '10.42.0.0/16', name: null })
})

test.each<[string, Invitation, RegExp]>([
  [
    'an interface name too long for Linux',
    changed({ warren: { interface: 'sixteen-letters-' } }),
    /warren\.interface is not usable: Linux allows 15/,
  ],
  ['a root that is none', changed({ warren: { prefix: '10.42.0.0' } }), /warren\.prefix/],
  ['the whole Internet', changed({ warren: { prefix: '0.0.0.0/0' } }), /wider than \/8/],
  [
    'a hub outside the network',
    changed({ server: { 'internal-endpoint': '10.43.0.1:1' } }),
    /server\.internal-endpoint/,
  ],
  ['an address outside the network', changed({ interface: { address: '10.43.0.7/16' } }), /interface\.address/],
  [
    'a network that swallows its own hub',
    changed({ server: { 'external-endpoint': '10.42.9.9:1' } }),
    /run into itself/,
  ],
])('refuses %s, naming the field', (_title, invitation, sentence) => {
  expect(() => ticketOf(invitation)).toThrow(sentence)
})
