import {
  type Address,
  buildPlans,
  buildReach,
  buildTree,
  type Plans,
  type Prefix,
  parseAddress,
  parsePrefix,
  type Reach,
  type ReachPeer,
  type Tree,
} from '@warren/cidr'
import type { AssociationRow, CidrRow, InvitationRow, NetworkRow, PeerRow } from '@warren/protocol'
import type { Snapshot } from './store.ts'
import { eachRow, weakly } from './weakly.ts'

export type { Snapshot } from './store.ts'

/** A live peer: it sits in a CIDR for certain, and its address is parsed. */
export type Member = PeerRow & { readonly cidrId: number; readonly at: Address }

/** A network's rows as the pages ask about them, with everything that packages/cidr derives from them. */
export type Plan = {
  readonly network: NetworkRow
  readonly tree: Tree
  /** The tree, and beside it that of the CIDRs with an IPv6 prefix beside their IPv4 one, if any have. */
  readonly plans: Plans
  /** The root CIDR as a row. */
  readonly root: CidrRow
  /** Live peers by address. */
  readonly members: readonly Member[]
  readonly tombstones: readonly PeerRow[]
  readonly associations: readonly AssociationRow[]
  /** Made when it is first asked for: not every page does. */
  readonly reach: Reach
  member(id: number): Member | null
  /** Those that sit directly in a CIDR. */
  membersIn(cidrId: number): readonly Member[]
  /** Those that sit in a CIDR or anywhere below it. */
  membersWithin(cidrId: number): Member[]
  /** The latest first. */
  invitationsOf(peerId: number): readonly InvitationRow[]
}

/**
 * Builds the plan of a snapshot, with the parts that earlier ones of the same rows have already. Throws on rows that the
 * database's constraints do not let through: a bug elsewhere.
 */
export function planOf({ network, cidrs, peers, associations, invitations }: Snapshot): Plan {
  const tree = treeOf(cidrs)
  const { members, byId, byCidr } = membersOf(peers)
  let reach: Reach | null = null
  return {
    network,
    tree,
    get plans() {
      return { first: tree, second: secondOf(cidrs) }
    },
    root: rootOf(cidrs),
    members,
    get tombstones() {
      return tombstonesOf(peers)
    },
    associations,
    get reach() {
      reach ??= buildReach({ tree, peers: members.map(reachPeer), associations })
      return reach
    },
    member: (id) => byId.get(id) ?? null,
    membersIn: (cidrId) => byCidr.get(cidrId) ?? [],
    membersWithin: (cidrId) => {
      const { from, to } = tree.span(cidrId)
      return tree.nodes.slice(from, to).flatMap((node) => byCidr.get(node.id) ?? [])
    },
    invitationsOf: (peerId) => invitationsOf(invitations).get(peerId) ?? [],
  }
}

const nodesOf = eachRow((row: CidrRow) => ({ ...row, prefix: prefixIn(row.prefix) }))
const treeOf = weakly((cidrs: readonly CidrRow[]) => buildTree(nodesOf(cidrs)))
const secondOf = weakly((cidrs: readonly CidrRow[]): Tree | null => {
  if (cidrs.every(({ prefix6 }) => prefix6 === null)) return null
  const nodes = nodesOf(cidrs).map((node) => ({
    ...node,
    prefix6: node.prefix6 === null ? null : prefixIn(node.prefix6),
  }))
  return buildPlans(nodes).second
})
const rootOf = weakly((cidrs: readonly CidrRow[]): CidrRow => {
  const root = cidrs.find(({ parentId }) => parentId === null)
  if (!root) throw new Error('a network without a root CIDR')
  return root
})
const tombstonesOf = weakly((peers: readonly PeerRow[]) => peers.filter((peer) => peer.deletedAt !== null))
const invitationsOf = weakly((rows: readonly InvitationRow[]) => grouped(rows.toReversed(), (row) => row.peerId))

/** The live ones; a tombstone is none. */
const memberRows = eachRow((peer: PeerRow): Member | null =>
  peer.deletedAt !== null || peer.cidrId === null
    ? null
    : { ...peer, cidrId: peer.cidrId, at: addressIn(peer.address) },
)

const membersOf = weakly((peers: readonly PeerRow[]) => {
  const members = byAddress(memberRows(peers).filter((member) => member !== null))
  return {
    members,
    byId: new Map(members.map((member) => [member.id, member])),
    byCidr: grouped(members, (member) => member.cidrId),
  }
})

/** Big integers are compared ten times as slowly as numbers, which tell all but close IPv6 addresses apart. */
function byAddress(members: readonly Member[]): Member[] {
  return members
    .map((member) => ({ member, near: Number(member.at.value) }))
    .sort((a, b) => a.near - b.near || (a.member.at.value < b.member.at.value ? -1 : 1))
    .map(({ member }) => member)
}

/** What packages/cidr needs to know of a peer to tell whom it reaches. */
export const reachPeer = (member: Member): ReachPeer => ({
  id: member.id,
  name: member.name,
  cidrId: member.cidrId,
  kind: member.kind,
  enabled: member.enabled,
  redeemed: member.redeemedAt !== null,
})

function grouped<T>(rows: readonly T[], keyOf: (row: T) => number): ReadonlyMap<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/** The prefix in a row. Throws when it is none: the server lets no such row exist. */
export function prefixIn(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (!prefix.ok) throw new Error(`${text} came from the server and is no prefix`)
  return prefix.value
}

/** The address in a row. Throws when it is none: the server lets no such row exist. */
export function addressIn(text: string): Address {
  const address = parseAddress(text)
  if (!address.ok) throw new Error(`${text} came from the server and is no address`)
  return address.value
}
