import { Refusal } from '@warren/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { change, createNetwork, type Db, type RowOf, type Writer } from '../src/index.ts'
import { rules } from '../src/rules.ts'
import { type Acme, anna, keyOf, peerOf, plantAcme } from './acme.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Db
let acme: Acme
let other: Acme
let dual: Acme & { phone: RowOf['peers'] }

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
  acme = await plantAcme(db)
  other = await plantAcme(db, 1)
  dual = await plantDual()
})
afterAll(() => database.drop())

const cidr = (name: string, prefix: string, parentId: number | null = acme.root.id) => ({
  parentId,
  name,
  prefix,
  isolated: false,
})
const peer = (name: string, address: string, cidrId: number | null = acme.ops.id) => peerOf({ cidrId, name, address })
const invitation = (n: number, peerId = acme.laptop.id) => ({
  peerId,
  temporaryKey: keyOf(n),
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-08T00:00:00.000Z',
  redeemedAt: null,
  revokedAt: null,
})

/** IPv6 for the root, for ops and for the laptop in it; infra has none. */
async function addIpv6(tx: Writer, { root, ops, laptop } = acme) {
  await tx.update('cidrs', root.id, { prefix6: 'fd00::/48' })
  await tx.update('cidrs', ops.id, { prefix6: 'fd00:0:0:8::/64' })
  await tx.update('peers', laptop.id, { address6: 'fd00:0:0:8::2' })
}

/** A network that has IPv6 like this, and a phone directly in the root. */
async function plantDual(): Promise<Acme & { phone: RowOf['peers'] }> {
  const planted = await plantAcme(db, 2)
  const about = { networkId: planted.networkId, actor: anna, kind: 'peer.created' } as const
  const { value } = await change(db, about, async (tx) => {
    await addIpv6(tx, planted)
    const at = { address6: 'fd00:0:0:9::2' }
    return tx.insert('peers', { ...peer('phone', '10.42.99.1', planted.root.id), ...at })
  })
  return { ...planted, phone: value }
}

