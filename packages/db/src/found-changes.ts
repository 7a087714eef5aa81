import type { Change, ChangeKind } from '@warren/protocol'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { Prisma } from './generated/client.ts'
import { changeOf } from './read.ts'

/** What changes are looked for; what is left out does not matter. */
export type ChangeFilter = {
  /** Only changes before this revision. */
  readonly before?: number | undefined
  readonly kinds?: readonly ChangeKind[] | undefined
  /** The name of who did it. */
  readonly actor?: string | undefined
  /** What happened to a peer, its invitations included. */
  readonly peerId?: number | undefined
  /** What happened in a CIDR and in everything that is inside it now. */
  readonly cidrId?: number | undefined
  readonly limit: number
}

/**
 * Chosen: how many changes are looked through one by one before the index is asked. What happens often is among them,
 * and the index, which has no order, would bring all of it; what happens seldom the index brings at once.
 */
const LOOKED_THROUGH = 300

/** The latest changes that a filter lets through, newest first. */
export const findChanges = (db: Db, networkId: number, filter: ChangeFilter): Promise<Change[]> =>
  asking(async () => {
    const words = await wordsOf(db, networkId, filter)
    const revisions =
      words.length === 0 ? await plainly(db, networkId, filter) : await about(db, networkId, { filter, words })
    const where = { networkId, revision: { in: revisions } }
    return (await db.prisma.change.findMany({ where, orderBy: { revision: 'desc' } })).map(changeOf)
  })

/** What the index of `change_about` knows a filter's peer and CIDRs by: each of the lists has to be touched. */
async function wordsOf(db: Db, networkId: number, { peerId, cidrId }: ChangeFilter): Promise<string[][]> {
  const peer = peerId === undefined ? [] : [[`peer ${peerId}`]]
  if (cidrId === undefined) return peer
  const root = await db.prisma.cidr.findFirst({ where: { networkId, parentId: null }, select: { id: true } })
  // Everything is inside the root.
  if (root?.id === cidrId) return peer
  const inside = await db.prisma.$queryRaw<{ id: number }[]>`
    WITH RECURSIVE inside AS (
      SELECT id FROM cidr WHERE network_id = ${networkId} AND id = ${cidrId}
      UNION ALL SELECT c.id FROM cidr c JOIN inside i ON c.parent_id = i.id AND c.network_id = ${networkId}
    ) SELECT id FROM inside`
  // One that was deleted is known by its id alone.
  return [...peer, [...new Set([cidrId, ...inside.map(({ id }) => id)])].map((id) => `cidr ${id}`)]
}

function conditions(networkId: number, { before, kinds, actor }: ChangeFilter): Prisma.Sql {
  const all = [Prisma.sql`network_id = ${networkId}`]
  if (before !== undefined) all.push(Prisma.sql`revision < ${before}`)
  if (kinds !== undefined) all.push(Prisma.sql`kind = ANY(${[...kinds]})`)
  if (actor !== undefined) all.push(Prisma.sql`actor ->> 'name' = ${actor}`)
  return Prisma.join(all, ' AND ')
}

type Found = { revision: number }[]
const revisionsIn = (found: Found): number[] => found.map(({ revision }) => revision)

async function plainly(db: Db, networkId: number, filter: ChangeFilter): Promise<number[]> {
  const found = await db.prisma.$queryRaw<Found>`
    SELECT revision FROM change WHERE ${conditions(networkId, filter)} ORDER BY revision DESC LIMIT ${filter.limit}`
  return revisionsIn(found)
}

async function about(
  db: Db,
  networkId: number,
  { filter, words }: { filter: ChangeFilter; words: string[][] },
): Promise<number[]> {
  const touches = Prisma.join(
    words.map((list) => Prisma.sql`change_about(before, after) && ${list}`),
    ' AND ',
  )
  const late = await db.prisma.$queryRaw<Found>`
    WITH late AS MATERIALIZED (
      SELECT revision, before, after FROM change WHERE ${conditions(networkId, filter)}
      ORDER BY revision DESC LIMIT ${LOOKED_THROUGH}
    ) SELECT revision FROM late WHERE ${touches} ORDER BY revision DESC LIMIT ${filter.limit}`
  if (late.length === filter.limit) return revisionsIn(late)
  // Without an order in it the planner walks no log backwards: it takes the index that brings least.
  const found = await db.prisma.$queryRaw<Found>`
    WITH found AS MATERIALIZED (SELECT revision FROM change WHERE ${conditions(networkId, filter)} AND ${touches})
    SELECT revision FROM found ORDER BY revision DESC LIMIT ${filter.limit}`
  return revisionsIn(found)
}
