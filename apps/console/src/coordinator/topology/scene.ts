import { buildReach, buildTree, type CidrNode, explainPrefix, parsePrefix, type Span, type Tree } from '@warren/cidr'
import type { AssociationRow, CidrRow } from '@warren/protocol'
import type { Residents } from './residents.ts'

/** A group is the peers directly in one CIDR and has its id; hubs, which see everything, are a group of their own. */
export const HUBS = 0

/** Who may see whom as far as CIDRs decide: by position in the tree, the positions whose members it sees. */
export type Layout = { readonly tree: Tree; readonly spans: readonly (readonly Span[])[] }

/** A layout, and where in it peers sit. Never changed: a state before a change is kept to compare with. */
export type Scene = {
  readonly layout: Layout
  /** By position: 1 when an active peer that is no hub sits directly there. */
  readonly populated: Uint8Array
  /** By position p: how many positions below p are populated; and the same for hubs. */
  readonly peopleBefore: Uint32Array
  readonly hubsBefore: Uint32Array
}

/** Lays out CIDRs and associations. Throws when they are no tree: the log is broken, or a row of it was missed. */
export function layoutOf(cidrs: Iterable<CidrRow>, associations: Iterable<AssociationRow>, tree?: Tree): Layout {
  const plan = tree ?? buildTree([...cidrs].map(nodeOf))
  return { tree: plan, spans: buildReach({ tree: plan, peers: [], associations: [...associations] }).index.spans }
}

function nodeOf(row: CidrRow): CidrNode {
  const prefix = parsePrefix(row.prefix)
  if (!prefix.ok) throw new Error(`CIDR ${row.id}: ${explainPrefix(prefix.problem)}`)
  return { id: row.id, name: row.name, prefix: prefix.value, parentId: row.parentId, isolated: row.isolated }
}

/** A layout with those who live in it at the moment. */
export function sceneOf(layout: Layout, residents: Pick<Residents, 'membersOf' | 'hasHub'>): Scene {
  const { nodes } = layout.tree
  const populated = new Uint8Array(nodes.length)
  const peopleBefore = new Uint32Array(nodes.length + 1)
  const hubsBefore = new Uint32Array(nodes.length + 1)
  nodes.forEach(({ id }, at) => {
    populated[at] = residents.membersOf(id).size > 0 ? 1 : 0
    peopleBefore[at + 1] = (peopleBefore[at] ?? 0) + (populated[at] ?? 0)
    hubsBefore[at + 1] = (hubsBefore[at] ?? 0) + (residents.hasHub(id) ? 1 : 0)
  })
  return { layout, populated, peopleBefore, hubsBefore }
}

/** The positions that a group sees; none for a CIDR that is not in the tree. */
export function spansOf({ layout }: Scene, group: number): readonly Span[] {
  if (group === HUBS) return [{ from: 0, to: layout.tree.nodes.length }]
  return layout.tree.get(group) ? (layout.spans[layout.tree.span(group).from] ?? []) : []
}

/** Whether a group sees the peers (not the hubs, which everybody sees) directly in a CIDR. */
export function sees(scene: Scene, group: number, cidr: number): boolean {
  const { tree } = scene.layout
  if (!tree.get(cidr)) return false
  const at = tree.span(cidr).from
  return spansOf(scene, group).some(({ from, to }) => from <= at && at < to)
}

/** Whether a group needs a CIDR to name what it sees: its own, that of a peer or hub it sees, or one above these. */
export function needs(scene: Scene, group: number, cidr: number): boolean {
  const { tree } = scene.layout
  if (!tree.get(cidr)) return false
  const { from, to } = tree.span(cidr)
  if (counted(scene.hubsBefore, from, to) > 0) return true
  if (tree.get(group) && tree.isWithin(group, cidr)) return true
  return spansOf(scene, group).some(
    (span) => counted(scene.peopleBefore, Math.max(span.from, from), Math.min(span.to, to)) > 0,
  )
}

const counted = (before: Uint32Array, from: number, to: number): number =>
  to <= from ? 0 : (before[to] ?? 0) - (before[from] ?? 0)

/** The CIDRs with members that a group sees. */
export function* populatedFrom(scene: Scene, group: number): Generator<number> {
  const { nodes } = scene.layout.tree
  for (const { from, to } of spansOf(scene, group)) {
    for (let at = from; at < to; at += 1) {
      const node = nodes[at]
      if (node && scene.populated[at]) yield node.id
    }
  }
}

/** The CIDR and everything above it; nothing when it is not in the tree. */
export const lineage = ({ layout: { tree } }: Scene, cidr: number): number[] =>
  tree.get(cidr) ? tree.ancestors(cidr).map(({ id }) => id) : []