/** What breaks each rule, as a verb that checked nothing would. */
const breaches: [rule: string, work: (tx: Writer) => Promise<unknown>][] = [
  ['network_name_key', (tx) => tx.update('networks', acme.networkId, { name: 'acme1' })],
  ['network_interface_key', (tx) => tx.update('networks', acme.networkId, { interface: 'acme1' })],
  ['network_listen_port_key', (tx) => tx.update('networks', acme.networkId, { listenPort: 51821 })],
  ['network_name_label', (tx) => tx.update('networks', acme.networkId, { name: 'Acme' })],
  ['network_interface_name', (tx) => tx.update('networks', acme.networkId, { interface: 'sixteen-letters-' })],
  ['network_interface_name', (tx) => tx.update('networks', acme.networkId, { interface: '-wg' })],
  ['network_ports', (tx) => tx.update('networks', acme.networkId, { apiPort: 0 })],
  ['network_keepalive_s', (tx) => tx.update('networks', acme.networkId, { keepaliveS: 3601 })],
  ['network_listen_port_before', (tx) => tx.update('networks', acme.networkId, { listenPortBefore: 0 })],
  ['network_poll_hold_s', (tx) => tx.update('networks', acme.networkId, { pollHoldS: 51 })],
  ['network_poll_every_s', (tx) => tx.update('networks', acme.networkId, { pollEveryS: 4 })],
  ['network_rotate_days', (tx) => tx.update('networks', acme.networkId, { rotateDays: 0 })],
  ['network_invitation_hours', (tx) => tx.update('networks', acme.networkId, { invitationHours: 0 })],

  ['cidr_network_id_name_key', (tx) => tx.insert('cidrs', cidr('ops', '10.42.9.0/24'))],
  ['cidr_name_label', (tx) => tx.insert('cidrs', cidr('-dev', '10.42.9.0/24'))],
  ['cidr_name_label', (tx) => tx.insert('cidrs', cidr('dev\n', '10.42.9.0/24'))],
  ['cidr_name_label', (tx) => tx.insert('cidrs', cidr('d'.repeat(64), '10.42.9.0/24'))],
  ['cidr_prefix_canonical', (tx) => tx.insert('cidrs', cidr('dev', '10.42.9.1/24'))],
  ['cidr_prefix_canonical', (tx) => tx.insert('cidrs', cidr('dev', '::ffff:10.42.9.0/120'))],
  ['cidr_prefix6_canonical', (tx) => tx.update('cidrs', acme.root.id, { prefix6: 'fd00::1/48' })],
  ['cidr_prefix6_canonical', (tx) => tx.update('cidrs', acme.root.id, { prefix6: '10.43.0.0/16' })],
  ['cidr_prefix6_second', (tx) => tx.update('cidrs', acme.root.id, { prefix: 'fd01::/48', prefix6: 'fd00::/48' })],
  ['cidr_prefix6_roomy', (tx) => tx.update('cidrs', acme.root.id, { prefix6: 'fd00::/127' })],
  [
    'cidr_siblings6_apart',
    async (tx) => {
      await addIpv6(tx)
      await tx.insert('cidrs', { ...cidr('dev', '10.42.9.0/24'), prefix6: 'fd00:0:0:8::/65' })
    },
  ],
  ['cidr6_inside_parent', (tx) => tx.update('cidrs', acme.ops.id, { prefix6: 'fd00:0:0:8::/64' })],
  [
    'cidr6_inside_parent',
    async (tx) => {
      await addIpv6(tx)
      const dev = await tx.insert('cidrs', cidr('dev', '10.42.9.0/24'))
      await tx.insert('cidrs', { ...cidr('desk', '10.42.9.0/28', dev.id), prefix6: 'fd00:0:0:9::/64' })
    },
  ],
  [
    'cidr6_inside_parent',
    async (tx) => {
      await addIpv6(tx)
      const half = await tx.insert('cidrs', cidr('half', '10.42.8.0/21'))
      await tx.update('cidrs', acme.ops.id, { parentId: half.id })
    },
  ],
  ['cidr6_holds_children', (tx) => addIpv6(tx).then(() => tx.update('cidrs', acme.root.id, { prefix6: null }))],
  ['cidr6_holds_children', (tx) => addIpv6(tx).then(() => tx.update('cidrs', acme.root.id, { prefix6: 'fd00::/62' }))],
  ['cidr6_holds_peers', (tx) => addIpv6(tx).then(() => tx.update('cidrs', acme.ops.id, { prefix6: null }))],
  [
    'cidr6_holds_peers',
    (tx) => addIpv6(tx).then(() => tx.update('cidrs', acme.ops.id, { prefix6: 'fd00:0:0:8:8000::/65' })),
  ],
  [
    'cidr6_holds_peers',
    async (tx) => {
      await addIpv6(tx)
      await tx.update('peers', acme.laptop.id, { address6: 'fd00:0:0:8::10' })
      await tx.update('cidrs', acme.ops.id, { prefix6: 'fd00:0:0:8::10/124' })
    },
  ],
  ['cidr_one_root', (tx) => tx.insert('cidrs', cidr('dev', '10.43.0.0/16', null))],
  ['cidr_siblings_apart', (tx) => tx.insert('cidrs', cidr('dev', '10.42.8.128/25'))],
  ['cidr_siblings_apart', (tx) => tx.update('cidrs', acme.ops.id, { prefix: '10.42.0.0/20' })],
  ['cidr_inside_parent', (tx) => tx.insert('cidrs', cidr('dev', '10.43.0.0/24'))],
  ['cidr_inside_parent', (tx) => tx.insert('cidrs', cidr('desk', '10.42.8.0/24', acme.ops.id))],
  ['cidr_inside_parent', (tx) => tx.insert('cidrs', cidr('dev', 'fd00::/64'))],
  ['cidr_holds_children', (tx) => tx.update('cidrs', acme.root.id, { prefix: '10.42.0.0/21' })],
  ['cidr_holds_children', (tx) => tx.update('cidrs', acme.root.id, { prefix: 'fd00::/48' })],
  ['cidr_holds_peers', (tx) => tx.update('cidrs', acme.ops.id, { prefix: '10.42.8.128/25' })],
  [
    'cidr_holds_peers',
    (tx) =>
      tx
        .update('cidrs', acme.ops.id, { prefix: '10.42.8.2/31' })
        .then(() => tx.update('cidrs', acme.ops.id, { prefix: '10.42.8.4/30' })),
  ],
  ['cidr_network_id_parent_id_fkey', (tx) => tx.insert('cidrs', cidr('dev', '10.42.9.0/24', other.root.id))],
  ['cidr_network_id_parent_id_fkey', (tx) => tx.insert('cidrs', cidr('dev', '10.42.9.0/24', 999_999))],

  ['peer_network_id_address_key', (tx) => tx.insert('peers', peer('twin', '10.42.8.2'))],
  ['peer_name_live', (tx) => tx.insert('peers', peer('laptop', '10.42.8.3'))],
  [
    'peer_public_key_live',
    async (tx) => {
      await tx.update('peers', acme.laptop.id, { publicKey: keyOf(1) })
      await tx.insert('peers', { ...peer('phone', '10.42.8.3'), publicKey: keyOf(1) })
    },
  ],
  ['peer_name_label', (tx) => tx.insert('peers', peer('Phone', '10.42.8.3'))],
  ['peer_address_single', (tx) => tx.insert('peers', peer('phone', '10.42.8.3/31'))],
  ['peer_address_single', (tx) => tx.insert('peers', peer('phone', '::ffff:10.42.8.3'))],
  ['peer_address6_single', (tx) => tx.update('peers', acme.laptop.id, { address6: 'fd00::1/64' })],
  ['peer_address6_single', (tx) => tx.update('peers', acme.laptop.id, { address6: '10.42.8.9' })],
  ['peer_address6_second', (tx) => tx.update('peers', acme.laptop.id, { address: 'fd01::2', address6: 'fd00::2' })],
  [
    'peer_network_id_address6_key',
    async (tx) => {
      await tx.update('peers', acme.laptop.id, { address6: 'fd00::1' })
      await tx.insert('peers', { ...peer('twin', '10.42.8.3'), address6: 'fd00::1' })
    },
  ],
  ['peer6_inside_cidr', (tx) => tx.update('peers', acme.laptop.id, { address6: 'fd00:0:0:8::2' })],
  ['peer_incarnation', (tx) => tx.update('peers', acme.laptop.id, { incarnation: -1 })],
  ['peer_poll_hold_s', (tx) => tx.update('peers', acme.laptop.id, { pollHoldS: 4 })],
  ['peer_poll_every_s', (tx) => tx.update('peers', acme.laptop.id, { pollEveryS: 3601 })],
  ['peer_public_key_form', (tx) => tx.insert('peers', { ...peer('phone', '10.42.8.3'), publicKey: 'short' })],
  ['peer_listen_port', (tx) => tx.insert('peers', { ...peer('phone', '10.42.8.3'), listenPort: 65_536 })],
  ['peer_has_place', (tx) => tx.insert('peers', peer('phone', '10.42.8.3', null))],
  ['peer_inside_cidr', (tx) => tx.insert('peers', peer('phone', '10.42.9.3'))],
  ['peer_inside_cidr', (tx) => tx.update('peers', acme.laptop.id, { cidrId: acme.root.id, address: '10.43.0.5' })],
  ['peer_address_assignable', (tx) => tx.insert('peers', peer('phone', '10.42.8.0'))],
  ['peer_address_assignable', (tx) => tx.insert('peers', peer('phone', '10.42.8.255'))],
  ['peer_in_no_child', (tx) => tx.insert('peers', peer('phone', '10.42.8.3', acme.root.id))],
  ['peer_in_no_child', (tx) => tx.insert('cidrs', cidr('desk', '10.42.8.0/28', acme.ops.id))],
  ['peer_hub_stays', (tx) => tx.update('peers', acme.hub.id, { enabled: false })],
  ['peer_hub_stays', (tx) => tx.update('peers', acme.hub.id, { deletedAt: '2026-01-01T00:00:00.000Z' })],
  ['peer_hub_stays', (tx) => tx.update('peers', acme.hub.id, { kind: 'agent' })],
  ['peer_hub_stays', (tx) => tx.remove('peers', acme.hub.id)],
  ['peer_leaves_tombstone', (tx) => tx.remove('peers', acme.laptop.id)],
  ['peer_network_id_cidr_id_fkey', (tx) => tx.insert('peers', peer('phone', '10.42.8.3', other.ops.id))],

  ['association_network_id_a_b_key', (tx) => tx.insert('associations', { a: acme.root.id, b: acme.infra.id })],
  ['association_in_order', (tx) => tx.insert('associations', { a: acme.ops.id, b: acme.ops.id })],
  ['association_in_order', (tx) => tx.insert('associations', { a: acme.ops.id, b: acme.infra.id })],
  ['association_network_id_a_fkey', (tx) => tx.insert('associations', { a: 0, b: acme.ops.id })],
  ['association_network_id_b_fkey', (tx) => tx.insert('associations', { a: acme.ops.id, b: other.ops.id })],

  [
    'invitation_network_id_temporary_key_key',
    async (tx) => {
      await tx.insert('invitations', invitation(1))
      await tx.insert('invitations', invitation(1, acme.hub.id))
    },
  ],
  ['invitation_key_form', (tx) => tx.insert('invitations', { ...invitation(1), temporaryKey: 'short' })],
  [
    'invitation_expires_later',
    (tx) => tx.insert('invitations', { ...invitation(1), expiresAt: '2026-01-01T00:00:00.000Z' }),
  ],
  ['invitation_network_id_peer_id_fkey', (tx) => tx.insert('invitations', invitation(1, other.laptop.id))],
]

