import { buildTree, formatPrefix, type Network, type ReachPeer } from '@warren/cidr'
import type { Change, PeerRow } from '@warren/protocol'
import { type Plan, prefixIn } from './plan.ts'

/** The rows of a change put back over the present ones, as packages/protocol does: what it did not touch stays as it is. */
export function takenBack(plan: Plan, { before, after }: Pick<Change, 'before' | 'after'>): Partial<Network> {
  const cidrs = plan.tree.nodes.map(({ prefix, ...node }) => ({ ...node, prefix: formatPrefix(prefix) }))
  const peers: SeatedRow[] = [...plan.members, ...plan.tombstones]
  return {
    tree: buildTree(
      rowsBack(cidrs, before.cidrs, after.cidrs).map((row) => ({ ...row, prefix: prefixIn(row.prefix) })),
    ),
    peers: rowsBack<SeatedRow>(peers, before.peers, after.peers).flatMap(reachPeerOf),
    associations: rowsBack(plan.associations, before.associations, after.associations),
  }
}

/** What of a peer's row says whom it reaches. */
type SeatedRow = Pick<PeerRow, 'id' | 'name' | 'cidrId' | 'kind' | 'enabled' | 'redeemedAt' | 'deletedAt'>

function rowsBack<T extends { readonly id: number }>(now: readonly T[], was: readonly T[], became: readonly T[]): T[] {
  const old = new Map(was.map((row) => [row.id, row]))
  const made = new Map(became.map((row) => [row.id, row]))
  const present = new Set(now.map((row) => row.id))
  const kept = now.flatMap((row) => {
    const [before, after] = [old.get(row.id), made.get(row.id)]
    if (!before) return after ? [] : row
    return after ? { ...row, ...changedFields(before, after) } : before
  })
  return [...kept, ...was.filter((row) => !present.has(row.id))]
}

/** The fields of `before` that are others in `after`. */
const changedFields = <T extends object>(before: T, after: T): Partial<T> => {
  const different = Object.entries(before).filter(([field, value]) => after[field as keyof T] !== value)
  return Object.fromEntries(different) as Partial<T>
}

const reachPeerOf = ({ id, name, cidrId, kind, enabled, redeemedAt, deletedAt }: SeatedRow): ReachPeer[] =>
  deletedAt === null && cidrId !== null ? [{ id, name, cidrId, kind, enabled, redeemed: redeemedAt !== null }] : []
