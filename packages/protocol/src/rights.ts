import { holds, parseAddress, type Tree } from '@warren/cidr'
import type { Actor, AssociationRow, InvitationRow, PeerRow, Rows } from './change.ts'

/** What a person may do: a viewer reads, an admin changes networks, an owner manages people as well. */
export const roles = ['viewer', 'admin', 'owner'] as const
export type Role = (typeof roles)[number]

const ranks: Record<Role, number> = { viewer: 0, admin: 1, owner: 2 }

/** Whether `role` includes everything that `least` may do. */
export const atLeast = (role: Role, least: Role): boolean => ranks[role] >= ranks[least]

/** The lesser of two roles. */
export const lesser = (a: Role, b: Role): Role => (atLeast(a, b) ? b : a)

/** The one CIDR whose inside an admin changes. */
export type Subtree = { readonly networkId: number; readonly cidrId: number }

/** What somebody may do, wherever they ask from. `subtree` is null for who is bound to none. */
export type Standing = { readonly role: Role; readonly subtree: Subtree | null }

/** A network as the rules need to know it. */
export type Ground = { readonly networkId: number; readonly tree: Tree }

/** Each rule below answers null for "may", else the reason in one sentence, for a person. */
type Why = string | null

/** Why somebody may change nothing at all. */
export function whyNotChange({ role }: Standing): Why {
  return atLeast(role, 'admin') ? null : 'Your role is viewer; an admin can do this.'
}

/** Why somebody may not change what concerns a network as a whole: its settings, its hub. */
export function whyNotNetwork(standing: Standing): Why {
  const why = whyNotChange(standing)
  if (why) return why
  return standing.subtree ? 'You administer one subtree; this concerns the whole network.' : null
}

/** Why somebody may not manage people, nor make networks. */
export const whyNotPeople = ({ role }: Standing): Why => (role === 'owner' ? null : 'Only an owner can do this.')

/** Why somebody may not let a peer administer over the mesh, nor change one that does. */
export function whyNotAdminPeer(standing: Standing): Why {
  const why = whyNotChange(standing)
  if (why) return why
  return standing.subtree ? 'Admin peers are a matter of those who administer the whole network.' : null
}

/** Why somebody may put nothing into a CIDR: no child, no peer, no end of an association. */
export function whyNotInside(standing: Standing, ground: Ground, cidrId: number): Why {
  const why = whyNotChange(standing)
  if (why || !standing.subtree) return why
  return isWithin(standing.subtree, ground, cidrId) ? null : outside(standing.subtree, ground, cidrId)
}

/** Why somebody may not rename, resize, isolate or delete a CIDR. */
export function whyNotCidr(standing: Standing, ground: Ground, cidrId: number): Why {
  const why = whyNotInside(standing, ground, cidrId)
  if (why || standing.subtree?.cidrId !== cidrId) return why
  const name = ground.tree.get(cidrId)?.name ?? 'This CIDR'
  return `${name} itself was given to you; what is inside it is yours to change.`
}

/** Why somebody may not change a peer, nor its invitations. */
export function whyNotPeer(standing: Standing, ground: Ground, peer: Omit<PeerRow, 'publicKey'>): Why {
  const why = whyNotChange(standing)
  if (why || !standing.subtree) return why
  if (!isPeerInside(standing.subtree, ground, peer)) {
    return `${peer.name} is not in ${nameOf(standing.subtree, ground)}, the part that you administer.`
  }
  if (peer.kind === 'hub') return `${peer.name} is a hub, which concerns the whole network.`
  return peer.isAdmin ? `${peer.name} is an admin peer; only who administers the whole network can change it.` : null
}

/** Why somebody may not make or delete the association of two CIDRs. */
export function whyNotAssociation(standing: Standing, ground: Ground, pair: Pick<AssociationRow, 'a' | 'b'>): Why {
  return whyNotInside(standing, ground, pair.a) ?? whyNotInside(standing, ground, pair.b)
}

/** Why somebody may not confirm a change on trial, which writes no rows. Taking it back is judged like any change. */
export function whyNotConfirm(standing: Standing, who: Actor, maker: Actor): Why {
  const why = whyNotChange(standing)
  if (why || !standing.subtree) return why
  const own = who.kind === maker.kind && who.id === maker.id
  return own ? null : `You administer one subtree; ${maker.name} or an admin of the whole network can keep this change.`
}

/**
 * Why somebody may not make rows what they are, or take them away as they were. `peerOf` answers the peer of an
 * invitation, null when it cannot be found.
 */
export async function whyNotRows(
  standing: Standing,
  ground: Ground,
  about: { rows: Rows; peerOf: (invitation: InvitationRow) => Promise<PeerRow | null> },
): Promise<Why> {
  const { networks, cidrs, peers, associations, invitations } = about.rows
  const invited = await Promise.all(invitations.map(about.peerOf))
  const whys = [
    networks.length > 0 ? whyNotNetwork(standing) : null,
    ...cidrs.map((row) => whyNotCidr(standing, ground, row.id)),
    ...peers.map((row) => whyNotPeer(standing, ground, row)),
    ...associations.map((row) => whyNotAssociation(standing, ground, row)),
    ...invited.map((peer) => (peer ? whyNotPeer(standing, ground, peer) : whyNotNetwork(standing))),
  ]
  return whys.find((why) => why !== null) ?? null
}

/** Whether a CIDR is the subtree's own or lies in it. */
const isWithin = ({ networkId, cidrId }: Subtree, ground: Ground, id: number): boolean =>
  networkId === ground.networkId &&
  ground.tree.get(cidrId) !== null &&
  ground.tree.get(id) !== null &&
  ground.tree.isWithin(id, cidrId)

/** A peer is where its CIDR is; the tombstone of one whose CIDR is gone, where its address is. */
function isPeerInside(subtree: Subtree, ground: Ground, peer: Pick<PeerRow, 'cidrId' | 'address'>): boolean {
  if (peer.cidrId !== null) return isWithin(subtree, ground, peer.cidrId)
  const address = parseAddress(peer.address)
  const own = isWithin(subtree, ground, subtree.cidrId) ? ground.tree.get(subtree.cidrId) : null
  return own !== null && address.ok && holds(own.prefix, address.value)
}

const nameOf = ({ cidrId }: Subtree, { tree }: Ground): string => tree.get(cidrId)?.name ?? 'your subtree'

function outside(subtree: Subtree, ground: Ground, id: number): string {
  const name = ground.tree.get(id)?.name
  // A CIDR that is not in the tree is one that a change made or took away elsewhere.
  return `${name ?? 'That CIDR'} is not in ${nameOf(subtree, ground)}, the part that you administer.`
}