/** The same where a network has both families already. */
const breaches6: typeof breaches = [
  ['cidr6_inside_parent', (tx) => tx.update('cidrs', dual.ops.id, { prefix6: 'fd01:0:0:8::/64' })],
  ['peer6_inside_cidr', (tx) => tx.update('peers', dual.laptop.id, { address6: 'fd00:0:0:9::3' })],
  ['peer6_inside_cidr', (tx) => tx.update('peers', dual.laptop.id, { cidrId: dual.infra.id, address: '10.42.0.9' })],
  ['peer6_address_assignable', (tx) => tx.update('peers', dual.laptop.id, { address6: 'fd00:0:0:8::' })],
  ['peer6_in_no_child', (tx) => tx.update('peers', dual.phone.id, { address6: 'fd00:0:0:8::9' })],
  [
    'peer6_in_no_child',
    (tx) => tx.insert('cidrs', { ...cidr('dev', '10.42.9.0/24', dual.root.id), prefix6: 'fd00:0:0:9::/64' }),
  ],
]

test.each(breaches6)('%s refuses in a network of two families (%#)', async (name, work) => {
  const about = { networkId: dual.networkId, actor: anna, kind: 'peer.edited' } as const
  const wanted = { kind: 'conflict', message: rules[name]?.sentence, field: rules[name]?.field }
  await expect(change(db, about, work)).rejects.toMatchObject(wanted)
})

