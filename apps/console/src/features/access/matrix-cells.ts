import { type Access, accessBetween, type CidrNode, openBetween, type Span, type Tree } from '@warren/cidr'
import type { Plan } from '~/features/network/plan.ts'

/** A row of the matrix, and the column of the same place. A closed one stands for everything below it as well. */
export type Line = {
  readonly node: CidrNode
  readonly depth: number
  readonly parent: boolean
  readonly closed: boolean
}

/** How many lines a matrix has at first, at most: what a large screen shows. */
const LINES_AT_FIRST = 60

/** Which CIDRs to show closed at first, so that the whole network is in sight: as deep as there is room. */
export function closedAtFirst(tree: Tree): ReadonlySet<number> {
  for (let depth = maxDepth(tree); depth > 1; depth -= 1) {
    if (tree.nodes.filter((node) => tree.depth(node.id) <= depth).length <= LINES_AT_FIRST) return atDepth(tree, depth)
  }
  return atDepth(tree, 1)
}

const maxDepth = (tree: Tree): number => tree.nodes.reduce((most, node) => Math.max(most, tree.depth(node.id)), 0)

const atDepth = (tree: Tree, depth: number): Set<number> => {
  const deep = tree.nodes.filter((node) => tree.depth(node.id) >= depth && tree.children(node.id).length > 0)
  return new Set(deep.map((node) => node.id))
}

/** The lines in sight: every CIDR that has no closed one above it. */
export function linesOf(tree: Tree, closed: ReadonlySet<number>): Line[] {
  const lines: Line[] = []
  for (let at = 0; at < tree.nodes.length; ) {
    const node = tree.nodes[at]
    if (!node) break
    const parent = tree.children(node.id).length > 0
    const shut = parent && closed.has(node.id)
    lines.push({ node, depth: tree.depth(node.id), parent, closed: shut })
    at = shut ? tree.span(node.id).to : at + 1
  }
  return lines
}

/** What a cell shows. `some` only where a closed line stands for several CIDRs. */
export type Mark = 'same' | 'isolated' | 'above' | 'own' | 'inherited' | 'all' | 'some' | 'none'

/** What lets members of one line reach members of another, as a mark. */
export function markOf(plan: Plan, x: Line, y: Line): Mark {
  if (!x.closed && !y.closed) return accessMark(accessBetween(plan.tree, plan.associations, x.node.id, y.node.id))
  const { open, all } = openBetween(plan.reach.index, spanOf(plan.tree, x), spanOf(plan.tree, y))
  if (open === 0) return 'none'
  return open === all ? 'all' : 'some'
}

/** The CIDRs that a line stands for. */
export function spanOf(tree: Tree, { node, closed }: Line): Span {
  const { from, to } = tree.span(node.id)
  return { from, to: closed ? to : from + 1 }
}

function accessMark(access: Access): Mark {
  switch (access.kind) {
    case 'same':
      return access.isolated ? 'isolated' : 'same'
    case 'ancestor':
      return 'above'
    case 'association':
      return access.own ? 'own' : 'inherited'
    case 'none':
      return 'none'
  }
}

/** Each mark in words, as the legend and screen readers have it. */
export const markWords: Readonly<Record<Mark, string>> = {
  own: 'association',
  inherited: 'inherited association',
  same: 'same CIDR',
  above: 'parent and child',
  isolated: 'isolated',
  all: 'all of what is inside',
  some: 'some of what is inside',
  none: 'no access',
}

/** Why members of two CIDRs reach each other, or that they do not, as one sentence. */
export function accessSentence(plan: Plan, x: CidrNode, y: CidrNode): string {
  const access = accessBetween(plan.tree, plan.associations, x.id, y.id)
  switch (access.kind) {
    case 'same':
      return access.isolated
        ? `${x.name} is isolated: peers that sit directly in it do not reach each other.`
        : `Peers that sit directly in ${x.name} reach each other.`
    case 'ancestor': {
      const [upper, lower] = plan.tree.isWithin(y.id, x.id) ? [x, y] : [y, x]
      return `${lower.name} lies in ${upper.name}, so members of both reach each other.`
    }
    case 'association':
      return access.own
        ? `${x.name} and ${y.name} are associated.`
        : `Inherited from the association ${access.viaA.name} – ${access.viaB.name}.`
    case 'none':
      return `Nothing lets peers of ${x.name} and of ${y.name} reach each other.`
  }
}
