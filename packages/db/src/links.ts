import type { Link } from '@warren/protocol'
import { LINKS_CHANNEL } from './channels.ts'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { ONLINE_FRESH_S } from './status.ts'

/** How a tunnel stands: no handshake, packets straight to the other side, packets passed on by a hub. */
export type LinkCode = 0 | 1 | 2

/** What is new of one agent's tunnels. */
export type LinksNews = {
  readonly peerId: number
  /** Whether `set` is everything there is; else the tunnels that it does not name stay as they were. */
  readonly whole: boolean
  readonly set: readonly Link[]
  /** Other sides to which there is no tunnel any more. */
  readonly gone: readonly number[]
  /** What the agent calls the state after this; null where there is nobody to call it anything. */
  readonly tag: string | null
}

/** The tunnels of one peer as they were last told; `at` is when that was, ISO 8601. */
export type PeerLinks = { at: string | null; links: Link[] }

/** The code that a tunnel has in the picture of a whole network. */
export const codeOf = ({ live, via }: Pick<Link, 'live' | 'via'>): LinkCode => (!live ? 0 : via === 'direct' ? 1 : 2)

/**
 * Enters news of tunnels, all rows in one statement, and tells `LINKS_CHANNEL` when any of them stands differently:
 * figures alone are told to nobody. Peers that are gone are passed over, and each peer is named once at most. Throws
 * Refusal 'unavailable', as every function here does.
 */
export const saveLinks = (db: Db, networkId: number, news: readonly LinksNews[]): Promise<void> =>
  asking(async () => {
    if (news.length === 0) return
    await db.pool.query(
      `WITH given AS (
         SELECT g.peer_id, g.whole, g.links, g.states, g.gone::text[] AS gone, g.tag
         FROM unnest($2::int[], $3::bool[], $4::jsonb[], $5::jsonb[], $6::text[], $7::text[])
           AS g(peer_id, whole, links, states, gone, tag)
         JOIN peer p ON p.id = g.peer_id AND p.network_id = $1 AND p.deleted_at IS NULL
       ), turned AS (
         SELECT g.peer_id FROM given g LEFT JOIN peer_links l ON l.peer_id = g.peer_id
         WHERE l.peer_id IS NULL OR l.states ?| g.gone OR NOT l.states @> g.states
           OR g.whole AND NOT g.states @> l.states
       ), changed AS (
         UPDATE peer_links l SET at = now(), tag = g.tag,
           links = CASE WHEN g.whole THEN g.links ELSE (l.links - g.gone) || g.links END,
           states = CASE WHEN g.peer_id NOT IN (SELECT peer_id FROM turned) THEN l.states
             WHEN g.whole THEN g.states ELSE (l.states - g.gone) || g.states END
         FROM given g WHERE g.peer_id = l.peer_id
         RETURNING l.peer_id
       ), made AS (
         INSERT INTO peer_links (peer_id, at, links, states, tag)
         SELECT peer_id, now(), links, states, tag FROM given WHERE peer_id NOT IN (SELECT peer_id FROM changed)
         ON CONFLICT (peer_id) DO UPDATE SET (at, links, states, tag) = (excluded.at, excluded.links, excluded.states,
           excluded.tag)
       )
       SELECT pg_notify('${LINKS_CHANNEL}', $1::text) WHERE EXISTS (SELECT FROM turned)`,
      [
        networkId,
        news.map(({ peerId }) => peerId),
        news.map(({ whole }) => whole),
        news.map(({ set }) => JSON.stringify(Object.fromEntries(set.map((link) => [link.peer, link])))),
        news.map(({ set }) => JSON.stringify(Object.fromEntries(set.map((link) => [link.peer, codeOf(link)])))),
        news.map(({ gone }) => `{${gone.join()}}`),
        news.map(({ tag }) => tag),
      ],
    )
  })

/** Tells that tunnels stand differently for another reason than news of theirs. */
export const tellLinks = (db: Db, networkId: number): Promise<void> =>
  asking(async () => {
    await db.pool.query('SELECT pg_notify($1, $2)', [LINKS_CHANNEL, String(networkId)])
  })

/** Forgets the tunnels of peers that left a network, on both sides, and tells `LINKS_CHANNEL`. */
export const forgetLinks = (db: Db, networkId: number, peerIds: readonly number[]): Promise<void> =>
  asking(async () => {
    if (peerIds.length === 0) return
    const names = peerIds.map(String)
    await db.pool.query(
      'DELETE FROM peer_links l USING peer p WHERE p.id = l.peer_id AND p.network_id = $1 AND p.id = ANY($2::int[])',
      [networkId, [...peerIds]],
    )
    await db.pool.query(
      `UPDATE peer_links l SET links = l.links - $2::text[], states = l.states - $2::text[]
       FROM peer p WHERE p.id = l.peer_id AND p.network_id = $1 AND l.states ?| $2::text[]`,
      [networkId, names],
    )
    await tellLinks(db, networkId)
  })

/** What is saved of an agent's tunnels: what the agent calls it, and about how many they are. */
export type SavedLinks = { readonly tag: string | null; readonly about: number }

