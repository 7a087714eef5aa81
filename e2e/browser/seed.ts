import { generateKeyPairSync } from 'node:crypto'
import { formatAddress, formatPrefix, nextAddress, parsePrefix } from '@warren/cidr'
import { change, loadNetwork, type PeerStatus, saveHubStatus, saveStatus, type Writer } from '@warren/db'
import { type CidrRow, type NetworkRow, type PeerRow, PublicKey } from '@warren/protocol'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { registerHubKey } from '../../apps/console/src/server/hub/register-hub-key.ts'
import { createNetwork } from '../../apps/console/src/server/network/create-network.ts'
import { sowTunnels } from './seed-tunnels.ts'

export { LARGE, SMALL, TONARI } from './seed-networks.ts'

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
  /** Peers in other states, beside those that are counted. */
  others?: readonly SeedPeer[]
}

/** A peer that is no agent which has joined. */
export type SeedPeer = { name: string; state: 'invited' | 'expired' | 'disabled' | 'device' }

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
  const joined = planted.filter(({ peer }) => peer.redeemedAt !== null)
  const rows = joined.map(({ peer, online }, at) =>
    observed(peer, { revision, online, agoS: online ? 1 + (at % 90) : 3600 + at * 613 }),
  )
  await saveStatus(ctx.db, network.id, rows)
  await sowTunnels(ctx.db, network.id)
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

async function sowPeers(tx: Writer, row: CidrRow, cidr: SeedCidr): Promise<Planted[]> {
  const { peers = 0, online = 0, names = [], others = [] } = cidr
  const agents = Array.from({ length: peers }, (_, at) => names[at] ?? `${row.name}-${at + 1}`)
  const free = addressesIn(cidr)
  const planted: Planted[] = []
  for (const [at, name] of agents.entries()) {
    const peer = await tx.insert('peers', { ...JOINED, cidrId: row.id, name, address: free(), publicKey: newKey() })
    planted.push({ peer, online: at < online })
  }
  for (const other of others) planted.push(await sowOther(tx, { cidrId: row.id, address: free() }, other))
  return planted
}

const JOINED = {
  kind: 'agent',
  enabled: true,
  isAdmin: false,
  listenPort: null,
  endpointOverride: null,
  redeemedAt: new Date().toISOString(),
  deletedAt: null,
} as const

const HOUR_MS = 3_600_000

async function sowOther(
  tx: Writer,
  seat: { cidrId: number; address: string },
  { name, state }: SeedPeer,
): Promise<Planted> {
  const waits = state === 'invited' || state === 'expired'
  const peer = await tx.insert('peers', {
    ...JOINED,
    ...seat,
    name,
    kind: state === 'device' ? 'device' : 'agent',
    enabled: state !== 'disabled',
    publicKey: waits ? null : newKey(),
    redeemedAt: waits ? null : JOINED.redeemedAt,
  })
  if (waits) {
    const createdMs = Date.now() - (state === 'expired' ? 80 : 2) * HOUR_MS
    await tx.insert('invitations', {
      peerId: peer.id,
      temporaryKey: newKey(),
      createdAt: new Date(createdMs).toISOString(),
      expiresAt: new Date(createdMs + 72 * HOUR_MS).toISOString(),
      redeemedAt: null,
      revokedAt: null,
    })
  }
  return { peer, online: state === 'device' }
}

/** Returns a function that answers one free address of a CIDR after the other. */
function addressesIn({ prefix, inside = [] }: SeedCidr): () => string {
  const parsed = parsePrefix(prefix)
  if (!parsed.ok) throw new Error(`${prefix} is no prefix`)
  const children = inside.flatMap((child) => {
    const within = parsePrefix(child.prefix)
    return within.ok ? [within.value] : []
  })
  const taken = new Set<bigint>()
  return () => {
    const address = nextAddress(parsed.value, children, taken)
    if (!address) throw new Error(`${formatPrefix(parsed.value)} is full`)
    taken.add(address.value)
    return formatAddress(address)
  }
}

type Observation = { revision: number; online: boolean; agoS: number }

/** What a hub might have observed of a peer. */
export function observed(peer: PeerRow, { revision, online, agoS }: Observation): PeerStatus {
  const at = new Date(Date.now() - agoS * 1000).toISOString()
  return {
    peerId: peer.id,
    // A device has no agent: it is known by its handshake only.
    online: online && peer.kind !== 'device',
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
