import { contains, holds, overlaps, type Prefix, parseAddress, parsePrefix } from '@warren/cidr'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { change, type Db, loadNetwork, type Snapshot } from '../src/index.ts'
import { rules } from '../src/rules.ts'
import { type Acme, anna, peerOf, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db

beforeAll(async () => {
  database = await testDatabase({ poolSize: 20 })
  db = database.db
})
afterAll(() => database.drop())

/**
 * Two sessions that have both written before either is checked, and are both checked before either commits: what a check
 * without a lock would let through. Returns what they were refused with.
 */
async function bothWrite(first: string, second: string): Promise<unknown[]> {
  const [one, two] = [new pg.Client(database.url), new pg.Client(database.url)]
  const check = (client: pg.Client) => client.query('SET CONSTRAINTS ALL IMMEDIATE')
  try {
    for (const [client, sql] of [
      [one, first],
      [two, second],
    ] as const) {
      await client.connect()
      await client.query(`BEGIN; ${sql}`)
    }
    await check(one)
    const secondEnds = check(two).then(() => two.query('COMMIT'))
    const ends = Promise.allSettled([secondEnds])
    // Long enough for a check that does not wait to be through.
    await one.query('SELECT pg_sleep(0.2)')
    await one.query('COMMIT')
    return (await ends).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  } finally {
    await one.end()
    await two.end()
  }
}

const insertCidr = (acme: Acme, name: string, prefix: string, parent = acme.root.id) =>
  `INSERT INTO cidr (network_id, parent_id, name, prefix) VALUES (${acme.networkId}, ${parent}, '${name}', '${prefix}')`
const insertPeer = (acme: Acme, name: string, address: string, cidr = acme.ops.id) =>
  `INSERT INTO peer (network_id, cidr_id, name, address, kind)
   VALUES (${acme.networkId}, ${cidr}, '${name}', '${address}', 'agent')`

/** Each pair is fine alone. The rule names are those of which one session has to hear one. */
const pairs: [rule: string, first: (acme: Acme) => string, second: (acme: Acme) => string][] = [
  [
    'cidr_siblings_apart',
    (acme) => insertCidr(acme, 'a', '10.42.16.0/20'),
    (acme) => insertCidr(acme, 'b', '10.42.20.0/24'),
  ],
  [
    'cidr_(inside_parent|holds_children)',
    (acme) => insertCidr(acme, 'a', '10.42.8.128/25', acme.ops.id),
    (acme) => `UPDATE cidr SET prefix = '10.42.8.0/25' WHERE id = ${acme.ops.id}`,
  ],
  [
    'peer_inside_cidr|cidr_holds_peers',
    (acme) => insertPeer(acme, 'a', '10.42.8.200'),
    (acme) => `UPDATE cidr SET prefix = '10.42.8.0/25' WHERE id = ${acme.ops.id}`,
  ],
  [
    'peer_in_no_child',
    (acme) => insertPeer(acme, 'a', '10.42.8.200'),
    (acme) => insertCidr(acme, 'a', '10.42.8.192/26', acme.ops.id),
  ],
]

test.each(pairs)('two sessions at once cannot break %s', async (rule, first, second) => {
  const acme = await plantAcme(db, nth())
  const refused = await bothWrite(first(acme), second(acme))
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatchObject({ message: expect.stringMatching(rule) })
  expect(await faultsOf(acme)).toEqual([])
})

test('two admins who give out the same name at once: one hears so', async () => {
  const acme = await plantAcme(db, nth())
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.created' } as const
  const ends = await Promise.allSettled(
    ['10.42.8.20', '10.42.8.21'].map((address) =>
      change(db, about, (tx) => tx.insert('peers', peerOf({ cidrId: acme.ops.id, name: 'twin', address }))),
    ),
  )
  expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({
    kind: 'conflict',
    message: rules.peer_name_live?.sentence,
    field: 'name',
  })
})

let planted = 0
const nth = () => ++planted

const octet = fc.integer({ min: 0, max: 63 })
const prefix = fc.tuple(octet, fc.constantFrom(18, 20, 22, 24, 25, 26)).map(([high, width]) => {
  const value = (high * 1024) & ~((1 << (32 - width)) - 1)
  return `10.42.${(value >> 8) & 255}.${value & 255}/${width}`
})
/** What somebody with psql and no idea of the rules may do; ids are picked from what is there. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('cidr' as const), prefix, pick: fc.nat(20) }),
  fc.record({ kind: fc.constant('resize' as const), prefix, pick: fc.nat(20) }),
  fc.record({ kind: fc.constant('reparent' as const), pick: fc.nat(20), other: fc.nat(20) }),
  fc.record({ kind: fc.constant('peer' as const), pick: fc.nat(20), high: fc.nat(255), low: fc.nat(255) }),
  fc.record({ kind: fc.constant('move' as const), pick: fc.nat(20), other: fc.nat(20) }),
  fc.record({ kind: fc.constant('drop' as const), pick: fc.nat(20) }),
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

let acts = 0
function sqlOf(what: Act, network: number): string {
  const name = `n${++acts}`
  const cidr = (pick: number) =>
    `(SELECT id FROM cidr WHERE network_id = ${network} ORDER BY id OFFSET ${pick} % (SELECT count(*) FROM cidr WHERE network_id = ${network}) LIMIT 1)`
  const peer = (pick: number) =>
    `(SELECT id FROM peer WHERE network_id = ${network} ORDER BY id OFFSET ${pick} % (SELECT count(*) FROM peer WHERE network_id = ${network}) LIMIT 1)`
  switch (what.kind) {
    case 'cidr':
      return `INSERT INTO cidr (network_id, parent_id, name, prefix) VALUES (${network}, ${cidr(what.pick)}, '${name}', '${what.prefix}')`
    case 'resize':
      return `UPDATE cidr SET prefix = '${what.prefix}' WHERE id = ${cidr(what.pick)}`
    case 'reparent':
      return `UPDATE cidr SET parent_id = ${cidr(what.other)} WHERE id = ${cidr(what.pick)}`
    case 'peer':
      return `INSERT INTO peer (network_id, cidr_id, name, address, kind) VALUES (${network}, ${cidr(what.pick)}, '${name}', '10.42.${what.high}.${what.low}', 'agent')`
    case 'move':
      return `UPDATE peer SET cidr_id = ${cidr(what.other)} WHERE id = ${peer(what.pick)}`
    case 'drop':
      return `DELETE FROM cidr WHERE id = ${cidr(what.pick)}`
  }
}

test('whatever several sessions write at once without the verbs, the tree stays a tree', async () => {
  let kept = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 30, maxLength: 60 }),
      async (jobs) => {
        const acme = await plantAcme(db, nth())
        const ends = await inParallel(jobs, 6, (job) => transaction(job.map((what) => sqlOf(what, acme.networkId))))
        kept += ends.filter(Boolean).length
        expect(await faultsOf(acme)).toEqual([])
      },
    ),
    { numRuns: 12 },
  )
  // A test in which everything is refused would prove nothing.
  expect(kept).toBeGreaterThan(20)
})

async function inParallel<T, R>(jobs: readonly T[], width: number, work: (job: T) => Promise<R>): Promise<R[]> {
  const queue = [...jobs]
  const results: R[] = []
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) results.push(await work(job))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}

async function transaction(statements: readonly string[]): Promise<boolean> {
  const client = await db.pool.connect()
  try {
    await client.query(`BEGIN; ${statements.join('; ')}; COMMIT`)
    return true
  } catch (error) {
    expect(String(error)).toMatch(/violates|deadlock detected/)
    await client.query('ROLLBACK')
    return false
  } finally {
    client.release()
  }
}

/** The rules of the tree read naively over everything that is stored. */
async function faultsOf(acme: Acme): Promise<string[]> {
  const now = await loadNetwork(db, acme.networkId)
  if (!now) return ['no network']
  const cidrs = now.cidrs.map((row) => ({ ...row, prefix: prefixOf(row.prefix) }))
  const faults = cidrs.flatMap((a) => {
    const parent = cidrs.find((row) => row.id === a.parentId)
    const inside = !parent || (contains(parent.prefix, a.prefix) && parent.prefix.width < a.prefix.width)
    const clash = cidrs.filter((b) => b.id !== a.id && b.parentId === a.parentId && overlaps(a.prefix, b.prefix))
    return [...(inside ? [] : [`${a.name} outside`]), ...clash.map((b) => `${a.name} overlaps ${b.name}`)]
  })
  const roots = cidrs.filter((row) => row.parentId === null)
  return [...faults, ...(roots.length === 1 ? [] : ['roots']), ...peerFaults(now.peers, cidrs)]
}

function peerFaults(peers: Snapshot['peers'], cidrs: { id: number; prefix: Prefix; name: string }[]): string[] {
  return peers.flatMap((peer) => {
    const address = parseAddress(peer.address)
    if (!address.ok) return [`${peer.name} has no address`]
    // Nested prefixes: the narrowest that holds the address is where the peer has to sit.
    const around = cidrs.filter((row) => holds(row.prefix, address.value))
    const narrowest = around.sort((a, b) => b.prefix.width - a.prefix.width)[0]
    return narrowest?.id === peer.cidrId ? [] : [`${peer.name} (${peer.address}) belongs in ${narrowest?.name}`]
  })
}

function prefixOf(text: string): Prefix {
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}
