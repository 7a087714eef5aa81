import { HUB_KEY_HEADER, SECRET_HEADER } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createInvitation } from '~/server/invitation/create-invitation.ts'
import { revokeInvitation } from '~/server/invitation/revoke-invitation.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { editPeer } from '~/server/peer/edit-peer.ts'
import { keyChange, newKey, openWorld, type World } from '../server/world.ts'
import type { FakeHub } from './fake-hub.ts'
import { beginCall, call, procedure } from './mesh-client.ts'
import { newSecret, Stage } from './stage.ts'

let world: World
let stage: Stage
let hub: FakeHub

beforeAll(async () => {
  world = await openWorld()
  ;({ stage, hub } = await Stage.open(world.ctx, 11))
})
beforeEach(() => {
  hub.applies = true
})
afterAll(async () => {
  hub.hangUp()
  await stage.close()
  await world.stop()
})

let names = 0
const newName = () => {
  names += 1
  return `peer-${names}`
}
const pair = () => ({ publicKey: newKey(), secret: newSecret(), listenPort: null, version: '0.1.0' })
const atHub = (ref: string) => hub.of(stage.networkId).get(ref)

describe('redeeming through the door', () => {
  test('makes a member whose key the hub holds before the answer is there', async () => {
    const { peer, invitation, door, temporaryKey } = await stage.invite(newName())
    await expect
      .poll(() => atHub(`invitation:${invitation?.id}`))
      .toMatchObject({
        key: temporaryKey,
        ips: [expect.stringMatching(/^fd77:6172:/), peer.address],
        restricted: true,
      })
    expect(atHub(`peer:${peer.id}`)).toBeUndefined()

    const mine = pair()
    const answer = await procedure(door, 'mesh.redeem', mine)
    expect(answer.body).toEqual({ result: { data: { peerId: peer.id, name: peer.name, network: 'net11' } } })
    expect(atHub(`peer:${peer.id}`)).toEqual({
      ref: `peer:${peer.id}`,
      key: mine.publicKey,
      ips: [peer.address, doorAddress(stage.hubKey, mine.publicKey)],
      restricted: false,
      endpoint: null,
    })
    expect(atHub(`invitation:${invitation?.id}`)?.ips).toHaveLength(1)
    expect((await stage.agentAt(peer.address, mine.secret).poll()).kind).toBe('full')
  })

  test('again with the same key and secret is answered alike; with another key it says that it was used', async () => {
    const { door } = await stage.invite(newName())
    const mine = pair()
    const first = await procedure(door, 'mesh.redeem', mine)
    expect((await procedure(door, 'mesh.redeem', mine)).body).toEqual(first.body)
    const other = await procedure(door, 'mesh.redeem', pair())
    expect(other.status).toBe(409)
    expect(other.body.error.message).toContain('was used already')
    expect(other.body.error.data.refusal).toEqual({ kind: 'conflict', field: null })
  })

  test('goes on without a hub that is too busy to answer in time', async () => {
    const { door } = await stage.invite(newName())
    hub.applies = false
    expect((await procedure(door, 'mesh.redeem', pair())).status).toBe(200)
  })

  test('says of a revoked invitation and of a deleted peer what happened', async () => {
    const revoked = await stage.invite(newName())
    await revokeInvitation(world.ctx, { networkId: stage.networkId, invitationId: revoked.invitation?.id ?? 0 })
    expect((await procedure(revoked.door, 'mesh.redeem', pair())).body.error.message).toContain('was revoked')
    const deleted = await stage.invite(newName())
    await deletePeer(world.ctx, { networkId: stage.networkId, peerId: deleted.peer.id })
    expect((await procedure(deleted.door, 'mesh.redeem', pair())).body.error.message).toContain('was deleted')
    await expect.poll(() => atHub(`invitation:${deleted.invitation?.id}`)?.ips).toHaveLength(1)
  })

  test('and nothing else is done with an invitation', async () => {
    const { door } = await stage.invite(newName())
    const { agent } = await stage.join(newName())
    for (const name of ['mesh.poll', 'mesh.report', 'peer.create', 'mesh.redeem,peer.create?batch=1']) {
      const seat = { ...door, headers: agent.seat.headers }
      const answer = await procedure(seat, name, {})
      expect(JSON.stringify(answer.body)).toContain('This address belongs to no peer of the network')
      expect(answer.status).toBe(401)
    }
  })

  test.each([
    ['an address that no invitation has', { from: '127.111.200.200' }, 401],
    ["another hub's key", { headers: { [HUB_KEY_HEADER]: 'AAAA' } }, 401],
  ])('%s is refused', async (_what, other, status) => {
    const { door } = await stage.invite(newName())
    expect((await procedure({ ...door, ...other }, 'mesh.redeem', pair())).status).toBe(status)
  })

  test.each([
    ['a key that is none', { publicKey: 'x' }, 'publicKey'],
    ['a secret that is none', { secret: 'x' }, 'secret'],
    ['a port that is none', { listenPort: 0 }, 'listenPort'],
  ])('%s is refused with its name', async (_what, bad, field) => {
    const { door } = await stage.invite(newName())
    const answer = await procedure(door, 'mesh.redeem', { ...pair(), ...bad })
    expect(answer.status).toBe(400)
    expect(answer.body.error.data.refusal).toEqual({ kind: 'bad-input', field })
  })
})

