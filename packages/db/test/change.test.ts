import { Change, Refusal } from '@warren/protocol'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  CHANGE_CHANNEL,
  change,
  changesSince,
  createNetwork,
  type Db,
  loadNetwork,
  openDb,
  parseChangeNotice,
  recentChanges,
  secretHash,
  secretHashes,
} from '../src/index.ts'
import { type Acme, anna, keyOf, peerOf, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db
let acme: Acme
let nth = 0

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
})
afterAll(() => database.drop())
beforeEach(async () => {
  acme = await plantAcme(db, nth++)
})

const about = (kind: Change['kind']) => ({ networkId: acme.networkId, actor: anna, kind })
const addPeer = (n: number) =>
  change(db, about('peer.created'), (tx) =>
    tx.insert('peers', peerOf({ cidrId: acme.ops.id, name: `p${n}`, address: `10.42.8.${n}` })),
  )

test('a new network is revision 1, with everything it was made of in one change', async () => {
  const [first, ...more] = await changesSince(db, acme.networkId, 0, 10)
  expect(more).toEqual([])
  expect(first).toMatchObject({ networkId: acme.networkId, revision: 1, actor: anna, kind: 'network.created' })
  expect(first?.before).toEqual({ networks: [], cidrs: [], peers: [], associations: [], invitations: [] })
  const now = await loadNetwork(db, acme.networkId)
  expect({ ...now, revision: 1 }).toEqual({
    network: first?.after.networks[0],
    revision: 1,
    cidrs: first?.after.cidrs,
    peers: first?.after.peers,
    associations: first?.after.associations,
    invitations: [],
  })
})

test('twenty writers at once leave twenty revisions without a gap, each with its own change', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, n) => addPeer(n + 10)))
  const revisions = results.map((result) => result.revision).sort((a, b) => Number(a) - Number(b))
  expect(revisions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2))

  const log = await changesSince(db, acme.networkId, 1, 100)
  expect(log.map((entry) => entry.revision)).toEqual(revisions)
  for (const { value, revision } of results) {
    expect(log.find((entry) => entry.revision === revision)?.after.peers).toEqual([value])
  }
})

test('several updates of one row become one: first before, last after', async () => {
  await change(db, about('peer.edited'), async (tx) => {
    await tx.update('peers', acme.laptop.id, { name: 'first' })
    await tx.update('peers', acme.laptop.id, { name: 'second', listenPort: 1234 })
  })
  const [entry] = await changesSince(db, acme.networkId, 1, 10)
  expect(entry?.before.peers).toEqual([acme.laptop])
  expect(entry?.after.peers).toEqual([{ ...acme.laptop, name: 'second', listenPort: 1234 }])
})

test('a row made and removed again leaves no trace, and what was not changed makes no revision', async () => {
  const { revision } = await change(db, about('cidr.created'), async (tx) => {
    const row = { parentId: acme.root.id, name: 'gone', prefix: '10.42.77.0/24', isolated: false }
    const made = await tx.insert('cidrs', row)
    await tx.remove('cidrs', made.id)
    await tx.update('peers', acme.laptop.id, { name: 'other' })
    await tx.update('peers', acme.laptop.id, { name: acme.laptop.name })
  })
  expect(revision).toBeNull()
  expect(await loadNetwork(db, acme.networkId)).toMatchObject({ revision: 1 })
})

test('a network knows nothing of the rows of another', async () => {
  const other = await plantAcme(db, nth++)
  await change(db, about('peer.edited'), async (tx) => {
    expect(await tx.peer(other.laptop.id)).toBeNull()
    expect(await tx.peersIn([other.ops.id])).toEqual([])
    expect(await tx.invitationsOf(other.laptop.id)).toEqual([])
    expect((await tx.addressesIn('10.42.0.0/16')).map((taken) => taken.name)).toEqual(['hub', 'laptop'])
    const refused = { kind: 'not-found' }
    await expect(tx.update('peers', other.laptop.id, { name: 'stolen' })).rejects.toMatchObject(refused)
    await expect(tx.update('networks', other.networkId, { name: 'stolen' })).rejects.toMatchObject(refused)
    await expect(tx.remove('cidrs', other.ops.id)).rejects.toMatchObject(refused)
    await expect(tx.setSecretHash(other.laptop.id, 'x')).rejects.toMatchObject(refused)
  })
  await expect(change(db, { ...about('peer.edited'), networkId: 999_999 }, async () => 1)).rejects.toMatchObject({
    kind: 'not-found',
  })
})

