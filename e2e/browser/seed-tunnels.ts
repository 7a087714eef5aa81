import { buildReach, buildTree, parsePrefix, type Reach } from '@warren/cidr'
import { type Db, loadNetwork, readStatus, type Snapshot, SPANS, saveLinks } from '@warren/db'
import type { Link, PeerRow } from '@warren/protocol'

/** An agent of a seed tells of this many tunnels at most: enough for a picture, and quickly planted. */
const MOST_TUNNELS = 40

/** Rows in one statement. */
const AT_ONCE = 500

/** What a tunnel of a seed is like: of a hundred, so many go straight, so many are passed on, the others are cut. */
const OF_HUNDRED = { direct: 78, relay: 15 }

/**
 * Lets the agents of a network that are online tell of tunnels to those whom they reach, and of what these carried over
 * the last day. Both ends tell the same of a tunnel. Returns how many tunnels there are.
 */
export async function sowTunnels(db: Db, networkId: number): Promise<number> {
  const state = await loadNetwork(db, networkId)
  if (!state) throw new Error(`there is no network ${networkId}`)
  const online = new Set((await readStatus(db, networkId)).flatMap((row) => (row.online ? [row.peerId] : [])))
  const agents = state.peers.filter(({ id, kind }) => online.has(id) && kind !== 'device')
  const tunnels = tunnelsBetween(agents, reachOf(state))
  const news = [...tunnels].map(([peerId, others]) => {
    return { peerId, whole: true, set: others.map((other) => linkOf(peerId, other)), gone: [], tag: null }
  })
  for (let at = 0; at < news.length; at += AT_ONCE) await saveLinks(db, networkId, news.slice(at, at + AT_ONCE))
  await sowTraffic(db, networkId, [...tunnels.keys()])
  return [...tunnels.values()].reduce((sum, others) => sum + others.length, 0) / 2
}

function reachOf({ cidrs, peers, associations }: Snapshot): Reach {
  const nodes = cidrs.map((row) => {
    const prefix = parsePrefix(row.prefix)
    if (!prefix.ok) throw new Error(`${row.prefix} is no prefix`)
    return { ...row, prefix: prefix.value }
  })
  const members = peers.flatMap(({ cidrId, redeemedAt, ...peer }) =>
    cidrId === null || peer.deletedAt !== null ? [] : [{ ...peer, cidrId, redeemed: redeemedAt !== null }],
  )
  return buildReach({ tree: buildTree(nodes), peers: members, associations })
}

/** For each agent those at the other ends, nearest ids first, as far as both have room for one more. */
function tunnelsBetween(agents: readonly PeerRow[], reach: Reach): Map<number, number[]> {
  const tunnels = new Map(agents.map(({ id }) => [id, [] as number[]]))
  const isHub = new Set(agents.flatMap(({ id, kind }) => (kind === 'hub' ? [id] : [])))
  for (const [id, mine] of tunnels) {
    if (isHub.has(id)) continue
    const others = reach.visibleFrom(id).filter((other) => other > id || isHub.has(other))
    for (const other of others.sort((a, b) => Math.abs(a - id) - Math.abs(b - id))) {
      const theirs = tunnels.get(other)
      if (!theirs || mine.length >= MOST_TUNNELS) continue
      if (theirs.length >= MOST_TUNNELS && !isHub.has(other)) continue
      mine.push(other)
      theirs.push(id)
    }
  }
  return tunnels
}

/** A tunnel as one end tells of it: chance, but the same for both ends and each time. */
function linkOf(self: number, other: number): Link {
  const [a, b] = self < other ? [self, other] : [other, self]
  const lot = (a * 7919 + b * 104_729) % 100
  const live = lot < OF_HUNDRED.direct + OF_HUNDRED.relay
  const direct = lot < OF_HUNDRED.direct
  const nowS = Math.floor(Date.now() / 1000)
  return {
    peer: other,
    live,
    via: direct ? 'direct' : 'relay',
    at: live ? placeOf(other) : null,
    shaken: live ? nowS - 5 - lot : 0,
    rx: live ? (other * 7_919_317) % 900_000_000 : 0,
    tx: live ? (self * 104_729) % 60_000_000 : 0,
    tried: live ? [] : [placeOf(other)],
  }
}

const placeOf = (peerId: number): string => `198.51.100.${peerId % 250}:${41_000 + (peerId % 1000)}`

/** Peers of a seed whose traffic over time is told; the others' sums are in that of the network all the same. */
const WITH_HISTORY = 60

async function sowTraffic(db: Db, networkId: number, peerIds: readonly number[]): Promise<void> {
  const { stepS } = SPANS.short
  const now = Math.floor(Date.now() / 1000 / stepS)
  // Busy by day, quiet by night.
  const share = (nth: number) => 1.2 + Math.sin((nth / 288) * 2 * Math.PI)
  const spans = Array.from({ length: 288 }, (_, nth) => ({
    at: new Date((now - nth) * stepS * 1000),
    share: share(nth),
  }))
  const times = spans.map(({ at }) => at)
  const bytes = (scale: number) => spans.map(({ share: of }, nth) => Math.round(of * scale * (1 + (nth % 7) / 10)))
  const all = peerIds.length
  await db.pool.query(
    `INSERT INTO network_traffic (network_id, at, rx, tx)
     SELECT $1, * FROM unnest($2::timestamptz[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING`,
    [networkId, times, bytes(all * 4_000_000), bytes(all * 3_000_000)],
  )
  for (const peerId of peerIds.slice(0, WITH_HISTORY)) {
    await db.pool.query(
      `INSERT INTO traffic (peer_id, step_s, at, rx, tx)
       SELECT $1, $2, * FROM unnest($3::timestamptz[], $4::bigint[], $5::bigint[]) ON CONFLICT DO NOTHING`,
      [peerId, stepS, times, bytes(((peerId * 37) % 90) * 100_000), bytes(((peerId * 53) % 90) * 60_000)],
    )
  }
  await db.pool.query(
    `INSERT INTO traffic_counter (peer_id, since, rx, tx, rx_per_s, tx_per_s)
     SELECT id, 'seed', 0, 0, (id * 7919) % 400000, (id * 104729) % 90000 FROM unnest($1::int[]) AS id
     ON CONFLICT DO NOTHING`,
    [peerIds],
  )
}

/**
 * Lets those who seem online seem so for a day: a network of a seed has no coordinator that vouches for them, and rates
 * that nobody tells of again are over.
 */
export async function vouchForADay(db: Db, networkId: number): Promise<void> {
  for (const [table, column] of [
    ['peer_status', 'vouched_at'],
    ['traffic_counter', 'at'],
  ]) {
    await db.pool.query(
      `UPDATE ${table} s SET ${column} = now() + interval '1 day' FROM peer p WHERE p.id = s.peer_id AND p.network_id = $1`,
      [networkId],
    )
  }
}
