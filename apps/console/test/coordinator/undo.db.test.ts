import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { undoChange } from '~/server/activity/undo-change.ts'
import { createInvitation } from '~/server/invitation/create-invitation.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deleteMany } from '~/server/peer/delete-many.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { newKey, openWorld, type World } from '../server/world.ts'
import type { FakeHub } from './fake-hub.ts'
import { Stage } from './stage.ts'

let world: World
let stage: Stage
let hub: FakeHub
let quarter = 60

beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  quarter += 1
  ;({ stage, hub } = await Stage.open(world.ctx, quarter))
})
afterEach(async () => {
  hub.hangUp()
  await stage.close()
})
afterAll(() => world.stop())

const settled = async () => {
  const { revision } = await stage.rows()
  await stage.caughtUp(revision)
  return revision
}
const undoLast = async () => {
  await undoChange(world.ctx, { networkId: stage.networkId, revision: (await stage.rows()).revision })
  return settled()
}

test('an agent whose peer was deleted is in again when that is undone, with the key and the secret it has', async () => {
  const anna = await stage.join('anna')
  const bert = await stage.join('bert')
  await anna.agent.poll()
  await deletePeer(world.ctx, { networkId: stage.networkId, peerId: anna.id })
  await settled()
  await expect(anna.agent.poll()).rejects.toThrow('This peer was deleted by an admin.')
  await bert.agent.poll()
  expect(bert.agent.names()).not.toContain('anna')

  await undoLast()
  await anna.agent.poll()
  expect(anna.agent.names()).toContain('bert')
  await bert.agent.poll()
  expect(bert.agent.names()).toContain('anna')
})

test('so is one that was deleted and brought back while no coordinator ran', async () => {
  const anna = await stage.join('anna')
  const bert = await stage.join('bert')
  await deleteMany(world.ctx, { networkId: stage.networkId, peerIds: [anna.id, bert.id] })
  await settled()
  hub.hangUp()
  await stage.stop()
  const { revision } = await stage.rows()
  await undoChange(world.ctx, { networkId: stage.networkId, revision })
  await stage.start()
  await anna.agent.poll()
  expect(anna.agent.names()).toContain('bert')
})

test('a peer that was invited again by mistake is in again when that is undone; the new invitation is void', async () => {
  const anna = await stage.join('anna')
  const about = { networkId: stage.networkId, peerId: anna.id, temporaryKey: newKey() }
  await createInvitation(world.ctx, about)
  await settled()
  await expect(anna.agent.poll()).rejects.toThrow()
  await undoLast()
  expect((await anna.agent.poll()).kind).toBe('full')
  expect((await stage.rows()).invitations.map((row) => row.temporaryKey)).not.toContain(about.temporaryKey)
})

test('a device whose making is undone leaves the views of others, and its address', async () => {
  const anna = await stage.join('anna')
  const root = (await stage.rows()).cidrs.find((cidr) => cidr.parentId === null)?.id ?? 0
  const device = { name: 'phone', kind: 'device', isAdmin: false, publicKey: newKey() } as const
  const { peer } = await createPeer(world.ctx, { networkId: stage.networkId, cidrId: root, ...device })
  await settled()
  await anna.agent.poll()
  expect(anna.agent.names()).toContain('phone')
  await undoLast()
  await anna.agent.poll()
  expect(anna.agent.names()).not.toContain('phone')
  expect((await stage.rows()).peers.map((row) => row.address)).not.toContain(peer.address)
})
