import type { CidrNode } from '@warren/cidr'
import { cluster, type HierarchyPointNode, hierarchy } from 'd3-hierarchy'
import type { Member, Plan } from '~/features/network/plan.ts'

/** A place of the drawing. The circle of peers has radius 1 around (0, 0); y grows downwards, as on a screen. */
export type Point = { readonly x: number; readonly y: number }

/** Where a peer sits. Angles are in radians, clockwise from the top. */
export type Seat = Point & { readonly peer: Member; readonly angle: number; readonly group: number }

/** A CIDR with peers in or below it: the arc over its seats, `from` up to but without `to`. */
export type Sector = {
  readonly cidr: CidrNode
  readonly depth: number
  readonly from: number
  readonly to: number
  /** How many sit directly in it: its first seats. */
  readonly own: number
  readonly start: number
  readonly end: number
  /** Index of the sector above it; null for the root's. */
  readonly parent: number | null
  /** Where bundles of its tunnels are drawn together. */
  readonly knot: Point
}

/** Peers around a circle, grouped by CIDR in the order of the tree, so that every subtree is one run of seats. */
export type Circle = {
  readonly seats: readonly Seat[]
  readonly sectors: readonly Sector[]
  /** Radians between neighbours of one CIDR. */
  readonly spacing: number
  /** The seat of a peer by id. */
  seatOf(peerId: number): number | undefined
}

/** How far from the middle the knots of the innermost CIDRs lie: nearer, and bundles lose their direction. */
const KNOTS = 0.62

/** Room between two CIDRs, and between two that have different parents, as shares of the whole circle at most. */
const GAPS = { share: 0.16, wide: 1.7, most: 5 } as const

type Twig = { readonly cidr: CidrNode; readonly peer: Member | null; readonly inside: readonly Twig[] }

/** Lays all peers of a network around the circle. Costs about peers + CIDRs. */
export function circleOf(plan: Plan): Circle {
  const root = hierarchy(twigOf(plan, plan.tree.root), (twig) => twig.inside)
  const inhabited = plan.tree.nodes.filter((node) => plan.membersIn(node.id).length > 0).length
  // Many small CIDRs share the room for gaps; few large ones need no wider ones than the eye does.
  const gap = Math.min(GAPS.most, 1 + (GAPS.share * plan.members.length) / Math.max(1, inhabited))
  const placed = cluster<Twig>()
    .size([2 * Math.PI, 1])
    .separation((a, b) => separation(a, b, gap))(root)
  return read(placed)
}

function twigOf(plan: Plan, cidr: CidrNode): Twig {
  const peers = plan.membersIn(cidr.id).map((peer): Twig => ({ cidr, peer, inside: [] }))
  const inner = plan.tree
    .children(cidr.id)
    .filter((child) => hasMembers(plan, child.id))
    .map((child) => twigOf(plan, child))
  return { cidr, peer: null, inside: [...peers, ...inner] }
}

const hasMembers = (plan: Plan, cidrId: number): boolean => {
  const { from, to } = plan.tree.span(cidrId)
  return plan.tree.nodes.slice(from, to).some((node) => plan.membersIn(node.id).length > 0)
}

function separation(a: HierarchyPointNode<Twig>, b: HierarchyPointNode<Twig>, gap: number): number {
  if (a.parent === b.parent && a.data.peer && b.data.peer) return 1
  return a.parent?.parent === b.parent?.parent ? gap : gap * GAPS.wide
}

type Reading = { seats: Seat[]; sectors: Sector[]; height: number; slot: number }

function read(root: HierarchyPointNode<Twig>): Circle {
  const leaves = root.leaves().filter((leaf) => leaf.data.peer !== null)
  const slot = slotOf(leaves)
  const reading: Reading = { seats: [], sectors: [], height: Math.max(1, root.height), slot }
  if (leaves.length > 0) readSector(root, null, reading)
  const byPeer = new Map(reading.seats.map((seat, at) => [seat.peer.id, at]))
  return { seats: reading.seats, sectors: reading.sectors, spacing: slot, seatOf: (id) => byPeer.get(id) }
}

/** The angle between neighbours of one CIDR; what a seat takes up where no two are neighbours. */
function slotOf(leaves: readonly HierarchyPointNode<Twig>[]): number {
  for (const [at, leaf] of leaves.entries()) {
    const next = leaves[at + 1]
    if (next && next.parent === leaf.parent) return next.x - leaf.x
  }
  return (2 * Math.PI) / Math.max(12, 3 * leaves.length)
}

function readSector(node: HierarchyPointNode<Twig>, parent: number | null, reading: Reading): void {
  const { seats, sectors } = reading
  const at = sectors.length
  const from = seats.length
  const sector = { cidr: node.data.cidr, depth: node.depth, from, parent, knot: knotOf(node, reading.height) }
  sectors.push({ ...sector, to: from, own: 0, start: 0, end: 0 })
  for (const child of node.children ?? []) {
    const { peer } = child.data
    if (peer) seats.push({ ...onCircle(child.x), peer, angle: child.x, group: at })
    else readSector(child, at, reading)
  }
  const half = reading.slot / 2
  const own = node.children?.filter((child) => child.data.peer).length ?? 0
  const [start, end] = [(seats[from]?.angle ?? 0) - half, (seats.at(-1)?.angle ?? 0) + half]
  sectors[at] = { ...sector, to: seats.length, own, start, end }
}

function knotOf(node: HierarchyPointNode<Twig>, height: number): Point {
  const radius = height === 1 ? 0 : KNOTS * (1 - (node.height - 1) / (height - 1))
  return onCircle(node.x, radius)
}

/** A point at an angle from the top. */
export const onCircle = (angle: number, radius = 1): Point => ({
  x: Math.sin(angle) * radius,
  y: -Math.cos(angle) * radius,
})