/** The rule's own sentence, and nothing of the attempt left behind. */
test.each(breaches)('%s refuses with its sentence and leaves everything as it was (%#)', async (name, work) => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.edited' } as const
  const refusal = await change(db, about, work).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Refusal)
  expect(refusal).toMatchObject({ kind: 'conflict', message: rules[name]?.sentence, field: rules[name]?.field })
  const { rows } = await db.pool.query('SELECT revision FROM network WHERE id = $1', [acme.networkId])
  expect(rows).toEqual([{ revision: 1 }])
})

test.each([
  ['cidr_network_id_parent_id_fkey', (tx: Writer) => tx.remove('cidrs', acme.root.id)],
  ['peer_network_id_cidr_id_fkey', (tx: Writer) => tx.remove('cidrs', acme.ops.id)],
  [
    'association_network_id_b_fkey',
    async (tx: Writer) => {
      await tx.update('peers', acme.laptop.id, { cidrId: acme.root.id, address: '10.42.99.1' })
      await tx.insert('associations', { a: acme.infra.id, b: acme.ops.id })
      await tx.remove('cidrs', acme.ops.id)
    },
  ],
] as const)('%s says what is still inside when the CIDR is to go', async (name, work) => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'cidr.deleted' } as const
  await expect(change(db, about, work)).rejects.toMatchObject({ kind: 'conflict', message: rules[name]?.inUse })
})

