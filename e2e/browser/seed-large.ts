import { randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { formatAddress, nextAddress, parsePrefix } from '@warren/cidr'
import { change, loadNetwork, type New, openDb, saveStatus } from '@warren/db'
import { type CidrRow, type NetworkRow, type PeerRow, PublicKey } from '@warren/protocol'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { connectHub, observed, plantNetwork } from './seed.ts'
import { sowTunnels, vouchForADay } from './seed-tunnels.ts'

export type LargeSeed = { name: string; peers: number; cidrs: number; listenPort: number }

export const LARGEST: LargeSeed = { name: 'initech', peers: 10_000, cidrs: 2_000, listenPort: 51823 }

/** 10.128.0.0/9: regions are its /14s, sites their /18s, teams the /24s of these. The first region is left to `infra`. */
const ROOT = '10.128.0.0/9'
const SIZES = { regions: 31, sites: 16, teams: 64 }

/** Rows in one change: what a transaction does in a few seconds, also on a busy machine. */
const AT_ONCE = 1_000

/**
 * Makes a network of so many peers in so many CIDRs, through the log like everything: regions, sites in them, teams in
 * these, and people of every state in the teams; with tunnels and traffic. Those online seem so for a day.
 */
export async function plantLarge(ctx: Ctx, seed: LargeSeed): Promise<NetworkRow> {
  const network = await plantNetwork(ctx, { name: seed.name, prefix: ROOT, listenPort: seed.listenPort })
  const about = { networkId: network.id, actor: ctx.actor }
  const teams = await plantTree(ctx, network, seed.cidrs)
  const rows = Array.from({ length: seed.peers - 1 }, (_, nth) => nth)
  const planted: PeerRow[] = []
  const room = new Map<number, Set<bigint>>()
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE).map((nth) => peerOf(nth, homeOf(nth, teams), room))
    const { value } = await change(ctx.db, { ...about, kind: 'peers.invited' }, async (tx) => {
      const peers = await tx.insertMany('peers', some)
      await tx.insertMany('invitations', peers.filter(({ kind }) => kind === 'agent').map(invitationOf))
      return peers
    })
    planted.push(...value)
  }
  await workDays(ctx, network, planted)
  const revision = (await loadNetwork(ctx.db, network.id))?.revision ?? 0
  const joined = planted.filter(({ redeemedAt }) => redeemedAt !== null)
  await saveStatus(
    ctx.db,
    network.id,
    joined.map((peer, nth) => {
      const online = peer.enabled && nth % 7 !== 3
      return observed(peer, { revision, online, agoS: online ? 1 + (nth % 90) : 3600 + nth * 61 })
    }),
  )
  await connectHub(ctx, network.id)
  await sowTunnels(ctx.db, network.id)
  await vouchForADay(ctx.db, network.id)
  return network
}

/** Small changes, as most are: what people see of the log. */
const SMALL_CHANGES = 60

async function workDays({ db, actor }: Ctx, network: NetworkRow, peers: readonly PeerRow[]): Promise<void> {
  for (const peer of peers.slice(-SMALL_CHANGES)) {
    await change(db, { networkId: network.id, actor, kind: 'peer.renamed' }, (tx) =>
      tx.update('peers', peer.id, { name: `${peer.name}-b` }),
    )
  }
}

/** Plants the CIDRs, level by level, and answers those of the deepest level that there is. */
async function plantTree({ db, actor }: Ctx, network: NetworkRow, count: number): Promise<CidrRow[]> {
  const root = (await loadNetwork(db, network.id))?.cidrs.find((row) => row.parentId === null)
  if (!root) throw new Error('the network has no root')
  // The root and `infra` are there already.
  const wanted = count - 2
  const regions = Math.max(1, Math.min(SIZES.regions, Math.round(Math.sqrt(wanted / 8))))
  const sites = Math.max(0, Math.min(regions * SIZES.sites, Math.round((wanted - regions) / 12)))
  const teams = Math.min(wanted - regions - sites, sites * SIZES.teams)
  const about = { networkId: network.id, actor, kind: 'cidr.created' } as const
  const { value } = await change(db, about, async (tx) => {
    const first = await tx.insertMany(
      'cidrs',
      level(regions, [root], (nth) => `10.${132 + nth * 4}.0.0/14`),
    )
    const second = await tx.insertMany(
      'cidrs',
      level(sites, first, (nth, of) => under(of, nth, { width: 18 })),
    )
    const third = await tx.insertMany(
      'cidrs',
      level(teams, second, (nth, of) => under(of, nth, { width: 24 })),
    )
    return { first, second, third }
  })
  const { first, second, third } = value
  await change(db, { ...about, kind: 'association.created' }, (tx) =>
    tx.insertMany('associations', pairs(first, second)),
  )
  return third.length > 0 ? third : second.length > 0 ? second : first
}

