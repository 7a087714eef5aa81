import type { Link } from '@warren/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  change,
  type Db,
  forgetLinks,
  readLinkPairs,
  readLinks,
  savedLinks,
  saveHubStatus,
  saveLinks,
  touchOnline,
} from '../src/index.ts'
import { type Acme, anna, peerOf, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db
let acme: Acme
let other: Acme
let phone: number
let cam: number

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
  acme = await plantAcme(db)
  other = await plantAcme(db, 1)
  const { value } = await change(db, { networkId: acme.networkId, actor: anna, kind: 'peer.created' }, async (tx) => [
    await tx.insert('peers', peerOf({ cidrId: acme.ops.id, name: 'phone', address: '10.42.8.3' })),
    await tx.insert('peers', peerOf({ cidrId: acme.ops.id, name: 'cam', address: '10.42.8.4' })),
  ])
  phone = value[0]?.id ?? 0
  cam = value[1]?.id ?? 0
})
afterAll(() => database.drop())

const link = (peer: number, more: Partial<Link> = {}): Link => ({
  peer,
  live: true,
  via: 'direct',
  at: '203.0.113.7:51820',
  shaken: 1_764_000_000,
  rx: 5,
  tx: 7,
  tried: [],
  ...more,
})
const tell = (peerId: number, set: Link[], more: { whole?: boolean; gone?: number[]; tag?: string } = {}) =>
  saveLinks(db, acme.networkId, [{ peerId, whole: false, set, gone: [], tag: null, ...more }])
const of = async (peerId: number) => (await readLinks(db, acme.networkId, [peerId])).get(peerId)?.links ?? []
const laptop = () => acme.laptop.id

test('news is merged into what was told before', async () => {
  await touchOnline(db, [laptop()])
  await tell(laptop(), [link(phone), link(cam)], { whole: true, tag: 'a.1' })
  await tell(laptop(), [link(cam, { live: false, tried: ['198.51.100.9:1'] })], { tag: 'a.2' })
  expect(await of(laptop())).toEqual([link(phone), link(cam, { live: false, tried: ['198.51.100.9:1'] })])
  expect((await savedLinks(db, acme.networkId)).get(laptop())).toEqual({ tag: 'a.2', about: expect.any(Number) })
})

test('a tunnel that is gone is forgotten, and what is told whole replaces all', async () => {
  await tell(laptop(), [], { gone: [cam, 999_999] })
  expect(await of(laptop())).toEqual([link(phone)])
  await tell(laptop(), [link(cam)], { whole: true })
  expect(await of(laptop())).toEqual([link(cam)])
})

test('both ends are put together, and whoever is silent says nothing', async () => {
  await tell(laptop(), [link(phone, { live: false }), link(cam, { via: 'relay' })], { whole: true })
  await tell(phone, [link(laptop())], { whole: true })
  expect(await readLinkPairs(db, acme.networkId)).toEqual([
    [laptop(), phone, 0],
    [laptop(), cam, 2],
  ])
  await touchOnline(db, [phone])
  expect(await readLinkPairs(db, acme.networkId)).toContainEqual([laptop(), phone, 1])
  await db.pool.query("UPDATE peer_status SET vouched_at = now() - interval '2 hours'")
  expect((await readLinkPairs(db, acme.networkId)).map(([, , code]) => code)).toEqual([0, 0])
  expect((await of(phone)).map(({ live }) => live)).toEqual([false])
})

test("a hub's word counts for as long as it is connected", async () => {
  await tell(acme.hub.id, [link(cam)], { whole: true })
  const hubPair = [Math.min(acme.hub.id, cam), Math.max(acme.hub.id, cam)]
  const status = { connected: true, appliedRevision: 1, fault: null, version: null }
  await saveHubStatus(db, acme.networkId, status)
  expect(await readLinkPairs(db, acme.networkId)).toContainEqual([...hubPair, 1])
  await saveHubStatus(db, acme.networkId, { ...status, connected: false })
  expect(await readLinkPairs(db, acme.networkId)).toContainEqual([...hubPair, 0])
})

test('a peer that left is forgotten on both sides', async () => {
  await forgetLinks(db, acme.networkId, [phone])
  expect((await readLinkPairs(db, acme.networkId)).flat()).not.toContain(phone)
  expect(await of(phone)).toEqual([])
})

test('nothing of another network is written or read', async () => {
  const before = await of(laptop())
  await saveLinks(db, other.networkId, [{ peerId: laptop(), whole: true, set: [], gone: [], tag: 'x' }])
  await forgetLinks(db, other.networkId, [laptop(), cam])
  expect(await of(laptop())).toEqual(before)
  expect(await readLinks(db, other.networkId, [laptop()])).toEqual(new Map())
})