/** Rules that no verb can break, because the writer does not offer it. */
test.each([
  ['user_name_key', `INSERT INTO "user" (name, password_hash, role) VALUES ('x', '', 'owner'), ('x', '', 'owner')`],
  [
    'user_subtree_whole',
    `INSERT INTO "user" (name, password_hash, role, subtree_cidr_id) VALUES ('x', '', 'admin', 1)`,
  ],
  [
    'user_owner_everywhere',
    `INSERT INTO "user" (name, role, subtree_network_id, subtree_cidr_id) SELECT 'x', 'owner', network_id, id FROM cidr LIMIT 1`,
  ],
  [
    'user_subtree_network_id_subtree_cidr_id_fkey',
    `INSERT INTO "user" (name, role, subtree_network_id, subtree_cidr_id) VALUES ('x', 'admin', 999, 1)`,
  ],
  ['user_own_peer_id_fkey', `INSERT INTO "user" (name, role, own_peer_id) VALUES ('x', 'admin', 999)`],
  [
    'api_token_user_id_name_key',
    `WITH u AS (INSERT INTO "user" (name, role) VALUES ('x', 'admin') RETURNING id)
     INSERT INTO api_token (user_id, name, hash, role) SELECT id, 'a', 'h' || n, 'admin' FROM u, generate_series(1, 2) n`,
  ],
  ['set_up_one_row', `INSERT INTO set_up (id, token_hash) VALUES (2, '')`],
  ['network_at_last_change', 'UPDATE network SET revision = revision + 1'],
  [
    'network_at_last_change',
    `INSERT INTO change SELECT network_id, 2, now(), actor, kind, before, after FROM change WHERE network_id = 1`,
  ],
  [
    'change_without_gap',
    `INSERT INTO change SELECT network_id, 3, now(), actor, kind, before, after FROM change WHERE network_id = 1`,
  ],
  ['change_is_final', `UPDATE change SET kind = 'cidr.edited'`],
  ['change_is_final', 'DELETE FROM change'],
  ['change_is_final', 'TRUNCATE change CASCADE'],
  [
    'change_network_id_fkey',
    `INSERT INTO change SELECT 999, 1, now(), actor, kind, before, after FROM change WHERE network_id = 1`,
  ],
  ['cidr_network_id_fkey', `INSERT INTO cidr (network_id, name, prefix) VALUES (999, 'x', '10.0.0.0/8')`],
  ['association_network_id_fkey', `INSERT INTO association (network_id, a, b) VALUES (999, 1, 2)`],
  [
    'peer_network_id_fkey',
    `UPDATE peer SET network_id = 999, cidr_id = NULL, deleted_at = now() WHERE name = 'laptop' AND network_id = 1`,
  ],
])('%s holds against plain SQL (%#)', async (name, sql) => {
  await expect(db.pool.query(sql)).rejects.toMatchObject({ message: expect.stringContaining(name) })
})