/** `count` CIDRs, dealt out to their parents in turn. */
function level(count: number, parents: readonly CidrRow[], prefix: (nth: number, of: CidrRow) => string) {
  return Array.from({ length: count }, (_, at): New<CidrRow> => {
    const parent = parents[at % parents.length]
    if (!parent) throw new Error('there is no CIDR above')
    const nth = Math.floor(at / parents.length)
    const name = parent.parentId === null ? `region-${nth + 1}` : nameUnder(parent, nth)
    return { parentId: parent.id, name, prefix: prefix(nth, parent), isolated: at % 17 === 16 }
  })
}

const nameUnder = (parent: CidrRow, nth: number): string =>
  parent.name.startsWith('region-')
    ? `site-${parent.name.slice('region-'.length)}-${nth + 1}`
    : `team-${parent.name.slice('site-'.length)}-${nth + 1}`

/** The nth block of a width inside a CIDR. */
function under(of: CidrRow, nth: number, { width }: { width: number }): string {
  const prefix = parsePrefix(of.prefix)
  if (!prefix.ok) throw new Error(`${of.prefix} is no prefix`)
  const first = Number(prefix.value.first) + nth * 2 ** (32 - width)
  return `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join('.')}/${width}`
}

/** Each region with the next but one, and every fifth site with one of another region. */
function pairs(regions: readonly CidrRow[], sites: readonly CidrRow[]) {
  const found = new Map<string, { a: number; b: number }>()
  const join = (one: CidrRow | undefined, other: CidrRow | undefined) => {
    if (!one || !other || one.id === other.id) return
    const [a, b] = one.id < other.id ? [one.id, other.id] : [other.id, one.id]
    found.set(`${a} ${b}`, { a, b })
  }
  regions.forEach((region, at) => void (at % 4 === 0 && join(region, regions[at + 2])))
  sites.forEach((site, at) => void (at % 5 === 0 && join(site, sites[(at * 7 + 3) % sites.length])))
  return [...found.values()]
}

/** Where the nth peer lives: teams are of different sizes. */
function homeOf(nth: number, teams: readonly CidrRow[]): CidrRow {
  const at = nth % 3 === 0 ? (nth * 13) % Math.max(1, Math.floor(teams.length / 4)) : nth % teams.length
  const home = teams[at]
  if (!home) throw new Error('there is no CIDR for peers')
  return home
}

/** What looks like a key: nobody holds the other half, and making real ones takes a while. */
const likeKey = (): PublicKey => PublicKey.parse(randomBytes(32).toString('base64'))

const ROLES = ['laptop', 'build', 'db', 'web', 'cam', 'sensor', 'desk', 'gw'] as const

function peerOf(nth: number, home: CidrRow, room: Map<number, Set<bigint>>): New<PeerRow> {
  const taken = room.get(home.id) ?? new Set<bigint>()
  room.set(home.id, taken)
  const prefix = parsePrefix(home.prefix)
  const address = prefix.ok ? nextAddress(prefix.value, [], taken) : null
  if (!address) throw new Error(`${home.prefix} is full`)
  taken.add(address.value)
  const invited = nth % 40 === 7
  const device = nth % 50 === 13
  return {
    cidrId: home.id,
    name: `${ROLES[nth % ROLES.length]}-${nth + 1}`,
    address: formatAddress(address),
    kind: device ? 'device' : 'agent',
    publicKey: invited ? null : likeKey(),
    enabled: nth % 60 !== 31,
    isAdmin: false,
    listenPort: null,
    endpointOverride: null,
    redeemedAt: invited ? null : new Date(Date.now() - 86_400_000 - nth * 60_000).toISOString(),
    deletedAt: null,
  }
}

/** The invitation that an agent came with, or will. */
function invitationOf({ id, redeemedAt }: PeerRow) {
  const hour = 3_600_000
  const createdMs = redeemedAt === null ? Date.now() - (id % 90) * hour : Date.parse(redeemedAt) - hour
  return {
    peerId: id,
    temporaryKey: likeKey(),
    createdAt: new Date(createdMs).toISOString(),
    expiresAt: new Date(createdMs + 72 * hour).toISOString(),
    redeemedAt,
    revokedAt: null,
  }
}

/** Plants into the database of DATABASE_URL: npx tsx e2e/browser/seed-large.ts [peers] [cidrs] [name] [listen port] */
async function main(url: string | undefined, [peers, cidrs, name, listenPort]: readonly string[]): Promise<void> {
  if (!url) throw new Error('DATABASE_URL says nothing; give it the database of a console.')
  const db = openDb(url)
  const seed = {
    name: name ?? LARGEST.name,
    peers: Number(peers ?? LARGEST.peers),
    cidrs: Number(cidrs ?? LARGEST.cidrs),
    listenPort: Number(listenPort ?? LARGEST.listenPort),
  }
  try {
    const begun = performance.now()
    await plantLarge({ db, actor: { kind: 'system', id: null, name: 'seed' } }, seed)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    console.log(`Network ${seed.name}: ${seed.peers} peers in ${seed.cidrs} CIDRs, planted in ${seconds} s.`)
  } finally {
    await db.close()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await main(process.env.DATABASE_URL, process.argv.slice(2))
