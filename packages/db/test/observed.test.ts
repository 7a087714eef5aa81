import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  change,
  type Db,
  lastReceipt,
  pruneReceipts,
  pruneTraffic,
  readCounters,
  readReceipts,
  readTraffic,
  recentReceipts,
  saveReceipts,
  saveStatus,
  saveTraffic,
} from '../src/index.ts'
import { type Acme, anna, plantAcme } from './acme.ts'
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

const rename = async (name: string): Promise<number> => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.renamed' } as const
  const { revision } = await change(db, about, (tx) => tx.update('peers', acme.laptop.id, { name }))
  return revision ?? 0
}
const news = (peerId: number, grew: number) => ({
  peerId,
  since: 'run',
  rx: grew,
  tx: 2 * grew,
  grewRx: grew,
  grewTx: 2 * grew,
  rxPerS: 1.4,
  txPerS: 2.6,
})
const save = (more: Partial<Parameters<typeof saveReceipts>[2]>) =>
  saveReceipts(db, acme.networkId, { affected: [], applied: [], hub: [], ...more })
const spans = async () =>
  (await db.pool.query('SELECT step_s FROM traffic ORDER BY step_s')).rows.map(({ step_s }) => step_s)

test('bytes add up in the spans of now, and what was never told is unknown', async () => {
  await saveTraffic(db, acme.networkId, [news(acme.laptop.id, 100)])
  await saveTraffic(db, acme.networkId, [news(acme.laptop.id, 50)])
  const { rx, tx, stepS } = await readTraffic(db, acme.laptop.id, 'day')
  expect([rx.length, stepS, rx[0]]).toEqual([288, 300, null])
  expect([rx, tx].map((list) => list.reduce((sum, one) => (sum ?? 0) + (one ?? 0), 0))).toEqual([150, 300])
  expect((await readCounters(db, acme.networkId)).get(acme.laptop.id)).toEqual({ since: 'run', rx: 50, tx: 100 })
  await saveTraffic(db, other.networkId, [news(acme.laptop.id, 7)])
  expect((await readCounters(db, acme.networkId)).get(acme.laptop.id)?.rx).toBe(50)
})

test('short spans are kept for two days, long ones for sixty', async () => {
  const age = (interval: string) => db.pool.query(`UPDATE traffic SET at = at - interval '${interval}'`)
  await age('1 day')
  await pruneTraffic(db)
  expect(await spans()).toEqual([300, 3600])
  await age('3 days')
  await pruneTraffic(db)
  expect(await spans()).toEqual([3600])
  await age('60 days')
  await pruneTraffic(db)
  expect(await spans()).toEqual([])
})

test('a report counts for all that a peer was behind, and for nobody else', async () => {
  const revisions = [await rename('one'), await rename('two'), await rename('three')]
  const both = [acme.laptop.id, acme.hub.id]
  await save({ affected: revisions.map((revision) => ({ revision, peerIds: both })) })
  const [first = 0, second = 0, third = 0] = revisions
  await save({ applied: [{ peerId: acme.laptop.id, before: first - 1, revision: second, agoMs: 3 }] })
  const applied = async () => (await readReceipts(db, acme.networkId, revisions)).map((receipt) => receipt.applied)
  expect(await applied()).toEqual([0, 1, 1])
  await save({ hub: [{ before: first - 1, revision: third, agoMs: 3 }] })
  expect(await applied()).toEqual([1, 2, 2])
  expect(await lastReceipt(db, acme.networkId)).toBe(third)
})

test('what is written twice is written once, and the first time counts', async () => {
  const revision = await rename('four')
  await save({ affected: [{ revision, peerIds: [acme.laptop.id] }] })
  await save({ affected: [{ revision, peerIds: [acme.laptop.id, acme.hub.id] }] })
  const report = { peerId: acme.laptop.id, before: revision - 1, revision }
  await save({ applied: [{ ...report, agoMs: 0 }] })
  const first = (await readReceipts(db, acme.networkId, [revision]))[0]
  await db.pool.query('SELECT pg_sleep(0.05)')
  await save({ applied: [{ ...report, agoMs: 0 }] })
  expect(first).toMatchObject({ affected: 1, applied: 1, waiting: [] })
  expect((await readReceipts(db, acme.networkId, [revision]))[0]).toEqual(first)
})

test('a peer that told of a later revision has the earlier one too, though nobody knows since when', async () => {
  const revision = await rename('five')
  await save({ affected: [{ revision, peerIds: [acme.laptop.id] }] })
  expect((await readReceipts(db, acme.networkId, [revision]))[0]).toMatchObject({
    applied: 0,
    waiting: [{ peerId: acme.laptop.id, why: 'not joined' }],
  })
  const status = { online: true, seenAt: null, endpoint: null, handshakeAt: null, rx: 0, tx: 0, appliedAt: null }
  const rest = { current: null, version: null, candidates: [], fault: null }
  await saveStatus(db, acme.networkId, [{ peerId: acme.laptop.id, appliedRevision: revision + 1, ...status, ...rest }])
  expect((await readReceipts(db, acme.networkId, [revision]))[0]).toMatchObject({
    applied: 1,
    p50Ms: null,
    waiting: [],
  })
})

test('receipts are kept for thirty days, and the last thousand', async () => {
  const before = await recentReceipts(db, acme.networkId, 50)
  await pruneReceipts(db)
  expect(await recentReceipts(db, acme.networkId, 50)).toEqual(before)
  await db.pool.query("UPDATE receipt SET at = at - interval '31 days' WHERE revision = $1", [before.at(-1)?.revision])
  await pruneReceipts(db)
  expect((await recentReceipts(db, acme.networkId, 50)).length).toBe(before.length - 1)
})
