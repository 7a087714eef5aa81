import { contains, explainRemoval, overlaps, type Prefix, samePrefix } from '@warren/cidr'
import type { CidrRow } from './change.ts'
import type { Culprit, Present, UndoProblem, UndoStep } from './undo.ts'
import { second6InTheWay } from './undo-ipv6.ts'
import { invitationInTheWay, peerInTheWay } from './undo-seats.ts'
import { conflict, prefixOf, type World, worldAfter } from './undo-world.ts'

/** The rule that a network would break after a step, with the row that is in the way; null when it breaks none. */
export function brokenRule(present: Present, step: UndoStep, now: Date): UndoProblem | null {
  const world = worldAfter(present, step)
  return (
    removalInTheWay(world, step) ??
    cidrInTheWay(world, step) ??
    peerInTheWay(world, step) ??
    associationInTheWay(world, step) ??
    invitationInTheWay(world, step, now)
  )
}

/** A CIDR that goes has to be empty. */
function removalInTheWay(world: World, { before, after }: UndoStep): UndoProblem | null {
  const stays = new Set(after.cidrs.map((row) => row.id))
  for (const { id, name } of before.cidrs.filter((row) => !stays.has(row.id))) {
    const children = [...world.cidrs.values()].filter((row) => row.parentId === id)
    const peers = [...world.peers.values()].filter((row) => row.cidrId === id && row.deletedAt === null)
    const pairs = [...world.associations.values()].filter((row) => row.a === id || row.b === id)
    const [child, peer, pair] = [children[0], peers[0], pairs[0]]
    if (!child && !peer && !pair) continue
    const names = { children: children.map((row) => row.name), peers: peers.map((row) => row.name) }
    const why = explainRemoval({ kind: 'not-empty', cidr: name, ...names, associations: pairs.length })
    if (child) return conflict(why, { kind: 'cidrs', id: child.id, fields: ['parentId'] })
    if (peer) return conflict(why, { kind: 'peers', id: peer.id, fields: ['cidrId'] })
    return conflict(why, pair ? { kind: 'associations', id: pair.id } : null)
  }
  return null
}

/** A CIDR that comes back, or goes back, needs its name, its parent, and room between its neighbours. */
function cidrInTheWay(world: World, { after }: UndoStep): UndoProblem | null {
  const all = [...world.cidrs.values()]
  const prefixes = new Map(all.map((row) => [row.id, prefixOf(row)]))
  const of = (row: CidrRow): Prefix => prefixes.get(row.id) ?? prefixOf(row)
  const inside = (outer: CidrRow, inner: CidrRow) => contains(of(outer), of(inner)) && !samePrefix(of(outer), of(inner))
  for (const row of after.cidrs) {
    const namesake = all.find((other) => other.id !== row.id && other.name === row.name)
    if (namesake) return conflict(`Another CIDR is named ${row.name} since`, at(namesake, 'name'))
    const parent = row.parentId === null ? null : world.cidrs.get(row.parentId)
    if (parent === undefined) {
      return conflict(`What ${row.name} was in was deleted since`, { kind: 'cidrs', id: row.parentId ?? 0 })
    }
    if (parent && !inside(parent, row)) {
      return conflict(`${row.name} (${row.prefix}) no longer fits into ${spelled(parent)}`, at(parent, 'prefix'))
    }
    const family = all.filter((other) => other.id !== row.id)
    const sibling = family.find((other) => other.parentId === row.parentId && overlaps(of(other), of(row)))
    if (sibling) {
      const why = `${row.name} (${row.prefix}) would overlap ${spelled(sibling)}`
      return conflict(why, at(sibling, 'prefix', 'parentId'))
    }
    const child = family.find((other) => other.parentId === row.id && !inside(row, other))
    if (child) return conflict(`${spelled(child)} would not fit into ${spelled(row)}`, at(child, 'prefix', 'parentId'))
    const problem6 = second6InTheWay(row, { parent, others: family })
    if (problem6) return problem6
  }
  return null
}

const at = ({ id }: CidrRow, ...fields: string[]): Culprit => ({ kind: 'cidrs', id, fields })
const spelled = ({ name, prefix }: CidrRow): string => `${name} (${prefix})`

function associationInTheWay(world: World, { after }: UndoStep): UndoProblem | null {
  for (const row of after.associations) {
    const missing = [row.a, row.b].find((id) => !world.cidrs.has(id))
    if (missing !== undefined) {
      return conflict('One of the two CIDRs was deleted since', { kind: 'cidrs', id: missing })
    }
    const same = [...world.associations.values()].find(({ id, a, b }) => id !== row.id && a === row.a && b === row.b)
    if (same) return conflict('The two CIDRs were associated again since', { kind: 'associations', id: same.id })
  }
  return null
}