test('every constraint of the database has a sentence', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u', 'x')
     UNION SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary
     UNION SELECT (regexp_matches(prosrc, $q$"rule_broken"\\('(\\w+)'\\)$q$, 'g'))[1] FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace`,
  )
  const silent = rows.map((row) => row.name).filter((name) => !(name in rules))
  // Ids, hashes of random tokens and subjects of a provider are not for a person to choose, and observations are saved
  // for what is there.
  expect(silent.sort()).toEqual([
    'api_token_hash_key',
    'api_token_user_id_fkey',
    'cidr_network_id_id_key',
    'hub_status_network_id_fkey',
    'network_traffic_network_id_fkey',
    'peer_links_peer_id_fkey',
    'peer_network_id_id_key',
    'peer_status_peer_id_fkey',
    'receipt_applied_network_id_revision_fkey',
    'receipt_network_id_revision_fkey',
    'relay_in_one_order',
    'relay_network_id_fkey',
    'relay_open_or_refused',
    'relay_ports_together',
    'session_user_id_fkey',
    'traffic_counter_peer_id_fkey',
    'traffic_peer_id_fkey',
    'traffic_step',
    'trial_network_id_revision_fkey',
    'trial_settled',
    'user_oidc_subject_key',
    'user_welcome_hash_key',
  ])
  const known = new Set([...rows.map((row) => row.name), 'change_pkey'])
  expect(Object.keys(rules).filter((name) => !known.has(name))).toEqual([])
})

test('the root of a network stays, however little is in it', async () => {
  const network = {
    name: 'bare',
    interface: 'bare',
    endpoint: 'h:1',
    listenPort: 1,
    apiPort: 1,
    invitationHours: 1,
    keepaliveS: 25,
  }
  const root = cidr('bare', '10.99.0.0/16', null)
  const made = await createNetwork(db, { actor: anna, network }, (tx) => tx.insert('cidrs', root))
  const about = { networkId: made.network.id, actor: anna, kind: 'cidr.deleted' } as const
  const message = rules.network_keeps_root?.sentence
  await expect(change(db, about, (tx) => tx.remove('cidrs', made.value.id))).rejects.toMatchObject({ message })
  const replaced = change(db, about, async (tx) => {
    await tx.remove('cidrs', made.value.id)
    return tx.insert('cidrs', { ...root, prefix: '10.98.0.0/16' })
  })
  await expect(replaced).resolves.toMatchObject({ revision: 2 })
})

test('a deleted peer gives up its name and its key, and keeps its address', async () => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'peer.deleted' } as const
  const attempt = change(db, about, async (tx) => {
    await tx.update('peers', acme.laptop.id, { publicKey: keyOf(7), deletedAt: '2026-01-01T00:00:00.000Z' })
    await tx.insert('peers', { ...peer('laptop', '10.42.8.9'), publicKey: keyOf(7) })
    await tx.insert('peers', peer('phone', '10.42.8.2'))
  })
  await expect(attempt).rejects.toMatchObject({ message: rules.peer_network_id_address_key?.sentence })
})

test('two families live side by side, and a tombstone keeps both of its addresses', async () => {
  const about = { networkId: other.networkId, actor: anna, kind: 'peer.edited' } as const
  const done = change(db, about, async (tx) => {
    const prefixes = new Map([
      [other.root.id, 'fd00::/48'],
      [other.infra.id, 'fd00::/64'],
      [other.ops.id, 'fd00:0:0:8::/64'],
    ])
    await tx.updateMany(
      'cidrs',
      [...prefixes].map(([id, prefix6]) => ({ id, patch: { prefix6 } })),
    )
    await tx.update('peers', other.hub.id, { address6: 'fd00::1' })
    await tx.update('peers', other.laptop.id, { address6: 'fd00:0:0:8::2', deletedAt: '2026-01-01T00:00:00.000Z' })
    // What the deleted one sat in may go elsewhere.
    await tx.update('cidrs', other.ops.id, { prefix6: 'fd00:0:0:9::/64' })
    return [await tx.addressesIn('fd00::/48'), await tx.addressesIn('10.42.8.0/24')]
  })
  await expect(done).resolves.toMatchObject({
    value: [
      [
        { address: 'fd00::1', name: 'hub', deleted: false },
        { address: 'fd00:0:0:8::2', name: 'laptop', deleted: true },
      ],
      [{ address: '10.42.8.2', name: 'laptop', deleted: true }],
    ],
  })
  const twin = change(db, about, (tx) =>
    tx.insert('peers', { ...peer('twin', '10.42.8.3', other.ops.id), address6: 'fd00:0:0:8::2' }),
  )
  await expect(twin).rejects.toMatchObject({ message: rules.peer_network_id_address6_key?.sentence })
})

test('a CIDR can be put between a parent and its children, in either order of writing', async () => {
  const about = { networkId: acme.networkId, actor: anna, kind: 'cidr.created' } as const
  const { revision } = await change(db, about, async (tx) => {
    const between = await tx.insert('cidrs', cidr('staff', '10.42.8.0/21'))
    await tx.update('cidrs', acme.ops.id, { parentId: between.id })
  })
  expect(revision).toBe(2)
})

test('the last /31 and the single address of a /32 can be given out', async () => {
  const about = { networkId: other.networkId, actor: anna, kind: 'cidr.created' } as const
  const { value } = await change(db, about, async (tx) => {
    const pair = await tx.insert('cidrs', cidr('pair', '10.42.99.0/31', other.root.id))
    const one = await tx.insert('cidrs', cidr('one', '10.42.99.2/32', other.root.id))
    await tx.insert('peers', peer('a', '10.42.99.0', pair.id))
    await tx.insert('peers', peer('b', '10.42.99.1', pair.id))
    await tx.insert('peers', peer('c', '10.42.99.2', one.id))
    return one
  })
  expect(value.prefix).toBe('10.42.99.2/32')
})
