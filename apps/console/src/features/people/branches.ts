import { comparePrefixes, parsePrefix } from '@warren/cidr'

/** A CIDR of the choice, and how deep it stands. */
export type Branch = { id: number; name: string; prefix: string; depth: number }

type Row = { id: number; parentId: number | null; name: string; prefix: string }

/** The CIDRs in document order, parents before children; with a text only those that match it, and what leads to them. */
export function branchesOf(rows: readonly Row[], text: string): Branch[] {
  const wanted = text.trim().toLowerCase()
  const children = new Map<number | null, Row[]>()
  for (const row of [...rows].sort(byPrefix)) children.set(row.parentId, [...(children.get(row.parentId) ?? []), row])
  const walk = (parentId: number | null, depth: number): Branch[] =>
    (children.get(parentId) ?? []).flatMap((row) => {
      const below = walk(row.id, depth + 1)
      const matches = row.name.includes(wanted) || row.prefix.startsWith(wanted)
      return matches || below.length > 0 ? [{ id: row.id, name: row.name, prefix: row.prefix, depth }, ...below] : []
    })
  return walk(null, 0)
}

function byPrefix(a: Row, b: Row): number {
  const [one, other] = [parsePrefix(a.prefix), parsePrefix(b.prefix)]
  return one.ok && other.ok ? comparePrefixes(one.value, other.value) : a.id - b.id
}
