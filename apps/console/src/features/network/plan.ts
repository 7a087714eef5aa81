import {
  type Address,
  buildReach,
  buildTree,
  type Prefix,
  parseAddress,
  parsePrefix,
  type Reach,
  type ReachPeer,
  type Tree,
} from '@warren/cidr'
import type { AssociationRow, CidrRow, InvitationRow, NetworkRow, PeerRow } from '@warren/protocol'

/** The rows of a network at one revision, as network.state answers them. */
export type Snapshot = {
  network: NetworkRow
  revision: number
  cidrs: readonly CidrRow[]
  /** Tombstones included. */
  peers: readonly PeerRow[]
  associations: readonly AssociationRow[]
  invitations: readonly InvitationRow[]
}

/** A live peer: it sits in a CIDR for certain, and its address is parsed. */
export type Member = PeerRow & { readonly cidrId: number; readonly at: Address }

/** A network's rows as the pages ask about them, with everything that packages/cidr derives from them. */
export type Plan = {
  readonly network: NetworkRow
  readonly tree: Tree
  /** Live peers by address. */
  readonly members: readonly Member[]
  readonly tombstones: readonly PeerRow[]
  readonly associations: readonly AssociationRow[]
  readonly reach: Reach
  member(id: number): Member | null
  /** Those that sit directly in a CIDR. */
  membersIn(cidrId: number): readonly Member[]
  /** Those that sit in a CIDR or anywhere below it. */
  membersWithin(cidrId: number): Member[]
  /** The latest first. */
  invitationsOf(peerId: number): readonly InvitationRow[]
}

/** Builds the plan of a snapshot. Throws on rows that the database's constraints do not let through: a bug elsewhere. */
export function planOf(snapshot: Snapshot): Plan {
  const tree = buildTree(snapshot.cidrs.map((row) => ({ ...row, prefix: prefixIn(row.prefix) })))
  const members = snapshot.peers.flatMap(memberOf).sort((a, b) => (a.at.value < b.at.value ? -1 : 1))
  const byId = new Map(members.map((member) => [member.id, member]))
  const byCidr = grouped(members, (member) => member.cidrId)
  const invitations = grouped(snapshot.invitations.toReversed(), (invitation) => invitation.peerId)
  const { network, associations } = snapshot
  return {
    network,
    tree,
    members,
    tombstones: snapshot.peers.filter((peer) => peer.deletedAt !== null),
    associations,
    reach: buildReach({ tree, peers: members.map(reachPeer), associations }),
    member: (id) => byId.get(id) ?? null,
    membersIn: (cidrId) => byCidr.get(cidrId) ?? [],
    membersWithin: (cidrId) => {
      const { from, to } = tree.span(cidrId)
      return tree.nodes.slice(from, to).flatMap((node) => byCidr.get(node.id) ?? [])
    },
    invitationsOf: (peerId) => invitations.get(peerId) ?? [],
  }
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

function memberOf(peer: PeerRow): Member[] {
  if (peer.deletedAt !== null || peer.cidrId === null) return []
  return [{ ...peer, cidrId: peer.cidrId, at: addressIn(peer.address) }]
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
