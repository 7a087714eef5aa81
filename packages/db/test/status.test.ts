import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  change,
  type Db,
  type PeerStatus,
  readHubStatus,
  readStatus,
  STATUS_CHANNEL,
  saveHubStatus,
  saveStatus,
  touchOnline,
} from '../src/index.ts'
import { type Acme, anna, peerOf, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db
let acme: Acme
let other: Acme

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
  acme = await plantAcme(db)
  other = await plantAcme(db, 1)
})
afterAll(() => database.drop())

const statusOf = (peerId: number, more: Partial<PeerStatus> = {}): PeerStatus => ({
  peerId,
  online: true,
  seenAt: '2026-07-01T12:00:00.000Z',
  endpoint: '203.0.113.7:51820',
  handshakeAt: '2026-07-01T11:59:00.123Z',
  rx: 2 ** 40,
  tx: 7,
  appliedRevision: 3,
  appliedAt: '2026-07-01T12:00:00.000Z',
  current: true,
  version: '0.1.0',
  candidates: ['192.168.1.4:51820', '[2001:db8::1]:51820'],
  fault: 'No "wg" here, {only} a comma, a \\ and a \'quote\'.',
  ...more,
})
const nothing = {
  online: false,
  seenAt: null,
  endpoint: null,
  handshakeAt: null,
  rx: 0,
  tx: 0,
  appliedRevision: null,
  appliedAt: null,
  current: null,
  version: null,
  candidates: [],
  fault: null,
}

test('what is saved is what is read', async () => {
  const rows = [statusOf(acme.hub.id), statusOf(acme.laptop.id, nothing)]
  await saveStatus(db, acme.networkId, rows)
  expect(await readStatus(db, acme.networkId)).toEqual(rows)
  const again = [statusOf(acme.hub.id, { ...nothing, candidates: [''] })]
  await saveStatus(db, acme.networkId, again)
  expect(await readStatus(db, acme.networkId)).toEqual([...again, rows[1]])
})

test('peers that are gone or of another network are passed over, and of two rows the last one counts', async () => {
  const rows = [
    statusOf(999_999),
    statusOf(other.laptop.id),
    statusOf(acme.hub.id, { tx: 1 }),
    statusOf(acme.hub.id, { tx: 2 }),
  ]
  await saveStatus(db, acme.networkId, rows)
  expect(await readStatus(db, other.networkId)).toEqual([])
  expect((await readStatus(db, acme.networkId)).find((row) => row.peerId === acme.hub.id)?.tx).toBe(2)
})

test('a thousand rows are one statement and one notice', async () => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.created' } as const
  const { value: ids } = await change(db, about, async (tx) => {
    const made: number[] = []
    for (let n = 0; n < 1000; n++) {
      const address = `10.42.${100 + (n >> 7)}.${(n & 127) + 1}`
      made.push((await tx.insert('peers', peerOf({ cidrId: acme.root.id, name: `p${n}`, address }))).id)
    }
    return made
  })
  const client = new pg.Client(database.url)
  await client.connect()
  const told: unknown[] = []
  client.on('notification', (message) => told.push(message.payload))
  await client.query(`LISTEN ${STATUS_CHANNEL}`)
  const query = vi.spyOn(db.pool, 'query')
  await saveStatus(
    db,
    acme.networkId,
    ids.map((id, n) => statusOf(id, { rx: n })),
  )
  expect(query).toHaveBeenCalledTimes(1)
  query.mockRestore()
  await vi.waitFor(() => expect(told).toEqual([String(acme.networkId)]), 10_000)
  const read = await readStatus(db, acme.networkId)
  expect(read.filter((row) => ids.includes(row.peerId)).map((row) => row.rx)).toEqual(ids.map((_, n) => n))
  await client.end()
})

test('savers of the same peers in different order do not trip over each other', async () => {
  const ids = [acme.hub.id, acme.laptop.id]
  const rounds = Array.from({ length: 20 }, (_, n) =>
    saveStatus(
      db,
      acme.networkId,
      (n % 2 ? ids : ids.toReversed()).map((id) => statusOf(id, { tx: n })),
    ),
  )
  await expect(Promise.all([...rounds, touchOnline(db, ids.toReversed()), touchOnline(db, ids)])).resolves.toHaveLength(
    22,
  )
})

test('online counts only as long as somebody vouches for it', async () => {
  const online = async () => (await readStatus(db, acme.networkId)).find((row) => row.peerId === acme.laptop.id)?.online
  await saveStatus(db, acme.networkId, [statusOf(acme.laptop.id)])
  expect(await online()).toBe(true)
  await db.pool.query(`UPDATE peer_status SET vouched_at = now() - interval '5 minutes'`)
  expect(await online()).toBe(false)
  const before = Date.now()
  await touchOnline(db, [acme.laptop.id, 999_999])
  expect(await online()).toBe(true)
  const seenAt = (await readStatus(db, acme.networkId)).find((row) => row.peerId === acme.laptop.id)?.seenAt
  expect(Math.abs(Date.parse(seenAt ?? '') - before)).toBeLessThan(60_000)
})

test('observations stay out of the log, and a deleted peer out of the answer', async () => {
  const about = { networkId: other.networkId, actor: anna, kind: 'peer.deleted' } as const
  await saveStatus(db, other.networkId, [statusOf(other.laptop.id)])
  const { revision } = await change(db, about, (tx) =>
    tx.update('peers', other.laptop.id, { deletedAt: '2026-01-01T00:00:00.000Z' }),
  )
  expect(revision).toBe(2)
  expect(await readStatus(db, other.networkId)).toEqual([])
  await change(db, { ...about, kind: 'address.released' }, (tx) => tx.remove('peers', other.laptop.id))
})

test('nothing to save is nothing to do', async () => {
  const query = vi.spyOn(db.pool, 'query')
  await saveStatus(db, acme.networkId, [])
  await touchOnline(db, [])
  expect(query).not.toHaveBeenCalled()
  query.mockRestore()
})

test('a hub is not connected until it says so', async () => {
  expect(await readHubStatus(db, acme.networkId)).toEqual({
    connected: false,
    appliedRevision: null,
    fault: null,
    version: null,
    at: null,
  })
  await saveHubStatus(db, acme.networkId, { connected: true, appliedRevision: 4, fault: null, version: '0.1.0' })
  await saveHubStatus(db, acme.networkId, { connected: true, appliedRevision: 5, fault: 'No.', version: '0.1.0' })
  const status = await readHubStatus(db, acme.networkId)
  expect(status).toMatchObject({ connected: true, appliedRevision: 5, fault: 'No.', version: '0.1.0' })
  expect(Math.abs(Date.parse(status.at ?? '') - Date.now())).toBeLessThan(60_000)
})
