import { generateKeyPairSync } from 'node:crypto'
import { formatAddress, formatPrefix, nextAddress, parsePrefix } from '@warren/cidr'
import { change, loadNetwork, type PeerStatus, saveHubStatus, saveStatus, type Writer } from '@warren/db'
import { type CidrRow, type NetworkRow, type PeerRow, PublicKey } from '@warren/protocol'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { registerHubKey } from '../../apps/console/src/server/hub/register-hub-key.ts'
import { createNetwork } from '../../apps/console/src/server/network/create-network.ts'

/** A CIDR of a seed, with as many peers directly in it and as many of these online. */
export type SeedCidr = {
  name: string
  prefix: string
  peers?: number
  online?: number
  /** Of the first peers; the others are numbered. */
  names?: readonly string[]
  isolated?: boolean
  inside?: readonly SeedCidr[]
}

export type Seed = {
  name: string
  prefix: string
  listenPort: number
  cidrs: readonly SeedCidr[]
  associations: readonly (readonly [string, string])[]
}

/** A fresh WireGuard public key. */
export function newKey(): PublicKey {
  const { publicKey } = generateKeyPairSync('x25519')
  return PublicKey.parse(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'))
}

/** Makes an empty network with a hub that has its key, and that is connected when `hub` says so. */
export async function plantNetwork(
  ctx: Ctx,
  seed: Omit<Seed, 'cidrs' | 'associations'>,
  hub = true,
): Promise<NetworkRow> {
  const { name, prefix, listenPort } = seed
  const network = await createNetwork(ctx, { name, prefix, listenPort, endpoint: `203.0.113.7:${listenPort}` })
  await registerHubKey(ctx, { networkId: network.id, publicKey: newKey() })
  if (hub) await connectHub(ctx, network.id)
  return network
}

/** Lets the hub seem connected, with the current revision applied. */
export async function connectHub({ db }: Ctx, networkId: number): Promise<void> {
  const state = await loadNetwork(db, networkId)
  const revision = state?.revision ?? 0
  await saveHubStatus(db, networkId, { connected: true, appliedRevision: revision, fault: null, version: '0.1.0' })
  const hub = state?.peers.find((peer) => peer.kind === 'hub')
  if (hub) await saveStatus(db, networkId, [observed(hub, { revision, online: true, agoS: 4 })])
}

/**
 * Makes a network with everything that a seed says: the tree in one change, then the peers of each CIDR in one. One for
 * all would be quicker still, and on a busy machine too long for a transaction.
 */
export async function plant(ctx: Ctx, seed: Seed): Promise<NetworkRow> {
  const network = await plantNetwork(ctx, seed)
  const about = { networkId: network.id, actor: ctx.actor }
  const { value: beds } = await change(ctx.db, { ...about, kind: 'cidr.created' }, (tx) => sowTree(tx, seed))
  const planted: Planted[] = []
  for (const { row, cidr } of beds) {
    const { value } = await change(ctx.db, { ...about, kind: 'peer.created' }, (tx) => sowPeers(tx, row, cidr))
    planted.push(...value)
  }
  await connectHub(ctx, network.id)
  const revision = (await loadNetwork(ctx.db, network.id))?.revision ?? 0
  const rows = planted.map(({ peer, online }, at) =>
    observed(peer, { revision, online, agoS: online ? 1 + (at % 90) : 3600 + at * 613 }),
  )
  await saveStatus(ctx.db, network.id, rows)
  return network
}

type Planted = { peer: PeerRow; online: boolean }

/** A CIDR of the seed and the row that it became. */
type Bed = { row: CidrRow; cidr: SeedCidr }

async function sowTree(tx: Writer, seed: Seed): Promise<Bed[]> {
  const known = new Map((await tx.cidrs()).map((row) => [row.name, row]))
  const beds: Bed[] = []
  const sow = async (cidr: SeedCidr, parent: CidrRow): Promise<void> => {
    const { name, prefix, isolated = false, inside = [] } = cidr
    const row = await tx.insert('cidrs', { parentId: parent.id, name, prefix, isolated })
    known.set(name, row)
    beds.push({ row, cidr })
    for (const child of inside) await sow(child, row)
  }
  const root = [...known.values()].find((row) => row.parentId === null)
  if (!root) throw new Error('the network has no root')
  for (const cidr of seed.cidrs) await sow(cidr, root)
  for (const [one, other] of seed.associations) {
    const [a = 0, b = 0] = [known.get(one)?.id, known.get(other)?.id].sort((p, q) => (p ?? 0) - (q ?? 0))
    await tx.insert('associations', { a, b })
  }
  return beds
}

async function sowPeers(
  tx: Writer,
  row: CidrRow,
  { peers = 0, online = 0, inside = [], names = [], prefix }: SeedCidr,
): Promise<Planted[]> {
  const parsed = parsePrefix(prefix)
  if (!parsed.ok) throw new Error(`${prefix} is no prefix`)
  const children = inside.flatMap((child) => {
    const within = parsePrefix(child.prefix)
    return within.ok ? [within.value] : []
  })
  const taken = new Set<bigint>()
  const planted: Planted[] = []
  for (let at = 0; at < peers; at += 1) {
    const address = nextAddress(parsed.value, children, taken)
    if (!address) throw new Error(`${formatPrefix(parsed.value)} is full`)
    taken.add(address.value)
    const peer = await tx.insert('peers', {
      cidrId: row.id,
      name: names[at] ?? `${row.name}-${at + 1}`,
      address: formatAddress(address),
      kind: 'agent',
      publicKey: newKey(),
      enabled: true,
      isAdmin: false,
      listenPort: null,
      endpointOverride: null,
      redeemedAt: new Date().toISOString(),
      deletedAt: null,
    })
    planted.push({ peer, online: at < online })
  }
  return planted
}

type Observation = { revision: number; online: boolean; agoS: number }

/** What a hub might have observed of a peer. */
export function observed(peer: PeerRow, { revision, online, agoS }: Observation): PeerStatus {
  const at = new Date(Date.now() - agoS * 1000).toISOString()
  return {
    peerId: peer.id,
    online,
    seenAt: at,
    endpoint: `198.51.100.${peer.id % 250}:${41_000 + (peer.id % 1000)}`,
    handshakeAt: at,
    rx: (peer.id * 7_919_317) % 900_000_000,
    tx: (peer.id * 104_729) % 60_000_000,
    appliedRevision: revision,
    appliedAt: at,
    current: online,
    version: '0.1.0',
    candidates: [`192.168.${peer.id % 200}.${peer.id % 240}:51820`],
    fault: null,
  }
}

const ENGINEERS = ['ana-laptop', 'build-7', 'kenji-x1', 'mara-desk', 'noor-mbp', 'otto-nix', 'pia-laptop', 'rui-desk']

/** The network of the drawings: sixteen CIDRs, some 250 peers. */
export const TONARI: Seed = {
  name: 'tonari',
  prefix: '10.42.0.0/16',
  listenPort: 51820,
  cidrs: [
    {
      name: 'corp',
      prefix: '10.42.32.0/19',
      inside: [
        { name: 'eng', prefix: '10.42.32.0/21', peers: 38, online: 31, names: ENGINEERS },
        { name: 'ops', prefix: '10.42.40.0/21', peers: 12, online: 11 },
        { name: 'guests', prefix: '10.42.48.0/22', peers: 9, online: 3, isolated: true },
      ],
    },
    {
      name: 'prod',
      prefix: '10.42.64.0/18',
      inside: [
        { name: 'web', prefix: '10.42.64.0/20', peers: 24, online: 24 },
        { name: 'db', prefix: '10.42.80.0/20', peers: 6, online: 6 },
        { name: 'ci', prefix: '10.42.96.0/20', peers: 31, online: 27 },
      ],
    },
    {
      name: 'sites',
      prefix: '10.42.128.0/17',
      inside: [
        { name: 'tokyo', prefix: '10.42.128.0/19', peers: 41, online: 40 },
        { name: 'paris', prefix: '10.42.160.0/19', peers: 22, online: 19 },
        { name: 'cams', prefix: '10.42.192.0/20', peers: 58, online: 55, isolated: true },
      ],
    },
  ],
  associations: [
    ['eng', 'prod'],
    ['tonari', 'ops'],
    ['web', 'db'],
    ['tokyo', 'paris'],
  ],
}

/** A network of about ten peers. */
export const SMALL: Seed = {
  name: 'acme',
  prefix: '10.43.0.0/16',
  listenPort: 51821,
  cidrs: [
    {
      name: 'people',
      prefix: '10.43.16.0/20',
      inside: [{ name: 'laptops', prefix: '10.43.16.0/24', peers: 4, online: 3 }],
    },
    { name: 'servers', prefix: '10.43.32.0/24', peers: 5, online: 5 },
  ],
  associations: [['laptops', 'servers']],
}

/** A network of two thousand peers in forty CIDRs. */
export const LARGE: Seed = {
  name: 'globex',
  prefix: '10.64.0.0/12',
  listenPort: 51822,
  cidrs: Array.from({ length: 8 }, (_, region) => ({
    name: `region-${region + 1}`,
    prefix: `10.${65 + region}.0.0/16`,
    inside: Array.from({ length: 4 }, (_, site) => ({
      name: `site-${region + 1}-${site + 1}`,
      prefix: `10.${65 + region}.${site * 64}.0/20`,
      peers: 62,
      online: 50 + ((region * 4 + site) % 12),
    })),
  })),
  associations: [
    ['region-1', 'region-2'],
    ['region-3', 'region-8'],
    ['site-4-1', 'site-6-2'],
  ],
}
