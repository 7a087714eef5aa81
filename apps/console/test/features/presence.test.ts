import { INNERNET_VERSION } from '@warren/protocol'
import { expect, test } from 'vitest'
import { invitationState, peerState, presenceOf } from '~/features/network/presence.ts'
import { acme, ago, invitation, NOW, peerRow, snapshot, status } from './acme.ts'

const hub = { connected: true, appliedRevision: 7, fault: null, version: null, at: null }

/** An innernet client, which holds no polls. */
const innernet = { online: false, version: INNERNET_VERSION }

function ana(patch: object = {}) {
  const found = acme({ peers: [{ ...peerRow(2, 4, 'ana', '10.42.16.1'), ...patch }] }).member(2)
  if (!found) throw new Error('ana is not there')
  return found
}

test.each([
  ['disabled', { enabled: false }, status(2), undefined],
  ['invited', { redeemedAt: null }, undefined, invitation()],
  ['invitation ended', { redeemedAt: null }, undefined, invitation({ expiresAt: ago(1) })],
  ['invitation ended', { redeemedAt: null }, undefined, undefined],
  ['never seen', {}, undefined, undefined],
  ['offline', {}, status(2, { online: false }), undefined],
  ['online', {}, status(2), undefined],
  ['catching up', {}, status(2, { current: false }), undefined],
  ['online', {}, status(2, { current: null }), undefined],
  ['fault', {}, status(2, { fault: 'no wg' }), undefined],
  ['online', { kind: 'device' }, status(2, { online: false, handshakeAt: ago(179_000) }), undefined],
  ['offline', { kind: 'device' }, status(2, { online: false, handshakeAt: ago(181_000) }), undefined],
  ['online', {}, status(2, { ...innernet, handshakeAt: ago(179_000) }), undefined],
  ['offline', {}, status(2, { ...innernet, handshakeAt: ago(181_000) }), undefined],
] as const)('a peer is %s with %j', (word, patch, observed, latest) => {
  expect(peerState(ana(patch), observed, latest, NOW).word).toBe(word)
})

test.each([
  ['waiting', {}],
  ['used', { redeemedAt: ago(5) }],
  ['revoked', { revokedAt: ago(5) }],
  ['expired', { expiresAt: ago(5) }],
  ['expired', { expiresAt: ago(50), revokedAt: ago(5) }],
  ['revoked', { expiresAt: ago(5), revokedAt: ago(50) }],
] as const)('an invitation is %s with %j', (state, patch) => {
  expect(invitationState(invitation(patch), NOW)).toBe(state)
})

test('head counts of a CIDR are those of everything below it', () => {
  const plan = acme()
  const observed = [status(2), status(3, { online: false }), status(4), status(1)]
  const presence = presenceOf(plan, { status: observed, hub }, NOW)
  const counts = plan.tree.nodes.map((node) => [
    node.name,
    presence.within(node.id).online,
    presence.within(node.id).all,
  ])
  expect(counts).toEqual([
    ['acme', 3, 7],
    ['infra', 1, 1],
    ['people', 2, 3],
    ['eng', 1, 2],
    ['guests', 1, 1],
    ['prod', 0, 1],
    ['db', 0, 1],
    ['cams', 0, 2],
  ])
})

test('a deleted peer counts nowhere and keeps its tombstone', () => {
  const { peers } = snapshot()
  const plan = acme({ peers: peers.map((peer) => (peer.name === 'zoe' ? { ...peer, deletedAt: ago(1) } : peer)) })
  expect(plan.membersIn(5)).toEqual([])
  expect(plan.tombstones.map((peer) => peer.name)).toEqual(['zoe'])
})

test.each([
  ['online', { connected: true }, undefined],
  ['online', { connected: true }, status(1, { online: false })],
  ['fault', { connected: true, fault: 'no nft' }, status(1)],
  ['catching up', { connected: true }, status(1, { current: false })],
  ['offline', { connected: false, at: ago(5) }, undefined],
  ['offline', { connected: false, at: ago(5) }, status(1)],
  ['never seen', { connected: false }, undefined],
] as const)('the hub is %s when it tells %j of itself', (word, patch, observed) => {
  const plan = acme()
  const presence = presenceOf(plan, { status: observed ? [observed] : [], hub: { ...hub, ...patch } }, NOW)
  const peer = plan.member(1)
  expect(peer && presence.state(peer).word).toBe(word)
  expect(presence.within(2).online).toBe(word === 'offline' || word === 'never seen' ? 0 : 1)
})
