import type { Writer } from '@warren/db'
import {
  type CidrRow,
  formatEndpoint,
  type InvitationRow,
  type JoinFacts,
  type PeerRow,
  PublicKey,
  Refusal,
} from '@warren/protocol'

/** A peer that was invited, and what its invitation needs to say. A device has no invitation row. */
export type Invited = { peer: PeerRow; invitation: InvitationRow | null; join: JoinFacts }

/** The hub that an invitation leads to: its mesh address and its key. */
export type Door = { address: string; key: PublicKey }

/**
 * The hub of this network, with its key.
 * @throws Refusal unavailable while it has none: an invitation without the hub's key leads nowhere
 */
export async function doorOf(tx: Writer, hubId: number | null): Promise<Door> {
  const hub = hubId === null ? null : await tx.peer(hubId)
  const key = PublicKey.safeParse(hub?.publicKey)
  if (hub && key.success) return { address: hub.address, key: key.data }
  throw new Refusal(
    'unavailable',
    `The hub of ${tx.network.name} has not made its key yet, so an invitation would lead nowhere; start the hub and try again.`,
  )
}

/** Puts together what the invitation of a peer says. */
export function joinFacts(
  { network }: Writer,
  cidrs: readonly CidrRow[],
  { door, peer, invitation }: { door: Door; peer: PeerRow; invitation: InvitationRow | null },
): JoinFacts {
  const { prefix, prefix6 } = rootOf(cidrs)
  return {
    network: network.name,
    interface: network.interface,
    prefix,
    address: peer.address,
    // Of a root in which it has no address it has no use.
    prefix6: peer.address6 === null ? null : prefix6,
    address6: peer.address6,
    peerName: peer.name,
    hubKey: door.key,
    externalEndpoint: network.endpoint,
    internalEndpoint: formatEndpoint({ host: door.address, port: network.apiPort }),
    expiresAt: invitation?.expiresAt ?? null,
    listenPort: peer.listenPort,
    keepaliveS: network.keepaliveS,
  }
}

function rootOf(cidrs: readonly CidrRow[]): CidrRow {
  const root = cidrs.find(({ parentId }) => parentId === null)
  if (!root) throw new Error('a network without a root CIDR')
  return root
}