test('a CIDR that goes takes its place from its tombstones, and the log has them', async () => {
  const deletedAt = '2026-02-03T04:05:06.789Z'
  await change(db, about('peer.deleted'), (tx) => tx.update('peers', acme.laptop.id, { deletedAt }))
  await change(db, about('cidr.deleted'), (tx) => tx.remove('cidrs', acme.ops.id))
  const [entry] = await changesSince(db, acme.networkId, 2, 10)
  expect(entry?.before).toMatchObject({ cidrs: [acme.ops], peers: [{ ...acme.laptop, deletedAt }] })
  expect(entry?.after).toMatchObject({ cidrs: [], peers: [{ ...acme.laptop, deletedAt, cidrId: null }] })

  await change(db, about('address.released'), (tx) => tx.remove('peers', acme.laptop.id))
  await change(db, about('peer.created'), (tx) =>
    tx.insert('peers', peerOf({ cidrId: acme.root.id, name: 'laptop', address: '10.42.8.2' })),
  )
})

test('a released peer takes its invitations with it', async () => {
  const invitation = await change(db, about('invitation.created'), (tx) =>
    tx.insert('invitations', {
      peerId: acme.laptop.id,
      temporaryKey: keyOf(5),
      createdAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-01-02T00:00:00.000Z',
      redeemedAt: null,
      revokedAt: null,
    }),
  )
  await change(db, about('peer.deleted'), (tx) =>
    tx.update('peers', acme.laptop.id, { deletedAt: '2026-02-03T04:05:06.789Z' }),
  )
  await change(db, about('address.released'), async (tx) => {
    expect(await tx.addressesIn('10.42.8.0/24')).toEqual([{ address: '10.42.8.2', name: 'laptop', deleted: true }])
    await tx.remove('peers', acme.laptop.id)
  })
  const [entry] = await changesSince(db, acme.networkId, 3, 1)
  expect(entry?.before.invitations).toEqual([invitation.value])
  expect(entry?.after.peers).toEqual([])
})

test('no secret is in the log, nor in any row that comes out', async () => {
  const hash = 'c0ffee'.repeat(10)
  await change(db, about('peer.redeemed'), async (tx) => {
    await tx.setSecretHash(acme.laptop.id, hash)
    await tx.update('peers', acme.laptop.id, { publicKey: keyOf(6), redeemedAt: '2026-01-02T00:00:00.000Z' })
    expect(await tx.secretHash(acme.laptop.id)).toBe(hash)
    expect(JSON.stringify(await Promise.all([tx.peer(acme.laptop.id), tx.peersIn([acme.ops.id])]))).not.toContain(hash)
  })
  const { revision } = await change(db, about('peer.edited'), (tx) => tx.setSecretHash(acme.hub.id, hash))
  expect(revision).toBeNull()
  const { rows } = await db.pool.query('SELECT c::text FROM change c')
  expect(JSON.stringify(rows)).not.toContain(hash)
  expect(JSON.stringify(await loadNetwork(db, acme.networkId))).not.toContain(hash)

  expect(await secretHash(db, acme.laptop.id)).toBe(hash)
  expect(await secretHashes(db, acme.networkId)).toEqual(
    new Map([
      [acme.hub.id, hash],
      [acme.laptop.id, hash],
    ]),
  )
})

test('a secret counts only while its peer is a member, and again when it is one again', async () => {
  const hash = 'c0ffee'.repeat(10)
  const { id } = acme.laptop
  const set = (patch: { redeemedAt?: string | null; deletedAt?: string | null }) =>
    change(db, about('peer.edited'), (tx) => tx.updateMany('peers', [{ id, patch }]))
  await change(db, about('peer.redeemed'), (tx) => tx.setSecretHash(id, hash))
  expect(await secretHash(db, id)).toBeNull()
  await set({ redeemedAt: '2026-01-02T00:00:00.000Z' })
  expect(await secretHash(db, id)).toBe(hash)
  await set({ deletedAt: '2026-01-03T00:00:00.000Z' })
  expect(await secretHash(db, id)).toBeNull()
  expect((await secretHashes(db, acme.networkId)).has(id)).toBe(false)
  await set({ deletedAt: null })
  expect(await secretHash(db, id)).toBe(hash)
})

