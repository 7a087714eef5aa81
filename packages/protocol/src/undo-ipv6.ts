import { contains, overlaps, type Prefix, samePrefix } from '@warren/cidr'
import type { CidrRow, PeerRow } from './change.ts'
import type { Present, UndoProblem, UndoStep } from './undo.ts'
import { conflict, prefix6Of, worldAfter } from './undo-world.ts'

/**
 * A deleted peer that comes back into a CIDR which lost its IPv6 prefix since comes back without its IPv6 address: the
 * address is nobody's any more.
 */
export function withoutLostIpv6(present: Present, step: UndoStep): UndoStep {
  const world = worldAfter(present, step)
  const gone = new Set(step.before.peers.flatMap((row) => (row.deletedAt === null ? [] : [row.id])))
  const lost = (row: PeerRow) =>
    gone.has(row.id) && row.deletedAt === null && world.cidrs.get(row.cidrId ?? 0)?.prefix6 === null
  const peers = step.after.peers.map((row) => (lost(row) ? { ...row, address6: null } : row))
  return { before: step.before, after: { ...step.after, peers } }
}

/** A CIDR's IPv6 prefix needs that of its parent around it, and room between its neighbours. */
export function second6InTheWay(
  row: CidrRow,
  { parent, others }: { parent: CidrRow | null; others: readonly CidrRow[] },
): UndoProblem | null {
  const own = prefix6Of(row)
  const within = (outer: Prefix | null, inner: Prefix) =>
    outer !== null && contains(outer, inner) && !samePrefix(outer, inner)
  const culprit = ({ id }: CidrRow) => ({ kind: 'cidrs', id, fields: ['prefix6', 'parentId'] }) as const
  if (own && parent && !within(prefix6Of(parent), own)) {
    return conflict(`${spelled(row)} no longer fits into ${spelled(parent)}`, culprit(parent))
  }
  for (const other of others) {
    const prefix = prefix6Of(other)
    if (!prefix) continue
    if (own && other.parentId === row.parentId && overlaps(own, prefix)) {
      return conflict(`${spelled(row)} would overlap ${spelled(other)}`, culprit(other))
    }
    if (other.parentId === row.id && !within(own, prefix)) {
      return conflict(`${spelled(other)} would not fit into ${spelled(row)}`, culprit(other))
    }
  }
  return null
}

const spelled = ({ name, prefix6 }: CidrRow): string => `${name} (${prefix6 ?? 'no IPv6 prefix'})`
