import { afterAll, beforeAll, expect, test } from 'vitest'
import { change, type Db } from '../src/index.ts'
import { type Acme, anna, peerOf, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db
let acme: Acme

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
  acme = await plantAcme(db, 0)
})
afterAll(() => database.drop())

/** One write of a CIDR and one of a peer, each through the trigger that keeps its rules. */
const write = async (n: number) => {
  const about = { networkId: acme.networkId, actor: anna } as const
  await change(db, { ...about, kind: 'cidr.edited' }, (tx) => tx.update('cidrs', acme.ops.id, { name: `ops-${n}` }))
  await change(db, { ...about, kind: 'peer.created' }, (tx) =>
    tx.insert('peers', peerOf({ cidrId: acme.ops.id, name: `p${n}`, address: `10.42.8.${n}` })),
  )
}

// PostgreSQL has a type called cidr: a trigger that names its row type by the table finds that one when the statistics
// of the table change, on every connection that has run it before.
test('writes go on after the tables were analyzed, as autovacuum does at any time', async () => {
  for (let n = 10; n < 20; n += 1) await write(n)
  await db.pool.query('ANALYZE cidr, peer')
  for (let n = 20; n < 40; n += 1) await expect(write(n)).resolves.toBeUndefined()
})