test('many rows are written at once as one by one, and an id of another network refuses all of them', async () => {
  const invitation = { peerId: acme.laptop.id, temporaryKey: keyOf(31), redeemedAt: null, revokedAt: null }
  const times = { createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2027-01-01T00:00:00.123Z' }
  const made = await change(db, about('peers.invited'), async (tx) => {
    const rows = await tx.insertMany('invitations', [
      { ...invitation, ...times },
      { ...invitation, ...times, temporaryKey: keyOf(32) },
    ])
    expect(await tx.knownKeys([keyOf(31), keyOf(32), keyOf(33)])).toEqual(new Set([keyOf(31), keyOf(32)]))
    return rows
  })
  expect(made.value.map((row) => row.temporaryKey)).toEqual([keyOf(31), keyOf(32)])
  const patches = made.value.map(({ id }) => ({ id, patch: { revokedAt: '2026-01-05T00:00:00.000Z' } }))
  const ended = await change(db, about('peers.deleted'), async (tx) => {
    const invitations = await tx.updateMany('invitations', patches)
    return {
      invitations,
      peers: await tx.updateMany('peers', [{ id: acme.laptop.id, patch: { address: '10.42.8.9' } }]),
    }
  })
  const [entry] = await changesSince(db, acme.networkId, (ended.revision ?? 0) - 1, 1)
  expect(entry?.before.invitations).toEqual(made.value)
  expect(entry?.after).toMatchObject({ invitations: ended.value.invitations, peers: ended.value.peers })
  expect(ended.value.invitations).toEqual(made.value.map((row) => ({ ...row, revokedAt: '2026-01-05T00:00:00.000Z' })))

  const foreign = change(db, about('peers.deleted'), (tx) =>
    tx.updateMany('peers', [
      { id: acme.laptop.id, patch: { name: 'other' } },
      { id: 999_999, patch: { name: 'x' } },
    ]),
  )
  await expect(foreign).rejects.toMatchObject({ kind: 'not-found' })
  const gone = await change(db, about('invitation.revoked'), (tx) =>
    tx.removeMany(
      'invitations',
      made.value.map(({ id }) => id),
    ),
  )
  const [removal] = await changesSince(db, acme.networkId, (gone.revision ?? 0) - 1, 1)
  expect(removal?.before.invitations).toEqual(ended.value.invitations)
  await change(db, about('change.undone'), (tx) => tx.restore('invitations', ended.value.invitations))
  expect((await loadNetwork(db, acme.networkId))?.invitations).toEqual(ended.value.invitations)
})

test('each committed change is told once, a failed one never', async () => {
  const listener = new pg.Client(database.url)
  await listener.connect()
  const told: string[] = []
  listener.on('notification', (message) => told.push(message.payload ?? ''))
  await listener.query(`LISTEN ${CHANGE_CHANNEL}`)

  const ends = await Promise.allSettled([
    addPeer(10),
    addPeer(11),
    change(db, about('peer.edited'), async (tx) => {
      await tx.update('peers', acme.laptop.id, { name: 'never' })
      throw new Refusal('rule-broken', 'No.')
    }),
    change(db, about('peer.edited'), (tx) => tx.update('peers', acme.laptop.id, { name: 'hub' })),
    change(db, about('peer.edited'), (tx) => tx.cidrs()),
    addPeer(12),
  ])
  expect(ends.map((end) => end.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
  await listener.query(`NOTIFY ${CHANGE_CHANNEL}, 'end'`)
  await vi.waitFor(() => expect(told).toContain('end'), 10_000)
  expect(told).toEqual([2, 3, 4].map((revision) => `${acme.networkId}:${revision}`).concat('end'))
  expect(told.map(parseChangeNotice).slice(0, 1)).toEqual([{ networkId: acme.networkId, revision: 2 }])
  await listener.end()
})

test('a refusal keeps its words, a bug keeps its nature', async () => {
  const bug = new TypeError('undefined is not a function')
  await expect(change(db, about('peer.edited'), () => Promise.reject(bug))).rejects.toBe(bug)
  const refusal = new Refusal('rule-broken', 'Not on a Sunday.', 'day')
  await expect(change(db, about('peer.edited'), () => Promise.reject(refusal))).rejects.toBe(refusal)
})

test('a deadlock is tried again', async () => {
  const other = new pg.Client(database.url)
  await other.connect()
  let attempts = 0
  let otherEnds: Promise<unknown> = Promise.resolve()
  const result = await change(db, about('peer.renamed'), async (tx) => {
    attempts += 1
    const renamed = await tx.update('peers', acme.laptop.id, { name: 'renamed' })
    if (attempts > 1) return renamed
    // The other session holds the hub and waits for the laptop; we hold the laptop and now want the hub.
    await other.query(`BEGIN; SET LOCAL deadlock_timeout = '60s'`)
    await other.query(`SELECT FROM peer WHERE id = ${acme.hub.id} FOR UPDATE`)
    otherEnds = other
      .query(`UPDATE peer SET listen_port = 1 WHERE id = ${acme.laptop.id}`)
      .then(() => other.query('COMMIT'))
    await tx.update('peers', acme.hub.id, { listenPort: 2 })
    throw new Error('There was no deadlock.')
  })
  expect(attempts).toBe(2)
  expect(result).toMatchObject({ value: { name: 'renamed', listenPort: 1 }, revision: 2 })
  await otherEnds
  await other.end()
})

test('a lock that somebody holds too long is a refusal, and nothing is half-done', async () => {
  const other = new pg.Client(database.url)
  await other.connect()
  await other.query(`BEGIN; SELECT FROM network WHERE id = ${acme.networkId} FOR UPDATE`)
  const hasty = openDb(database.url, { poolSize: 1 })
  await hasty.pool.query(`SET lock_timeout = '200ms'`)
  const rename = () =>
    change(hasty, about('peer.renamed'), (tx) => tx.update('peers', acme.laptop.id, { name: 'renamed' }))
  await expect(rename()).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringMatching(/too busy/) })
  await other.query('ROLLBACK')
  await other.end()
  await expect(rename()).resolves.toMatchObject({ revision: 2 })
  await hasty.close()
})

test('rows carry canonical texts and UTC times, whatever Postgres prints', async () => {
  const network = {
    name: 'six',
    interface: 'six',
    endpoint: 'h:1',
    listenPort: 1,
    apiPort: 1,
    invitationHours: 1,
    keepaliveS: 25,
  }
  const { value } = await createNetwork(db, { actor: anna, network }, async (tx) => {
    const cidr = (parentId: number | null, name: string, prefix: string) =>
      tx.insert('cidrs', { parentId, name, prefix, isolated: false })
    const root = await cidr(null, 'six', '::/64')
    const one = await cidr(root.id, 'one', '::1:2/128')
    const redeemedAt = '2026-07-01T12:00:00.000Z'
    const peer = await tx.insert('peers', peerOf({ cidrId: one.id, name: 'p', address: '::1:2', redeemedAt }))
    expect(await tx.addressesIn('::/0')).toEqual([{ address: '::1:2', name: 'p', deleted: false }])
    return { root, one, peer }
  })
  expect(value).toMatchObject({
    root: { prefix: '::/64' },
    one: { prefix: '::1:2/128' },
    peer: { address: '::1:2', redeemedAt: '2026-07-01T12:00:00.000Z' },
  })
})

test('the log is read in pages, backwards', async () => {
  for (let n = 10; n < 14; n++) await addPeer(n)
  const page = await recentChanges(db, acme.networkId, { limit: 2 })
  expect(page.map((entry) => entry.revision)).toEqual([5, 4])
  const next = await recentChanges(db, acme.networkId, { before: 4, limit: 10 })
  expect(next.map((entry) => entry.revision)).toEqual([3, 2, 1])
  for (const entry of [...page, ...next]) expect(Change.parse(entry)).toEqual(entry)
})

test('a snapshot is of one moment while others write', async () => {
  let writing = true
  const writer = (async () => {
    for (let n = 0; writing; n++) {
      const name = `w${n}`
      await change(db, about('peer.edited'), async (tx) => {
        await tx.update('peers', acme.laptop.id, { name })
        await tx.update('cidrs', acme.ops.id, { name })
      })
    }
  })()
  const torn: unknown[] = []
  const revisions = new Set<number>()
  for (let n = 0; n < 60; n++) {
    const snapshot = await loadNetwork(db, acme.networkId)
    const peer = snapshot?.peers.find((row) => row.id === acme.laptop.id)?.name
    const cidr = snapshot?.cidrs.find((row) => row.id === acme.ops.id)?.name
    const revision = snapshot?.revision ?? 0
    revisions.add(revision)
    if (revision > 1 && (peer !== cidr || peer !== `w${revision - 2}`)) torn.push({ revision, peer, cidr })
  }
  writing = false
  await writer
  expect(torn).toEqual([])
  expect(revisions.size).toBeGreaterThan(1)
})