test('a machine without IPv6 redeems from the address of its peer, and is resumed there', async () => {
  const { peer } = await stage.invite(newName())
  const seat = { ...stage.agentAt(peer.address, '').seat, headers: { [HUB_KEY_HEADER]: stage.hubKey } }
  const mine = pair()
  const first = await procedure(seat, 'mesh.redeem', mine)
  expect(first.body.result.data.peerId).toBe(peer.id)
  expect((await procedure(seat, 'mesh.redeem', mine)).body).toEqual(first.body)
  expect((await procedure(seat, 'mesh.redeem', pair())).status).toBe(409)
})

test('a peer that was invited again is out until it joins again, then with its new secret only', async () => {
  const before = await stage.join(newName())
  await before.agent.poll()
  const held = before.agent.ask(50)
  await stage.holds(1)
  const { invitation } = await createInvitation(world.ctx, {
    networkId: stage.networkId,
    peerId: before.id,
    temporaryKey: newKey(),
  })
  expect((await held).body.error.message).toContain('has to join again')
  expect(invitation).not.toBeNull()
  await expect(before.agent.poll()).rejects.toThrow('has to join again')

  const mine = pair()
  const seat = { ...before.agent.seat, headers: { [HUB_KEY_HEADER]: stage.hubKey } }
  expect((await procedure(seat, 'mesh.redeem', mine)).status).toBe(200)
  await expect(before.agent.poll()).rejects.toThrow('is not that of the peer')
  expect((await stage.agentAt(seat.from, mine.secret).poll()).kind).toBe('full')
})

test('a member changes its key, and the hub and the others get the new one', async () => {
  const anna = await stage.join(newName())
  const bob = await stage.join(newName())
  await bob.agent.poll()
  const given = await keyChange('net11', { id: anna.id, publicKey: anna.key })
  const { publicKey, signature } = given
  expect((await procedure(anna.agent.seat, 'mesh.rotateKey', given)).body).toEqual({ result: { data: {} } })
  await expect.poll(() => atHub(`peer:${anna.id}`)?.key).toBe(publicKey)
  await bob.agent.poll()
  expect(bob.agent.view.peers.get(anna.id)).toMatchObject({ key: publicKey, was: [{ from: anna.key, signature }] })
  const again = await procedure(anna.agent.seat, 'mesh.rotateKey', given)
  expect(again.status).toBe(200)
})

test('the former key still gets in at the door, to ask once more for the new one, and for nothing else', async () => {
  const anna = await stage.join(newName())
  const { seat } = stage.agentInDoor(anna)
  const given = await keyChange('net11', { id: anna.id, publicKey: anna.key })
  expect((await procedure(seat, 'mesh.rotateKey', given)).status).toBe(200)
  await expect
    .poll(() => atHub(`former:${anna.id}`))
    .toMatchObject({ key: anna.key, ips: [doorAddress(stage.hubKey, anna.key)], restricted: true })
  expect(atHub(`peer:${anna.id}`)?.ips).not.toContain(doorAddress(stage.hubKey, anna.key))
  expect((await procedure(seat, 'mesh.rotateKey', given)).status).toBe(200)
  const hello = await procedure(seat, 'mesh.hello', undefined)
  expect(hello.body.error.message).toContain('was replaced: another one of this peer is on record')
  await expect(stage.agentInDoor(anna).poll()).rejects.toThrow('was replaced')
  const other = await keyChange('net11', { id: anna.id, publicKey: anna.key })
  expect((await procedure(seat, 'mesh.rotateKey', other)).body.error.message).toContain(
    'is not signed with the present',
  )
})

describe('administering over the mesh', () => {
  test('an admin peer may use the admin verbs of its own network, other peers may not', async () => {
    const { agent, id } = await stage.join(newName())
    const list = () => call(agent.seat, '/trpc/peer.rename', { body: JSON.stringify(input) })
    const input = { networkId: stage.networkId, peerId: id, name: 'renamed-by-itself' }
    expect((await list()).body.error.message).toBe('This peer is not an admin of the network.')
    await editPeer(world.ctx, { networkId: stage.networkId, peerId: id, isAdmin: true })
    await expect.poll(async () => (await list()).body.result?.data.name).toBe('renamed-by-itself')
    const foreign = await call(agent.seat, '/trpc/peer.rename', {
      body: JSON.stringify({ ...input, networkId: stage.networkId + 1000 }),
    })
    expect(foreign.status).toBe(404)
  })

  test('a request that was begun as an admin and ends as none changes nothing', async () => {
    const { agent, id } = await stage.join(newName())
    const { networkId } = stage
    await editPeer(world.ctx, { networkId, peerId: id, isAdmin: true })
    const body = JSON.stringify({ networkId, peerId: id, isAdmin: true })
    const rename = () => procedure(agent.seat, 'peer.rename', { networkId, peerId: id, name: `${newName()}-x` })
    await expect.poll(async () => (await rename()).status).toBe(200)

    const begun = beginCall(agent.seat, '/trpc/peer.edit', body)
    await begun.sent
    await editPeer(world.ctx, { networkId, peerId: id, isAdmin: false })
    await expect.poll(async () => (await rename()).status).toBe(403)
    expect((await begun.end()).status).toBe(403)
  })

  test('not even an admin peer gets in without its secret', async () => {
    const { agent, id } = await stage.join(newName())
    await editPeer(world.ctx, { networkId: stage.networkId, peerId: id, isAdmin: true })
    const seat = { ...agent.seat, headers: { ...agent.seat.headers, [SECRET_HEADER]: newSecret() } }
    const answer = await procedure(seat, 'peer.rename', { networkId: stage.networkId, peerId: id, name: 'taken-over' })
    expect(answer.status).toBe(401)
  })
})