/** Bytes that one tunnel's state takes as it is stored, for estimates. */
const STATE_BYTES = 8

/** What is saved of the tunnels of a network, by peer. */
export const savedLinks = (db: Db, networkId: number): Promise<Map<number, SavedLinks>> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ peerId: number } & SavedLinks>(
      `SELECT l.peer_id AS "peerId", l.tag, pg_column_size(l.states) / ${STATE_BYTES} AS about
       FROM peer_links l JOIN peer p ON p.id = l.peer_id WHERE p.network_id = $1`,
      [networkId],
    )
    return new Map(rows.map(({ peerId, tag, about }) => [peerId, { tag, about }]))
  })

/** What one agent calls the state that is saved of its tunnels; null when it called it nothing. */
export const linkTag = (db: Db, peerId: number): Promise<string | null> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ tag: string | null }>('SELECT tag FROM peer_links WHERE peer_id = $1', [
      peerId,
    ])
    return rows[0]?.tag ?? null
  })

/** Whether what a peer last told still holds: its agent is online; for a hub, that it is connected. */
const HEARD = `CASE WHEN p.kind = 'hub' THEN coalesce(h.connected, false)
  ELSE coalesce(s.online AND s.vouched_at > now() - ${ONLINE_FRESH_S} * interval '1 second', false) END`

/**
 * Every tunnel of a network as [a, b, code], a < b. What both sides tell is put together: a side that is not heard of any
 * more says nothing, and a tunnel that one side has relayed is relayed.
 */
export const readLinkPairs = (db: Db, networkId: number): Promise<[number, number, LinkCode][]> =>
  asking(async () => {
    const { rows } = await db.pool.query<{ id: number; states: string | null; heard: boolean }>(
      `SELECT p.id, l.states::text AS states, ${HEARD} AS heard
       FROM peer p LEFT JOIN peer_links l ON l.peer_id = p.id LEFT JOIN peer_status s ON s.peer_id = p.id
       LEFT JOIN hub_status h ON h.network_id = p.network_id
       WHERE p.network_id = $1 AND p.deleted_at IS NULL`,
      [networkId],
    )
    return pairsOf(rows)
  })

/** Two ids and a code in one number: 53 bits are exact, so this holds for ids below 2^25. */
const ID = 2 ** 25
const CODES = 4

type Told = { id: number; states: string | null; heard: boolean }

/** Sorted as numbers, the same pair stands side by side, its worst state last. A million entries are not a million objects. */
function pairsOf(rows: readonly Told[]): [number, number, LinkCode][] {
  const there = new Set(rows.map(({ id }) => id))
  const packed: number[] = []
  for (const { id, states, heard } of rows) {
    if (states === null) continue
    eachState(states, (to, code) => {
      if (there.has(to)) packed.push((Math.min(id, to) * ID + Math.max(id, to)) * CODES + (heard ? code : 0))
    })
  }
  const sorted = Float64Array.from(packed).sort()
  const pairs: [number, number, LinkCode][] = []
  sorted.forEach((one, at) => {
    const pair = Math.floor(one / CODES)
    if (pair === Math.floor((sorted[at + 1] ?? -1) / CODES)) return
    pairs.push([Math.floor(pair / ID), pair % ID, (one % CODES) as LinkCode])
  })
  return pairs
}

const QUOTE = '"'.charCodeAt(0)
const ZERO = '0'.charCodeAt(0)

/**
 * Reads `{"12": 1, "345": 0}` as Postgres writes it: ids as names, codes of one digit. Character by character, because a
 * network has hundreds of thousands of these, and JSON.parse and patterns make an object or a string of each.
 */
function eachState(text: string, visit: (id: number, code: number) => void): void {
  let at = text.indexOf('"')
  while (at >= 0) {
    let id = 0
    for (at += 1; text.charCodeAt(at) !== QUOTE; at += 1) id = id * 10 + text.charCodeAt(at) - ZERO
    // The code follows the quote, a colon and a space.
    visit(id, text.charCodeAt(at + 3) - ZERO)
    at = text.indexOf('"', at + 4)
  }
}

type LinksRecord = { id: number; at: Date | null; links: Record<string, Link> | null; heard: boolean }

/** The tunnels of these peers of a network; peers that never told have none. Of a silent agent none counts as live. */
export const readLinks = (db: Db, networkId: number, peerIds: readonly number[]): Promise<Map<number, PeerLinks>> =>
  asking(async () => {
    const { rows } = await db.pool.query<LinksRecord>(
      `SELECT p.id, l.at, l.links, ${HEARD} AS heard
       FROM peer p LEFT JOIN peer_links l ON l.peer_id = p.id LEFT JOIN peer_status s ON s.peer_id = p.id
       LEFT JOIN hub_status h ON h.network_id = p.network_id
       WHERE p.network_id = $1 AND p.id = ANY($2::int[])`,
      [networkId, [...peerIds]],
    )
    return new Map(rows.map((row) => [row.id, linksOf(row)]))
  })

const linksOf = ({ at, links, heard }: LinksRecord): PeerLinks => ({
  at: at?.toISOString() ?? null,
  links: Object.values(links ?? {}).map((link) => ({ ...link, live: link.live && heard })),
})
