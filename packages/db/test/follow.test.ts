import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  change,
  type Db,
  lapseOnline,
  type PeerStatus,
  readStatusFrom,
  saveStatus,
  standing,
  touchOnline,
} from '../src/index.ts'
import { type Acme, anna, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db
let acme: Acme

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
  acme = await plantAcme(db)
})
afterAll(() => database.drop())

const T = '2026-07-01T12:00:00.000Z'
const row = (peerId: number, more: Partial<PeerStatus> = {}): PeerStatus => ({
  peerId,
  online: true,
  seenAt: T,
  endpoint: null,
  handshakeAt: T,
  rx: 1,
  tx: 1,
  appliedRevision: 1,
  appliedAt: T,
  current: true,
  version: '0.1.0',
  candidates: [],
  fault: null,
  ...more,
})
const stamp = async () => (await standing(db, acme.networkId, 1))?.stamp ?? Number.NaN
const save = (...rows: PeerStatus[]) => saveStatus(db, acme.networkId, rows)
/** The ids of the peers of which something was written from a stamp on, and of those that look different. */
async function since(from: number) {
  const rows = await readStatusFrom(db, acme.networkId, from)
  return {
    written: rows.filter(({ written }) => written >= from).map(({ row }) => row.peerId),
    turned: rows.filter(({ turned }) => turned >= from).map(({ row }) => row.peerId),
  }
}

test('a network stands at its latest revision, and a revision has a time if the log has it', async () => {
  const { revision } = await change(db, { networkId: acme.networkId, actor: anna, kind: 'peer.edited' }, (tx) =>
    tx.update('peers', acme.laptop.id, { isAdmin: true }),
  )
  expect(await standing(db, acme.networkId, revision ?? 0)).toMatchObject({
    revision,
    at: expect.stringMatching(/^2.*Z$/),
  })
  expect(await standing(db, acme.networkId, 999)).toMatchObject({ revision, at: null })
  expect(await standing(db, 999_999, 1)).toBeNull()
})

test('what was written from a stamp on is told, and nothing older', async () => {
  await save(row(acme.hub.id), row(acme.laptop.id))
  const from = await stamp()
  expect(await since(from)).toEqual({ written: [], turned: [] })
  await save(row(acme.laptop.id, { online: false }))
  expect(await since(from)).toEqual({ written: [acme.laptop.id], turned: [acme.laptop.id] })
})

test('what a transaction wrote that was open while somebody looked is told the next time', async () => {
  await save(row(acme.hub.id))
  const slow = await db.pool.connect()
  try {
    await slow.query('BEGIN')
    await slow.query(
      `UPDATE peer_status SET rx = 77, written = pg_current_xact_id()::text::bigint WHERE peer_id = $1`,
      [acme.hub.id],
    )
    await save(row(acme.laptop.id, { online: false, rx: 5 }))
    const from = await stamp()
    expect((await since(from)).written).not.toContain(acme.hub.id)
    await slow.query('COMMIT')
    expect((await since(from)).written).toContain(acme.hub.id)
  } finally {
    slow.release()
  }
})

test.each([
  ['bytes', { rx: 2, tx: 9 }, false],
  ['a handshake that follows the last one', { handshakeAt: '2026-07-01T12:02:00.000Z' }, false],
  ['a handshake after a pause', { handshakeAt: '2026-07-01T12:03:00.000Z' }, true],
  ['no handshake any more', { handshakeAt: null }, true],
  ['going offline', { online: false }, true],
  ['a fault', { fault: 'no wg' }, true],
  ['an applied revision', { appliedRevision: 2 }, true],
  ['no longer being current', { current: false }, true],
  ['another endpoint', { endpoint: '203.0.113.9:1' }, true],
] as const)('%s: written, and a turn is %s', async (_name, more, turns) => {
  await save(row(acme.laptop.id))
  const from = await stamp()
  await save(row(acme.laptop.id, more))
  expect(await since(from)).toEqual({ written: [acme.laptop.id], turned: turns ? [acme.laptop.id] : [] })
})

test('being vouched for is news only for one who was offline', async () => {
  await save(row(acme.laptop.id), row(acme.hub.id, { online: false }))
  const from = await stamp()
  await touchOnline(db, [acme.laptop.id, acme.hub.id])
  expect(await since(from)).toEqual({ written: [acme.hub.id], turned: [acme.hub.id] })
})

test('whom nobody vouches for is taken offline, once, and this is news', async () => {
  await save(row(acme.laptop.id), row(acme.hub.id))
  expect(Date.parse((await lapseOnline(db, acme.networkId)) ?? '')).toBeGreaterThan(Date.now() - 60_000)
  await db.pool.query(`UPDATE peer_status SET vouched_at = now() - interval '5 minutes' WHERE peer_id = $1`, [
    acme.laptop.id,
  ])
  const from = await stamp()
  await lapseOnline(db, acme.networkId)
  expect(await since(from)).toEqual({ written: [acme.laptop.id], turned: [acme.laptop.id] })
  const after = await stamp()
  await lapseOnline(db, acme.networkId)
  expect(await since(after)).toEqual({ written: [], turned: [] })
})

test('observations of a restored database, written by transactions that it has not had yet, are told once', async () => {
  await save(row(acme.laptop.id))
  await db.pool.query('UPDATE peer_status SET written = 9000000000, turned = 9000000000 WHERE peer_id = $1', [
    acme.laptop.id,
  ])
  expect((await readStatusFrom(db, acme.networkId, 0)).map(({ row }) => row.peerId)).toContain(acme.laptop.id)
  expect((await since(await stamp())).written).toEqual([])
})
